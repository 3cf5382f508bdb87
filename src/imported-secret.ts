import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { SecretGrants } from './access/secret-grants';
import { givenNames } from './private/given-names';
import { incompleteReferences, isComplete, isIncomplete, isNoKeyArn, isNoSecretArn } from './private/imported-arns';
import { Problems } from './private/problems';

/**
 * A secret with what this library offers for it, defined or imported. Its key, as far as it is known, is
 * `secret.encryptionKey`.
 */
export interface IGuardedSecret extends IConstruct {
  /** The secret, for everything in the CDK that takes one. */
  readonly secret: secretsmanager.ISecret;

  /** Who may do what with the secret. */
  readonly grants: SecretGrants;
}

/**
 * A secret that was made elsewhere. Exactly one of `secretCompleteArn`, `secretPartialArn` and `secretName` is given.
 */
export interface GuardedSecretAttributes {
  /**
   * The ARN with the suffix of a hyphen and six characters. Take it where you know it: policies then name this secret
   * alone, and not one that is made under its name later.
   *
   * @default - `secretPartialArn` or `secretName` is given
   */
  readonly secretCompleteArn?: string;

  /**
   * The ARN without the suffix.
   *
   * @default - `secretCompleteArn` or `secretName` is given
   */
  readonly secretPartialArn?: string;

  /**
   * The name, for a secret of the account and Region of the stack.
   *
   * @default - `secretCompleteArn` or `secretPartialArn` is given
   */
  readonly secretName?: string;

  /**
   * The customer key of the secret.
   *
   * @default - `encryptionKeyArn`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ARN of the customer key of the secret: of the key itself, since policies do not know aliases.
   *
   * @default - not known, so grants hold no rights on a key: the secret is under the key of the service, `aws/secretsmanager`
   */
  readonly encryptionKeyArn?: string;
}

/** A secret that was made elsewhere. */
export class ImportedSecret extends Construct implements IGuardedSecret {
  public readonly secret: secretsmanager.ISecret;
  public readonly grants: SecretGrants;

  public constructor(scope: Construct, id: string, attributes: GuardedSecretAttributes) {
    super(scope, id);
    this.validate(attributes);
    const { secretCompleteArn, secretPartialArn, secretName, encryptionKeyArn } = attributes;
    const encryptionKey = attributes.encryptionKey ?? (encryptionKeyArn === undefined ? undefined : kms.Key.fromKeyArn(this, 'Key', encryptionKeyArn));
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'Resource', {
      secretCompleteArn,
      secretPartialArn: secretName === undefined ? secretPartialArn : this.partialArnOf(secretName),
      encryptionKey,
    });
    this.node.addValidation({ validate: () => incompleteReferences(this, secretCompleteArn) });
    this.grants = SecretGrants.fromSecret(this.secret);
  }

  /** The import by name of the CDK takes no key. */
  private partialArnOf(secretName: string): string {
    return Stack.of(this).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: secretName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  private validate({ secretCompleteArn, secretPartialArn, secretName, encryptionKey, encryptionKeyArn }: GuardedSecretAttributes): void {
    const problems = new Problems(this);
    const given = givenNames({ secretCompleteArn, secretPartialArn, secretName });
    if (given.length !== 1) {
      const got = given.join(' and ') || 'none of them';
      problems.add(`a secret is imported by one of \`secretCompleteArn\`, \`secretPartialArn\` and \`secretName\`, got ${got}; pass one`);
    }
    for (const [name, arn] of Object.entries({ secretCompleteArn, secretPartialArn }).filter(([, value]) => isNoSecretArn(value))) {
      problems.add(`\`${name}\` must be the ARN of one secret, without wildcards, got ${JSON.stringify(arn)}; change it`);
    }
    if (isNoKeyArn(encryptionKeyArn)) {
      problems.add(`\`encryptionKeyArn\` must be the ARN of one key, not of an alias, got ${JSON.stringify(encryptionKeyArn)}; change it`);
    }
    if (isIncomplete(secretCompleteArn)) {
      problems.add(`a complete ARN ends in a hyphen and six letters or digits, got ${JSON.stringify(secretCompleteArn)}; pass it as \`secretPartialArn\``);
    }
    for (const partial of [secretPartialArn, secretName].filter(isComplete)) {
      problems.add(`Secrets Manager takes what ends in a hyphen and six letters or digits for a complete ARN, got ${JSON.stringify(partial)}; pass the complete ARN as \`secretCompleteArn\``);
    }
    if (secretName?.startsWith('arn:')) problems.add(`the name of a secret is no ARN, got ${JSON.stringify(secretName)}; pass it as \`secretCompleteArn\` or \`secretPartialArn\``);
    if (encryptionKey && encryptionKeyArn !== undefined) problems.add('a secret has one key, got `encryptionKey` and `encryptionKeyArn`; remove one of them');
    problems.throwIfAny();
  }
}
