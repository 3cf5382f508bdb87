import { IResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { watchKeyPolicy } from './key-policy-checks';
import { keyConditions } from '../private/key-conditions';
import { anySecretArn } from '../private/secret-arn';

/** What Secrets Manager asks of a key in the name of who calls it. It creates no grants. */
const USES = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

/**
 * Lets the identity policies of an account decide who uses a key for the secrets of the account. Grants of this library
 * stand in such policies; without the statement they would have no effect on a key whose policy does not trust the
 * account in general. An imported key stays as it is: its policy is written elsewhere.
 *
 * @param key the key
 * @param user what uses it: its account and Region count
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-policies
 */
export function allowSecretsOfAccount(key: kms.IKey, user: IResource): void {
  watchKeyPolicy(key);
  const { StringEquals, ...patterns } = keyConditions(user.env.region, [anySecretArn(user)], false);
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.AccountPrincipal(user.env.account)],
    actions: USES,
    resources: ['*'],
    conditions: { StringEquals: { ...StringEquals, 'kms:CallerAccount': user.env.account }, ...patterns },
  }), true);
}
