import { Annotations, CfnOutput, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { closeToOthers } from './secret-policy';
import { Audience, keyAudiences, secretAudiences } from './share-audience';
import { checkShare } from './share-checks';
import { watchKeyPolicy } from '../encryption/key-policy-checks';
import { mergeConditions } from '../private/conditions';
import { keyConditions } from '../private/key-conditions';
import { secretArnForKeyPolicy } from '../private/secret-arn';
import { perimeterOf } from '../private/secret-perimeters';

/**
 * Properties of a share.
 */
export interface SecretShareProps {
  /** The secret. This app defines it, since the share changes its policy. */
  readonly secret: secretsmanager.ISecret;

  /**
   * Accounts that may read the secret. Each decides by its own policies which of its principals do.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * ARNs of roles of other accounts that may read the secret. They need not exist yet.
   *
   * @default - none
   */
  readonly roleArns?: string[];

  /**
   * An organisation (`o-…`), all accounts of which may read the secret.
   *
   * @default - none
   */
  readonly organizationId?: string;

  /**
   * Units of an organisation whose accounts may read the secret, as paths from the organisation through its root. An end
   * in `/*` means the unit and those below, an end in `/` the unit alone: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
   *
   * @default - none
   */
  readonly organizationPaths?: string[];

  /**
   * The customer key of the secret, where the secret object does not know it.
   *
   * @default - the key of the secret object
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Lets other accounts read a secret: the owner's half of the sharing, in the policies of the secret and of its key. The
 * other half is `SharedSecret`, in each of the other accounts.
 *
 * The key may be used through Secrets Manager only, for secrets of this account. Which of them a caller may read is said
 * by the policy of each secret, so secrets that share the key are not shared with it.
 *
 * The policy of a key has 32,768 characters at most, and one that grows longer is an error at synthesis: each secret with a
 * name takes 350 or more of them. More secrets need more keys, or shares with an organisation instead of many accounts.
 *
 * A share also closes the secret to clear-text connections and to the public, as `GuardedSecret` does.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 */
export class SecretShare extends Construct {
  /** The complete ARN of the secret, for `SharedSecret`. It is an output of the stack. */
  public readonly secretCompleteArn: string;

  /** The ARN of the key, for `SharedSecret`. It is an output of the stack. */
  public readonly encryptionKeyArn: string;

  public constructor(scope: Construct, id: string, props: SecretShareProps) {
    super(scope, id);
    const { secret } = props;
    const key = checkShare(this, props);
    if (!perimeterOf(secret)) closeToOthers(secret);
    for (const audience of secretAudiences(props)) this.allowRead(secret, audience);
    watchKeyPolicy(key);
    for (const audience of keyAudiences(props)) this.allowDecrypt(secret, key, audience);

    this.secretCompleteArn = secret.secretArn;
    this.encryptionKeyArn = key.keyArn;
    new CfnOutput(this, 'SecretCompleteArn', { value: this.secretCompleteArn, description: `Secret that ${this.node.path} shares` });
    new CfnOutput(this, 'EncryptionKeyArn', { value: this.encryptionKeyArn, description: `Key of the secret that ${this.node.path} shares` });
  }

  private allowRead(secret: secretsmanager.ISecret, { name, principals, conditions }: Audience): void {
    secret.addToResourcePolicy(new iam.PolicyStatement({
      // A secret may have several shares, and each Sid once.
      sid: `Share${name}${this.node.addr.slice(-8)}`,
      principals,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      // The policy is copied to replicas, whose ARNs differ.
      resources: ['*'],
      conditions,
    }));
  }

  /** Without a Sid: equal statements of several shares become one. */
  private allowDecrypt(secret: secretsmanager.ISecret, key: kms.IKey, { principals, conditions = {} }: Audience): void {
    const throughSecretsManager = keyConditions(secret.env.region, [secretArnForKeyPolicy(secret)], false);
    const statement = new iam.PolicyStatement({
      principals,
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: mergeConditions(throughSecretsManager, conditions),
    });
    if (!key.addToResourcePolicy(statement).statementAdded) {
      const { region } = secret.env;
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:sharedKeyPolicy',
        `the policy of the imported key ${JSON.stringify(key.node.path)} cannot be changed from here, so nobody else can decrypt the secret yet; allow kms:Decrypt for those whom you share with in it, where it is defined, through secretsmanager.${Token.isUnresolved(region) ? '<region>' : region}.amazonaws.com (kms:ViaService), then acknowledge this`);
    }
  }
}
