import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { isAlias } from '../encryption/key-alias';
import { anyKeyArn } from '../private/key-arn';
import { secretRegion, viaSecretsManager } from '../private/secret-region';

/**
 * What whoever changes a secret needs, so that the service can copy the change to a replica: it uses the key of the
 * replica in the name of the caller. It encrypts only, so the statement is about all secrets of the account, and one for
 * each key suffices.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export function copyStatement(secret: secretsmanager.ISecret, region: string, encryptionKey: kms.IKey): iam.PolicyStatement {
  const stack = Stack.of(secret);
  return new iam.PolicyStatement({
    actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
    // A policy cannot name a key by its alias; which one is meant, a condition says.
    resources: [isAlias(encryptionKey) ? anyKeyArn(encryptionKey, region) : encryptionKey.keyArn],
    conditions: {
      // Not documented is whether the calls come from the Region of the secret or that of the replica.
      StringEquals: { 'kms:ViaService': [secretRegion(secret), region].map(viaSecretsManager) },
      StringLike: {
        'kms:EncryptionContext:SecretARN': stack.formatArn({
          service: 'secretsmanager', region: '*', resource: 'secret', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
      ...(isAlias(encryptionKey) && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': encryptionKey.aliasName } }),
    },
  });
}
