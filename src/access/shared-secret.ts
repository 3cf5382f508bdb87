import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SecretGrants } from './secret-grants';
import { incompleteReferences, isComplete, isIncomplete, isNoKeyArn, isNoSecretArn } from '../private/imported-arns';
import { Problems } from '../private/problems';

/**
 * Properties of a secret of another account.
 */
export interface SharedSecretProps {
  /**
   * The complete ARN of the secret, with the six characters at its end: the output `SecretCompleteArn` of the owner's
   * `SecretShare`. Clients ask for the secret by it.
   *
   * @default - `secretPartialArn` names the secret
   */
  readonly secretCompleteArn?: string;

  /**
   * The ARN of the secret without the six characters at its end, for a secret with a fixed name that is not deployed yet.
   * Grants then have `-??????` in their place, so they also fit another secret of the owner that gets the name later.
   *
   * @default - `secretCompleteArn` names the secret
   */
  readonly secretPartialArn?: string;

  /** The ARN of the key of the secret (`…:key/…`, not of an alias): the output `EncryptionKeyArn` of the owner's `SecretShare`. */
  readonly encryptionKeyArn: string;
}

/**
 * A secret that another account shares by `SecretShare`: the reader's half, in the policies of those who read it.
 *
 * Clients in this account ask for the secret by its ARN: a name would be looked for in their own account. The value
 * follows the rotations of the owner.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
 */
export class SharedSecret extends Construct {
  /** The secret, for everything in the CDK that takes one. */
  public readonly secret: secretsmanager.ISecret;

  /** The key of the secret. */
  public readonly encryptionKey: kms.IKey;

  /** Who may do what with the secret. The owner must allow it too: a `SecretShare` allows `read` and `describe`. */
  public readonly grants: SecretGrants;

  public constructor(scope: Construct, id: string, props: SharedSecretProps) {
    super(scope, id);
    this.validate(props);
    const { secretCompleteArn, secretPartialArn, encryptionKeyArn } = props;
    this.encryptionKey = kms.Key.fromKeyArn(this, 'Key', encryptionKeyArn);
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'Secret', {
      ...(secretCompleteArn === undefined ? { secretPartialArn } : { secretCompleteArn }),
      encryptionKey: this.encryptionKey,
    });
    this.node.addValidation({ validate: () => incompleteReferences(this, secretCompleteArn) });
    this.grants = SecretGrants._fromSharedSecret(this.secret, this.encryptionKey);
  }

  private validate({ secretCompleteArn, secretPartialArn, encryptionKeyArn }: SharedSecretProps): void {
    const problems = new Problems(this);
    if ((secretCompleteArn === undefined) === (secretPartialArn === undefined)) {
      const got = secretCompleteArn === undefined ? 'none' : 'both';
      problems.add(`the secret is named by one ARN, got ${got}; pass \`secretCompleteArn\`, or \`secretPartialArn\` while its end is not known`);
    }
    if (isNoSecretArn(secretCompleteArn) || isIncomplete(secretCompleteArn)) {
      problems.add(`the complete ARN of a secret ends in a hyphen and six characters, got ${JSON.stringify(secretCompleteArn)}; take the output SecretCompleteArn of the owner, or pass it as \`secretPartialArn\``);
    }
    if (isNoSecretArn(secretPartialArn)) {
      problems.add(`the partial ARN of a secret ends in its name, got ${JSON.stringify(secretPartialArn)}; change \`secretPartialArn\``);
    }
    if (isComplete(secretPartialArn)) {
      problems.add(`Secrets Manager takes what ends in a hyphen and six letters or digits for a complete ARN, got ${JSON.stringify(secretPartialArn)}; pass the complete ARN as \`secretCompleteArn\``);
    }
    if (isNoKeyArn(encryptionKeyArn)) {
      problems.add(`the key of a secret is named by its ARN ("arn:…:key/…"), which policies need, got ${JSON.stringify(encryptionKeyArn)}; take the output EncryptionKeyArn of the owner as \`encryptionKeyArn\``);
    }
    problems.throwIfAny();
  }
}
