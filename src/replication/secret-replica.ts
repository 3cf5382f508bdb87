import { ArnFormat, CfnResource, Fn, Stack, Stage, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { copyStatement } from './copy-statement';
import { checkReplica } from './replica-problems';
import { SecretGrants } from '../access/secret-grants';
import { isAlias, keyBehind } from '../encryption/key-alias';
import { acknowledge } from '../private/acknowledge';
import { grantInIdentity } from '../private/grant';
import { Problems } from '../private/problems';
import { markReplicated } from '../private/replica-regions';
import { setSecretRegion } from '../private/secret-region';

/** What may encrypt with the keys of replicas, in a managed policy: the rights of a function that rotates secrets. */
export interface ICopier extends IConstruct {
  /** @internal */
  _allowCopies(statement: iam.PolicyStatement): void;
}

/**
 * Options of the replica of a secret in another Region.
 */
export interface SecretReplicaOptions {
  /** The Region of the replica, in the partition of the secret, for example `eu-west-1`. */
  readonly region: string;

  /**
   * A customer key of that Region: the `alias` of a `ReplicaKey`, another alias whose name you chose, or a key imported by
   * its ARN. An alias must exist before the secret is deployed: where the service does not find the key, CloudFormation
   * reports success, and the replica has the status `Failed`.
   */
  readonly encryptionKey: kms.IKey;
}

/**
 * Properties of the replica of a secret in another Region.
 */
export interface SecretReplicaProps extends SecretReplicaOptions {
  /** The secret that is replicated, defined by the app. */
  readonly secret: secretsmanager.Secret;
}

/**
 * The replica of a secret in another Region: a copy to read, with an ARN and a key of its own. Value, tags and resource
 * policy are those of the secret, also after a rotation.
 *
 * **Stacks of other Regions** can name the replica if the secret has a `secretName`. Without one, only the deployment
 * knows its ARN, and the stack that reads needs `crossRegionReferences: true`.
 *
 * **When the replica leaves the app**, CloudFormation deletes it, and who reads it fails. Take away the readers first.
 *
 * The construct throws an error for the Region of the secret itself, for one that only the deployment knows, for a second
 * replica in a Region, and for a key of another Region.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export class SecretReplica extends Construct {
  /** The Region of the replica. */
  public readonly region: string;

  /** The replica, for everything in the CDK that takes a secret. */
  public readonly secret: secretsmanager.ISecret;

  /** The customer key of the replica. */
  public readonly encryptionKey: kms.IKey;

  /**
   * Who may do what with the replica. Only reading and describing have a sense: what changes a value goes to the primary
   * secret. Principals of other accounts need a grant on that too, since its resource policy is copied here.
   */
  public readonly grants: SecretGrants;

  private readonly primary: secretsmanager.Secret;
  private readonly givenKey: kms.IKey;

  public constructor(scope: Construct, id: string, props: SecretReplicaProps) {
    super(scope, id);
    const { secret, region, encryptionKey } = props;
    const problems = new Problems(this);
    checkReplica(problems, props);
    problems.throwIfAny();
    setSecretRegion(this, region);
    this.primary = secret;
    this.region = region;
    this.givenKey = encryptionKey;
    this.encryptionKey = keyBehind(encryptionKey)!;

    markReplicated(secret, region);
    secret.addReplicaRegion(region, encryptionKey);
    this.deployAfterKey();
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'Secret', { ...this.arn(), encryptionKey: this.encryptionKey });
    this.grants = SecretGrants.fromSecret(this.secret);
  }

  /**
   * Lets a principal whose changes of the secret are copied to this replica encrypt with its key. Whoever writes the secret
   * needs it. A rotation function has it where the library defines both secret and rotation.
   */
  public grantCopying(grantee: iam.IGrantable): iam.Grant {
    const { actions, resources, conditions } = this.copyStatement();
    return grantInIdentity({ grantee, actions, resourceArns: resources, conditions });
  }

  /**
   * Lets a function that rotates the secret encrypt with the key of this replica, as `grantCopying`, in a managed policy.
   *
   * @internal
   */
  public _letCopy(copier: ICopier): void {
    copier._allowCopies(this.copyStatement());
    if (isAlias(this.givenKey)) this.acknowledgeKeyWildcard(copier, this.givenKey);
  }

  /** The packs name a wildcard as it stands in the template. */
  private acknowledgeKeyWildcard(scope: IConstruct, { env: { account } }: kms.IKey): void {
    const ofAccount = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    acknowledge(scope, {
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kms:${this.region}:${ofAccount}:key/*]`,
      reason: 'a policy cannot name a key by its alias; the condition kms:ResourceAliases names the one that is meant',
    });
  }

  private copyStatement(): iam.PolicyStatement {
    return copyStatement(this.primary, this.region, this.givenKey);
  }

  /** Name and suffix are those of the primary secret. */
  private arn(): secretsmanager.SecretAttributes {
    const { name } = this.primary.node.defaultChild as secretsmanager.CfnSecret;
    if (name !== undefined && !Token.isUnresolved(name)) return { secretPartialArn: this.arnOf(name) };
    return { secretCompleteArn: this.arnOf(Fn.select(6, Fn.split(':', this.primary.secretArn))) };
  }

  private arnOf(resourceName: string): string {
    const arn = { service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    return Stack.of(this.primary).formatArn({ ...arn, region: this.region });
  }

  /** The name of an alias is no reference, so CloudFormation would not wait for it. */
  private deployAfterKey(): void {
    const resource = this.givenKey.node.defaultChild;
    const sameApp = Stage.of(this.givenKey) === Stage.of(this.primary);
    if (isAlias(this.givenKey) && sameApp && resource && CfnResource.isCfnResource(resource)) this.primary.node.addDependency(resource);
  }
}
