/**
 * Secrets that were made elsewhere: what works on them, and what is refused.
 */
import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { deployed } from './deployed';
import { ACCOUNT, COMPLETE_ARN, count, messageOf, newStack, OTHER_ACCOUNT, PARTIAL_ARN, REGION, resources, statementsWith, template, warnings } from './vocabulary';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, GuardedSecretAttributes, IGuardedSecret, Rotation, SecretAlarms, SecretRotator } from '../../src';

const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
const ALIAS_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/secrets`;

function stackOfAccount() {
  return newStack({ env: { account: ACCOUNT, region: REGION } });
}

function rotate({ secret }: IGuardedSecret) {
  const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });
  return new SecretRotator(secret.stack, 'Rotation', { secret, rotation: Rotation.singleUser({ database }) });
}

describe.each<[string, GuardedSecretAttributes, string, string]>([
  ['complete ARN', { secretCompleteArn: COMPLETE_ARN }, COMPLETE_ARN, 'StringEquals'],
  ['partial ARN', { secretPartialArn: PARTIAL_ARN }, `${PARTIAL_ARN}-??????`, 'StringLike'],
  ['name', { secretName: 'partner-key' }, `${PARTIAL_ARN}-??????`, 'StringLike'],
])('a secret imported by its %s', (_, attributes, arn, operator) => {
  const stack = stackOfAccount();
  const imported = GuardedSecret.fromAttributes(stack, 'Imported', { ...attributes, encryptionKeyArn: KEY_ARN });
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  imported.grants.read(reader);
  rotate(imported);
  new SecretAlarms(stack, 'Alarms', { topic: new sns.Topic(stack, 'Topic') }).monitorSecret(imported.secret);
  const json = () => template(stack).toJSON();

  test('can be granted, with its key', () => {
    const statements = Object.entries(resources(stack, 'AWS::IAM::Policy')).find(([id]) => id.startsWith('Reader'))![1].Properties.PolicyDocument.Statement;
    expect(deployed(statements, json())).toMatchObject([
      { Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: arn },
      { Action: 'kms:Decrypt', Resource: KEY_ARN, Condition: { [operator]: { 'kms:EncryptionContext:SecretARN': [arn] } } },
    ]);
  });

  test('can be rotated: the function has rights on it and on its key', () => {
    const [rights] = statementsWith(stack, 'secretsmanager:PutSecretValue');
    expect(deployed(rights.Resource, json())).toEqual([arn]);
    expect(statementsWith(stack, 'kms:GenerateDataKey').map(({ Resource }) => Resource)).toEqual([KEY_ARN]);
    expect(count(stack, 'AWS::SecretsManager::RotationSchedule')).toBe(1);
  });

  test('can be alarmed on', () => {
    expect(JSON.stringify(deployed(Object.values(resources(stack, 'AWS::Events::Rule')), json()))).toContain(PARTIAL_ARN);
  });

  test('gives no warning, and defines neither a secret nor a key nor a policy of it', () => {
    expect(warnings(stack)).toEqual([]);
    expect(count(stack, 'AWS::SecretsManager::Secret')).toBe(0);
    expect(count(stack, 'AWS::SecretsManager::ResourcePolicy')).toBe(0);
  });
});

test('the key may be an object, and is that of the secret', () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  expect(GuardedSecret.fromAttributes(stack, 'Imported', { secretCompleteArn: COMPLETE_ARN, encryptionKey }).secret.encryptionKey).toBe(encryptionKey);
});

test('without a key its rotation warns', () => {
  const stack = newStack();
  rotate(GuardedSecret.fromAttributes(stack, 'Imported', { secretCompleteArn: COMPLETE_ARN }));
  expect(warnings(stack)).toEqual([expect.stringContaining('the key of an imported secret is not known')]);
});

test('an ARN that only the deployment knows is taken', () => {
  const app = new App();
  const stack = newStack({}, 'Test', app);
  const { secret } = new GuardedSecret(newStack({}, 'Other', app), 'Secret');
  expect(GuardedSecret.fromAttributes(stack, 'Imported', { secretCompleteArn: secret.secretArn, encryptionKeyArn: secret.encryptionKey!.keyArn }).secret.secretFullArn).toBe(secret.secretArn);
});

test('what is imported and what is defined is one kind', () => {
  const stack = newStack();
  const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });
  const all: IGuardedSecret[] = [
    new GuardedSecret(stack, 'Secret'),
    new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' }),
    GuardedSecret.fromAttributes(stack, 'Imported', { secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN }),
  ];
  const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
  all.forEach(({ grants }) => grants.read(reader));
  expect(statementsWith(stack, 'secretsmanager:DescribeSecret').filter(({ Action }) => Action.length === 2)).toHaveLength(3);
  expect(all.every(({ secret }) => secret.encryptionKey)).toBe(true);
});

const ONE_OF = 'a secret is imported by one of `secretCompleteArn`, `secretPartialArn` and `secretName`, got';

test.each<[string, GuardedSecretAttributes, string]>([
  ['nothing', {}, `${ONE_OF} none of them; pass one`],
  ['two', { secretCompleteArn: COMPLETE_ARN, secretName: 'partner-key' }, `${ONE_OF} \`secretCompleteArn\` and \`secretName\`; pass one`],
  ['a complete ARN without suffix', { secretCompleteArn: PARTIAL_ARN }, `a complete ARN ends in a hyphen and six letters or digits, got "${PARTIAL_ARN}"; pass it as \`secretPartialArn\``],
  ['a partial ARN with a suffix', { secretPartialArn: COMPLETE_ARN }, `Secrets Manager takes what ends in a hyphen and six letters or digits for a complete ARN, got "${COMPLETE_ARN}"; pass the complete ARN as \`secretCompleteArn\``],
  ['a name that ends like a suffix', { secretName: 'my-secret' }, 'Secrets Manager takes what ends in a hyphen and six letters or digits for a complete ARN, got "my-secret"; pass the complete ARN as `secretCompleteArn`'],
  ['an ARN as name', { secretName: PARTIAL_ARN }, `the name of a secret is no ARN, got "${PARTIAL_ARN}"; pass it as \`secretCompleteArn\` or \`secretPartialArn\``],
  ['a name as ARN', { secretPartialArn: 'partner/key' }, '`secretPartialArn` must be the ARN of one secret, without wildcards, got "partner/key"; change it'],
  ['a pattern', { secretPartialArn: `${PARTIAL_ARN}*` }, `\`secretPartialArn\` must be the ARN of one secret, without wildcards, got "${PARTIAL_ARN}*"; change it`],
  ['a pattern as complete ARN', { secretCompleteArn: COMPLETE_ARN.replace('partner', '*') }, `\`secretCompleteArn\` must be the ARN of one secret, without wildcards, got "${COMPLETE_ARN.replace('partner', '*')}"; change it`],
  ['all keys', { secretPartialArn: PARTIAL_ARN, encryptionKeyArn: KEY_ARN.replace(/key.*/, 'key/*') }, `\`encryptionKeyArn\` must be the ARN of one key, not of an alias, got "${KEY_ARN.replace(/key.*/, 'key/*')}"; change it`],
  ['an alias', { secretPartialArn: PARTIAL_ARN, encryptionKeyArn: ALIAS_ARN }, `\`encryptionKeyArn\` must be the ARN of one key, not of an alias, got "${ALIAS_ARN}"; change it`],
])('fails for %s', (_, attributes, problem) => {
  expect(messageOf(() => GuardedSecret.fromAttributes(newStack(), 'Imported', attributes))).toBe(`Test/Imported: ${problem}`);
});

test('fails for two keys', () => {
  const stack = newStack();
  expect(messageOf(() => GuardedSecret.fromAttributes(stack, 'Imported', { secretPartialArn: PARTIAL_ARN, encryptionKey: new kms.Key(stack, 'Key'), encryptionKeyArn: KEY_ARN })))
    .toBe('Test/Imported: a secret has one key, got `encryptionKey` and `encryptionKeyArn`; remove one of them');
});

test.each([
  ['account', { account: OTHER_ACCOUNT, region: REGION }],
  ['Region', { account: ACCOUNT, region: 'us-east-1' }],
])('fails for the rotation of a secret of another %s', (_, env) => {
  const imported = GuardedSecret.fromAttributes(newStack({ env }), 'Imported', { secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN });
  expect(messageOf(() => rotate(imported))).toBe(
    `Test/Rotation: the secret "Test/Imported/Resource" is in account ${ACCOUNT} and Region ${REGION}, and is rotated by a function there only; define the rotator in a stack of that account and Region`);
});
