/**
 * Replicas of secrets that cannot be, and what is said about them.
 */
import { Fn, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, ReplicaKey, SecretReplica, SecretReplicaOptions, SecretsKey } from '../../../src';
import { ACCOUNT, messageOf, newStack, only, REGION } from '../vocabulary';

const OTHER_REGION = 'eu-west-1';
const THIRD_REGION = 'us-east-1';
const KEY_ARN = `arn:aws:kms:${OTHER_REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
const SECRET = 'AWS::SecretsManager::Secret';

const importedKey = (stack: Stack, region: string = OTHER_REGION) => kms.Key.fromKeyArn(stack, `Key${region}`, KEY_ARN.replace(OTHER_REGION, region));

function problem(props: (stack: Stack) => GuardedSecretProps): string {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  return messageOf(() => new GuardedSecret(stack, 'Secret', props(stack)));
}

test('the Region of the secret itself', () => {
  expect(problem((stack) => ({ replicas: [{ region: REGION, encryptionKey: importedKey(stack, REGION) }] })))
    .toBe('Test/Secret: a replica must be in another Region than its secret, got "eu-central-1" for both; change `region`');
});

test('a Region twice', () => {
  expect(problem((stack) => {
    const replica = { region: OTHER_REGION, encryptionKey: importedKey(stack) };
    return { replicas: [replica, replica] };
  })).toBe('Test/Secret: a secret has one replica in a Region, got two for "eu-west-1"; remove one of `replicas`');
});

test('a second replica in a Region', () => {
  const stack = newStack();
  const secret = new secretsmanager.Secret(stack, 'Secret');
  const props = { secret, region: OTHER_REGION, encryptionKey: importedKey(stack) };
  new SecretReplica(stack, 'One', props);
  expect(messageOf(() => new SecretReplica(stack, 'Other', props)))
    .toBe('Test/Other: the secret has a replica in "eu-west-1" already; remove one of them');
});

test('a Region that only the deployment knows', () => {
  expect(problem((stack) => ({ replicas: [{ region: Fn.importValue('Region'), encryptionKey: importedKey(stack) }] })))
    .toBe('Test/Secret: the Region of a replica must be known at synthesis, got a token; write it out as `region`, as "eu-west-1"');
});

test('no key, from languages that do not check it', () => {
  expect(problem(() => ({ replicas: [{ region: OTHER_REGION } as SecretReplicaOptions] })))
    .toBe('Test/Secret: the replica in "eu-west-1" has no customer key, so Secrets Manager would encrypt it with its own, which no other account may use; '
      + 'pass a key of that Region as `encryptionKey`, for example the `alias` of a ReplicaKey');
});

test('a key of another Region', () => {
  expect(problem((stack) => ({ replicas: [{ region: OTHER_REGION, encryptionKey: new kms.Key(stack, 'Key') }] })))
    .toBe('Test/Secret: the replica in "eu-west-1" needs a key of that Region, got "Test/Key" in "eu-central-1"; change `encryptionKey`, or `region`');
});

test('a key of a stack that may be deployed to any Region', () => {
  const anywhere = newStack();
  expect(messageOf(() => new GuardedSecret(anywhere, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey: new ReplicaKey(anywhere, 'Key').alias }] })))
    .toBe('Test/Secret: the replica in "eu-west-1" needs a key of that Region, got "Test/Key/Alias" in a stack that may be deployed to any; '
      + 'name the Region in the environment of that stack, or import the key by its ARN as `encryptionKey`');
});

test('an alias that does not say which key it names', () => {
  expect(problem((stack) => ({ replicas: [{ region: OTHER_REGION, encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/replicas') }] })))
    .toBe('Test/Secret: the key "Test/Key" is an alias that does not say which key it names, and policies cannot name an alias; import the key by its ARN as `encryptionKey`');
});

test('all of them at once', () => {
  expect(problem((stack) => ({ replicas: [{ region: REGION, encryptionKey: importedKey(stack, THIRD_REGION) }] }))).toBe([
    'Test/Secret: 2 problems',
    '  1. a replica must be in another Region than its secret, got "eu-central-1" for both; change `region`',
    '  2. the replica in "eu-central-1" needs a key of that Region, got "Test/Keyus-east-1" in "us-east-1"; change `encryptionKey`, or `region`',
  ].join('\n'));
});

test('a replica that does not exist', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const guarded = new GuardedSecret(stack, 'Replicated', { replicas: [{ region: OTHER_REGION, encryptionKey: importedKey(stack) }] });
  expect(messageOf(() => guarded.replica(THIRD_REGION)))
    .toBe('Test/Replicated: the secret has no replica in "us-east-1"; its replicas are "eu-west-1"; add the Region to `replicas`');
  expect(messageOf(() => new GuardedSecret(newStack(), 'Secret').replica(THIRD_REGION)))
    .toBe('Test/Secret: the secret has no replica in "us-east-1"; its replicas are none; add the Region to `replicas`');
});

test('none of these is a key whose ARN only the deployment knows', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const encryptionKey = SecretsKey.fromSsmParameter(stack, 'Key', { parameterName: '/keys/eu-west-1' });
  new GuardedSecret(stack, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey }] });
  expect(only(stack, SECRET).properties.ReplicaRegions).toEqual([{ Region: OTHER_REGION, KmsKeyId: stack.resolve(encryptionKey.keyArn) }]);
});
