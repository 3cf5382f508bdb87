import { Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SecretGrants } from './secret-grants';
import { Problems } from '../private/problems';
import { looksLikeSuffix } from '../private/secret-name';

const COMPLETE_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/;
const PARTIAL_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^*?]+$/;
const KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

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
    this.node.addValidation({ validate: () => this.incompleteReferences(secretCompleteArn) });
    this.grants = SecretGrants._fromSharedSecret(this.secret, this.encryptionKey);
  }

  private validate({ secretCompleteArn, secretPartialArn, encryptionKeyArn }: SharedSecretProps): void {
    const problems = new Problems(this);
    if ((secretCompleteArn === undefined) === (secretPartialArn === undefined)) {
      const got = secretCompleteArn === undefined ? 'none' : 'both';
      problems.add(`the secret is named by one ARN, got ${got}; pass \`secretCompleteArn\`, or \`secretPartialArn\` while its end is not known`);
    }
    if (isOther(COMPLETE_ARN, secretCompleteArn)) {
      problems.add(`the complete ARN of a secret ends in a hyphen and six characters, got ${JSON.stringify(secretCompleteArn)}; take the output SecretCompleteArn of the owner, or pass it as \`secretPartialArn\``);
    }
    if (isOther(PARTIAL_ARN, secretPartialArn)) {
      problems.add(`the partial ARN of a secret ends in its name, got ${JSON.stringify(secretPartialArn)}; change \`secretPartialArn\``);
    }
    if (isOther(KEY_ARN, encryptionKeyArn)) {
      problems.add(`the key of a secret is named by its ARN ("arn:…:key/…"), which policies need, got ${JSON.stringify(encryptionKeyArn)}; take the output EncryptionKeyArn of the owner as \`encryptionKeyArn\``);
    }
    problems.throwIfAny();
  }

  /** A reference to a stack of another account becomes an ARN that ends in the name: the rest is known there only. */
  private incompleteReferences(arn: string | undefined): string[] {
    const resolved = Stack.of(this).resolve(arn);
    const end = resolved?.['Fn::Join']?.[1].at(-1);
    if (typeof end !== 'string' || looksLikeSuffix(end)) return [];
    return ['the complete ARN of a secret of another account cannot be referred to in the app, where only its name is known; pass the reference as `secretPartialArn`, or the output SecretCompleteArn of the owner as a string'];
  }
}

function isOther(pattern: RegExp, arn: string | undefined): boolean {
  return arn !== undefined && !Token.isUnresolved(arn) && !pattern.test(arn);
}
