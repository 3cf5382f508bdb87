import { Annotations, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { DESCRIBE, LIST, MANAGE, READ_BATCHES, READ_VALUE, ROTATE, SecretStatement, WRITE } from './secret-actions';
import { readConditions, ReadConditions, SecretBatchReadOptions, SecretReadOptions } from './secret-read-options';
import { Conditions, mergeConditions } from '../private/conditions';
import { isInEnvironmentOf } from '../private/environments';
import { accountOf, compareAccounts, grantInIdentity, grantOn } from '../private/grant';
import { aliasConditions, keyArnForPolicy } from '../private/key-arn';
import { keyConditions } from '../private/key-conditions';
import { hasCompleteArn, secretArnForKeyPolicy, secretArnForPolicy, secretResource } from '../private/secret-arn';
import { secretRegion } from '../private/secret-region';

/**
 * Grants on one secret and, where they need it, on its key.
 *
 * A grant goes into the policy of the grantee, so the policy of the key does not grow with the number of readers. For another
 * account, or a principal without a policy, it goes into the policies of secret and key as well. Each use of the key is bound to
 * Secrets Manager and to this one secret, also when many secrets share the key.
 *
 * A consumer in another account or Region knows the secret by its name: give it a `secretName`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html
 */
export class SecretGrants {
  /**
   * The grants on any secret, also one that this library did not define.
   *
   * @param secret the secret
   * @param encryptionKey the key of the secret, where the secret object does not know it
   */
  public static fromSecret(secret: secretsmanager.ISecret, encryptionKey?: kms.IKey): SecretGrants {
    return new SecretGrants(secret, encryptionKey ?? secret.encryptionKey);
  }

  /**
   * The grants on a secret that its owner shares: only in the policies of the grantees, since the rest is the owner's.
   *
   * @internal
   */
  public static _fromSharedSecret(secret: secretsmanager.ISecret, encryptionKey: kms.IKey): SecretGrants {
    return new SecretGrants(secret, encryptionKey, true);
  }

  private constructor(
    private readonly secret: secretsmanager.ISecret, private readonly encryptionKey?: kms.IKey, private readonly sharedByOwner: boolean = false,
  ) {}

  /**
   * Read the value and the metadata.
   *
   * @param grantee who may read
   * @param options conditions, none by default
   *
   * @throws an error that lists all options that cannot work
   */
  public read(grantee: iam.IGrantable, options: SecretReadOptions = {}): iam.Grant {
    return this.grantRead(grantee, readConditions(this.secret, options));
  }

  /**
   * Read the value and the metadata, also together with those of other secrets in one request.
   *
   * IAM knows no resource for `BatchGetSecretValue`: it is allowed on `*`, in the Region of the secret. It gives the values of
   * those secrets that the grantee may read anyway, so it opens nothing.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_batch.html
   *
   * @param grantee who may read
   * @param options conditions, none by default
   *
   * @throws an error that lists all options that cannot work
   */
  public batchRead(grantee: iam.IGrantable, options: SecretBatchReadOptions = {}): iam.Grant {
    const conditions = readConditions(this.secret, options);
    const actions = options.withFilters ? [...READ_BATCHES, ...LIST] : READ_BATCHES;
    const inRegion = { StringEquals: { 'aws:RequestedRegion': this.secret.env.region } };
    const batch = grantInIdentity({
      grantee,
      actions,
      resourceArns: ['*'],
      conditions: mergeConditions(inRegion, conditions.caller, conditions.request),
    });
    if (!batch.success) {
      Annotations.of(this.secret).addWarningV2('cdk-guarded-secrets:grantNeedsIdentityPolicy',
        `${actions.join(', ')} cannot be allowed by the policy of a secret, and the grantee has none here; allow it in the policy of the grantee, where it is defined`);
    }
    return batch.combine(this.grantRead(grantee, conditions));
  }

  /** Put a new value. Settings of the secret (key, description, rotation, policy) cannot be changed with it. */
  public write(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [WRITE], ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Read the metadata: versions, labels, dates, rotation. Not the value. */
  public describe(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [DESCRIBE]);
  }

  /**
   * Start a rotation with the settings that are deployed. The settings themselves cannot be changed, nor rotation be turned off.
   *
   * The service asks for `lambda:InvokeFunction` on the rotation function too when a caller starts a rotation: see
   * `RotationFunction.grantInvoke`.
   */
  public rotate(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [DESCRIBE, ROTATE]);
  }

  /**
   * Change the settings, not the value.
   *
   * These are rotation and its rules, tags and policy, the deletion with a time to recover, and the restoration; not the key, the
   * description or the replicas.
   *
   * The policy must be one that Secrets Manager proves not to be public. It can still let others of the account in; what keeps the
   * value from them is the customer key. Without one, who manages a secret can get at its value.
   *
   * @throws an error when the grantee is outside of the account of the secret, or has no policy
   */
  public manage(grantee: iam.IGrantable): iam.Grant {
    if (compareAccounts(this.secret, grantee) === TokenComparison.DIFFERENT) {
      throw new Error(`${this.secret.node.path}: a secret is managed from its own account, got a principal of account ${JSON.stringify(accountOf(grantee))}; grant a role of the account that the other one may assume`);
    }
    const resourceArns = [secretArnForPolicy(this.secret)];
    const grants = MANAGE.map(({ actions, conditions }) => grantInIdentity({ grantee, actions, conditions, resourceArns }));
    if (!grants.every(({ success }) => success)) {
      throw new Error(`${this.secret.node.path}: managing is allowed in the policy of the grantee only, got ${JSON.stringify(String(grantee.grantPrincipal))}, which has none; grant a role, a user or a group`);
    }
    return combined(grants);
  }

  private grantRead(grantee: iam.IGrantable, { caller, request, secret, version }: ReadConditions): iam.Grant {
    const conditions = mergeConditions(caller, request, secret);
    const isLimited = Object.keys(version).length > 0;
    const statements = isLimited
      ? [{ ...DESCRIBE, conditions }, { actions: READ_VALUE, conditions: mergeConditions(conditions, version) }]
      : [{ actions: [...READ_VALUE, ...DESCRIBE.actions], conditions }];
    return this.grant(grantee, statements, ['kms:Decrypt'], caller);
  }

  private grant(grantee: iam.IGrantable, statements: SecretStatement[], keyActions: string[] = [], keyCaller: Conditions = {}): iam.Grant {
    warnAboutUnboundService(this.secret, grantee);
    const grants = statements.map((statement) => this.grantOnSecret(grantee, statement));
    if (this.encryptionKey && keyActions.length > 0) grants.push(this.grantOnKey(grantee, this.encryptionKey, keyActions, keyCaller));
    return combined(grants);
  }

  private grantOnSecret(grantee: iam.IGrantable, { actions, conditions = {} }: SecretStatement): iam.Grant {
    const resource = this.secret;
    const resourceArn = secretArnForPolicy(resource);
    return grantOn({
      grantee, actions, resource, resourceArn, identityConditions: conditions, resourceConditions: conditions, sharedByOwner: this.sharedByOwner,
    });
  }

  private grantOnKey(grantee: iam.IGrantable, key: kms.IKey, actions: string[], caller: Conditions): iam.Grant {
    const { secret } = this;
    const region = secretRegion(secret);
    const account = accountOf(grantee);
    return grantOn({
      grantee,
      actions,
      resource: key,
      resourceArn: keyArnForPolicy(key),
      identityConditions: mergeConditions(keyConditions(region, [secretArnForPolicy(secret)], keepsArn(secret, grantee)), aliasConditions(key), caller),
      resourceConditions: mergeConditions(
        keyConditions(region, [secretArnForKeyPolicy(secret)], false),
        account === undefined ? {} : { StringEquals: { 'kms:CallerAccount': account } },
        caller,
      ),
      sharedByOwner: this.sharedByOwner,
    });
  }
}

