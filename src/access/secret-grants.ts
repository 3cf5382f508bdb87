import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { keyConditions } from '../private/key-conditions';
import { hasCompleteArn, secretArnForPolicy } from '../private/secret-arn';

const DESCRIBE = ['secretsmanager:DescribeSecret'];
const READ = ['secretsmanager:GetSecretValue', ...DESCRIBE];
const WRITE = ['secretsmanager:PutSecretValue', ...DESCRIBE];
const ROTATE = ['secretsmanager:RotateSecret', 'secretsmanager:CancelRotateSecret', ...DESCRIBE];

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
  public static fromSecret(secret: ISecret, encryptionKey?: kms.IKey): SecretGrants {
    return new SecretGrants(secret, encryptionKey ?? secret.encryptionKey);
  }

  private constructor(private readonly secret: ISecret, private readonly encryptionKey?: kms.IKey) {}

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
    return this.grant(grantee, ROTATE, [], { Bool: { 'secretsmanager:ModifyRotationRules': 'false' } }, ['secretsmanager:RotateSecret']);
  }

  /** A condition that fits only some of the actions splits the statement: the others would be denied by it. */
  private grant(grantee: iam.IGrantable, actions: string[], keyActions: string[],
    conditions?: Record<string, Record<string, unknown>>, conditionalActions: string[] = []): iam.Grant {
    const plain = actions.filter((action) => !conditionalActions.includes(action));
    let grant = this.grantOnSecret(grantee, plain);
    if (conditions) grant = grant.combine(this.grantOnSecret(grantee, conditionalActions, conditions));
    if (this.encryptionKey && keyActions.length > 0) grant = grant.combine(this.grantOnKey(grantee, this.encryptionKey, keyActions));
    return grant;
  }

  private grantOnSecret(grantee: iam.IGrantable, actions: string[], conditions?: Record<string, Record<string, unknown>>): iam.Grant {
    return iam.Grant.addToPrincipalOrResource({
      grantee,
      actions,
      conditions,
      resourceArns: [secretArnForPolicy(this.secret)],
      // The policy of a secret is copied to its replicas, whose ARNs differ.
      resourceSelfArns: ['*'],
      resource: this.secret,
    });
  }

  private grantOnKey(grantee: iam.IGrantable, key: kms.IKey, actions: string[]): iam.Grant {
    return iam.Grant.addToPrincipalOrResource({
      grantee,
      actions,
      conditions: keyConditions(this.secret, [secretArnForPolicy(this.secret)], hasCompleteArn(this.secret)),
      resourceArns: [key.keyArn],
      resourceSelfArns: ['*'],
      resource: key,
    });
  }
}
