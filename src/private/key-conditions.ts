import { viaSecretsManager } from './secret-region';

/**
 * Conditions that tie a use of a KMS key to given secrets: only through Secrets Manager of their Region, and only with
 * the encryption context that the service sends for them.
 *
 * @param region Region of the secrets, which may differ from the one of the policy
 * @param secretArns ARNs as policies name them
 * @param complete whether all of them are complete; wildcards need another operator
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function keyConditions(region: string, secretArns: string[], complete: boolean): Record<string, Record<string, unknown>> {
  const via = { 'kms:ViaService': viaSecretsManager(region) };
  const context = { 'kms:EncryptionContext:SecretARN': secretArns };
  return complete ? { StringEquals: { ...via, ...context } } : { StringEquals: via, StringLike: context };
}