function combined([first, ...others]: iam.Grant[]): iam.Grant {
  return others.reduce((all, grant) => all.combine(grant), first);
}

/** What keeps the customers of a service from having it act on resources of others. */
const BINDINGS_OF_SERVICES = ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID', 'aws:SourceOrgPaths'];

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function warnAboutUnboundService(secret: secretsmanager.ISecret, { grantPrincipal }: iam.IGrantable): void {
  const { principalJson, conditions } = grantPrincipal.policyFragment;
  const keys = Object.values(conditions as Conditions).flatMap((operator) => Object.keys(operator));
  if ('Service' in principalJson && !BINDINGS_OF_SERVICES.some((key) => keys.includes(key))) {
    Annotations.of(secret).addWarningV2('cdk-guarded-secrets:grantToUnboundService',
      `${JSON.stringify(secret.node.path)} is granted to a service, whoever it works for; bind it to your account with the option \`conditions: { StringEquals: { 'aws:SourceAccount': account } }\` of iam.ServicePrincipal, or acknowledge this if the service does not send it`);
  }
}

/** Whether the policy of a grantee names the complete ARN; in another account or Region it may lack the suffix. */
function keepsArn(secret: secretsmanager.ISecret, { grantPrincipal }: iam.IGrantable): boolean {
  if (!hasCompleteArn(secret) || !secretResource(secret)) return hasCompleteArn(secret);
  return Construct.isConstruct(grantPrincipal) && isInEnvironmentOf(secret, grantPrincipal);
}
