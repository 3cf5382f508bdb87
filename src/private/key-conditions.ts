import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Conditions that tie a use of a KMS key to given secrets: only through Secrets Manager of this Region, and only with
 * the encryption context that the service sends for them.
 *
 * The host name in `kms:ViaService` ends in `amazonaws.com` in every partition.
 *
 * @param secretArns ARNs as policies name them
 * @param complete whether all of them are complete; wildcards need another operator
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function keyConditions(scope: IConstruct, secretArns: string[], complete: boolean): Record<string, Record<string, unknown>> {
  const via = { 'kms:ViaService': `secretsmanager.${Stack.of(scope).region}.amazonaws.com` };
  const context = { 'kms:EncryptionContext:SecretARN': secretArns };
  return complete ? { StringEquals: { ...via, ...context } } : { StringEquals: via, StringLike: context };
}
