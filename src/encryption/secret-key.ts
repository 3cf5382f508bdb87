import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { allowSecretsOfAccount } from './secrets-key-policy';

/**
 * Encrypts a secret. The constructor of the CDK would let the account create grants on a key that it gets, and use it
 * through Secrets Manager with any encryption context.
 */
export function encryptWith(secret: secretsmanager.Secret, encryptionKey: kms.IKey): void {
  (secret.node.defaultChild as secretsmanager.CfnSecret).kmsKeyId = encryptionKey.keyArn;
  Object.assign(secret, { encryptionKey });
  allowSecretsOfAccount(encryptionKey, secret);
}
