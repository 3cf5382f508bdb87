import { Annotations, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { keyConditions } from '../private/key-conditions';
import { anySecretArn, hasCompleteArn, secretArnForPolicy } from '../private/secret-arn';

const DESCRIBE = ['secretsmanager:DescribeSecret'];
const READ = ['secretsmanager:GetSecretValue', ...DESCRIBE];
const WRITE = ['secretsmanager:PutSecretValue', ...DESCRIBE];
const ROTATE = ['secretsmanager:RotateSecret', 'secretsmanager:CancelRotateSecret', ...DESCRIBE];

type Conditions = Record<string, Record<string, unknown>>;

/** A request to rotate that carries no setting: no rules, no other function, no other role. */
const SETTINGS_UNTOUCHED = {
  BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
  Null: { 'secretsmanager:RotationLambdaARN': 'true', 'secretsmanager:ExternalSecretRotationRoleArn': 'true' },
};

/**
 * Grants on one secret and, where they need it, on its key.
 *
 * A grant goes into the policy of the grantee, so the policy of the key does not grow with the number of readers. Each
 * use of the key is bound to Secrets Manager and to this one secret, also when many secrets share the key.
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

  private constructor(private readonly secret: secretsmanager.ISecret, private readonly encryptionKey?: kms.IKey) {}

  /** Read the value and the metadata. */
  public read(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, READ, ['kms:Decrypt']);
  }

  /** Put a new value. Settings of the secret (key, description, rotation) cannot be changed with it. */
  public write(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, WRITE, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Read the metadata: versions, labels, dates, rotation. Not the value. */
  public describe(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, DESCRIBE, []);
  }

  /**
   * Start or cancel a rotation with the settings that are deployed. The settings themselves cannot be changed.
   *
   * The service asks for `lambda:InvokeFunction` on the rotation function too when a caller starts a rotation: see
   * `RotationFunction.grantInvoke`.
   */
  public rotate(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ROTATE, [], SETTINGS_UNTOUCHED, ['secretsmanager:RotateSecret']);
  }

  /** A condition that fits only some of the actions splits the statement: the others would be denied by it. */
  private grant(grantee: iam.IGrantable, actions: string[], keyActions: string[],
    conditions?: Conditions, conditionalActions: string[] = []): iam.Grant {
    const plain = actions.filter((action) => !conditionalActions.includes(action));
    let grant = this.grantOnSecret(grantee, plain);
    if (conditions) grant = grant.combine(this.grantOnSecret(grantee, conditionalActions, conditions));
    if (this.encryptionKey && keyActions.length > 0) grant = grant.combine(this.grantOnKey(grantee, this.encryptionKey, keyActions));
    return grant;
  }

  private grantOnSecret(grantee: iam.IGrantable, actions: string[], conditions?: Conditions): iam.Grant {
    const resource = this.secret;
    const resourceArn = secretArnForPolicy(resource);
    return grantOn({ grantee, actions, resource, resourceArn, identityConditions: conditions, resourceConditions: conditions });
  }

  private grantOnKey(grantee: iam.IGrantable, key: kms.IKey, actions: string[]): iam.Grant {
    return grantOn({
      grantee,
      actions,
      resource: key,
      resourceArn: key.keyArn,
      identityConditions: keyConditions(this.secret, [secretArnForPolicy(this.secret)], hasCompleteArn(this.secret)),
      // The secret needs the key first, so the policy of the key cannot name it. The policy of the secret does the rest.
      resourceConditions: keyConditions(this.secret, [anySecretArn(this.secret)], false),
    });
  }
}

interface GrantOnOptions {
  readonly grantee: iam.IGrantable;
  readonly actions: string[];
  readonly resource: secretsmanager.ISecret | kms.IKey;
  readonly resourceArn: string;
  readonly identityConditions?: Conditions;
  readonly resourceConditions?: Conditions;
}

/**
 * Allows actions in the policy of the grantee, and in that of the resource where the first does not suffice: for
 * another account, or a principal without a policy.
 *
 * `Grant.addToPrincipalOrResource` would leave the conditions out of the policy of the resource.
 */
function grantOn(options: GrantOnOptions): iam.Grant {
  const { grantee, actions, resource, resourceArn, identityConditions, resourceConditions } = options;
  const inIdentity = iam.Grant.addToPrincipal({ grantee, actions, conditions: identityConditions, resourceArns: [resourceArn] });
  const account = grantee.grantPrincipal.principalAccount;
  const accounts = account === undefined ? undefined : Token.compareStrings(resource.env.account, account);
  if (inIdentity.success && (accounts === TokenComparison.SAME || accounts === TokenComparison.BOTH_UNRESOLVED)) return inIdentity;

  // The policy of a secret is copied to its replicas, whose ARNs differ; in the policy of a key only `*` has a meaning.
  const statement = new iam.PolicyStatement({ actions, conditions: resourceConditions, principals: [grantee.grantPrincipal], resources: ['*'] });
  if (resource.addToResourcePolicy(statement).statementAdded) {
    // Only this gives a `Grant` of a statement. A statement that is added twice is rendered once.
    return inIdentity.combine(iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns: [resourceArn], resource, statement }));
  }
  if (!inIdentity.success || accounts === TokenComparison.DIFFERENT) {
    Annotations.of(resource).addWarningV2('cdk-guarded-secrets:grantNeedsResourcePolicy',
      `the policy of the imported ${JSON.stringify(resource.node.path)} cannot be changed from here; allow ${actions.join(', ')} for the grantee in it, where it is defined`);
  }
  return inIdentity;
}
