/**
 * Sixty logins in one stack: what the services limit is far away, and each login costs four resources.
 */
import { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, GuardedDatabaseSecretProps, Rotation, SecretRotator } from '../../../src';
import { deployed } from '../deployed';
import { Json, newStack, postgresInstance, template } from '../vocabulary';

const SECRETS = 60;

interface Size {
  readonly id: string;
  readonly size: number;
}

interface LoginsOptions {
  readonly dedicatedKey?: boolean;
  readonly name?: (number: number) => string;
  readonly administrator?: (stack: Stack, number: number) => Partial<GuardedDatabaseSecretProps>;
}

function templateWith(secrets: number, { name, administrator, dedicatedKey }: LoginsOptions = {}): Json {
  const stack = newStack();
  const database = DatabaseTarget.rdsInstance(postgresInstance(stack, 'OrdersOfTheShop'));
  const alarmTopic = new sns.Topic(stack, 'OnCallOfTheShop', { masterKey: new kms.Key(stack, 'TopicKey') });
  for (let number = 1; number <= secrets; number++) {
    new GuardedDatabaseSecret(stack, `LoginOfTheReportingService${number}`, {
      database, username: `reporting_${number}`, dedicatedKey, alarmTopic, secretName: name?.(number), ...administrator?.(stack, number),
    });
  }
  return template(stack).toJSON();
}

/** The longest names and one secret with its own key for each login: more than a function reads otherwise. */
function ownAdministrator(stack: Stack, number: number): Partial<GuardedDatabaseSecretProps> {
  const adminSecret = secretsmanager.Secret.fromSecretAttributes(stack, `Administrator${number}`, {
    secretCompleteArn: `arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:administrator-of-database-${number}-AbCdEf`,
    encryptionKey: kms.Key.fromKeyArn(stack, `AdministratorKey${number}`, `arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-${`${number}`.padStart(12, '0')}`),
  });
  const database = DatabaseTarget.rdsInstance(stack.node.findChild('OrdersOfTheShop') as rds.DatabaseInstance);
  const username = `${number}`.padStart(57, 'n');
  return { username, rotation: Rotation.alternatingUsers({ database, adminSecret, role: `${number}`.padStart(63, 'r'), createWith: DatabasePrivileges.READ_WRITE }) };
}

function sizes(json: Json, type: string, part: (properties: Json) => Json): Size[] {
  return Object.entries<Json>(json.Resources).filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, size: JSON.stringify(deployed(part(Properties), json)).length }));
}

function largest(all: Size[]): number {
  return Math.max(...all.map(({ size }) => size));
}

const SHARED_KEY = templateWith(SECRETS);

describe.each([
  ['a shared key', SHARED_KEY, 8],
  ['keys of their own', templateWith(SECRETS, { dedicatedKey: true }), 8],
  ['keys and administrators of their own', templateWith(SECRETS, { dedicatedKey: true, administrator: ownAdministrator }), 4],
])('sixty logins with %s', (_, json, together) => {
  test('each function has an environment below 4 KB', () => {
    // Lambda counts names and values; JSON counts some punctuation more.
    const environments = sizes(json, 'AWS::Lambda::Function', ({ Environment }) => Environment.Variables);
    expect(environments.length).toBeGreaterThan(1);
    expect(largest(environments)).toBeLessThan(4096);
  });

  test(`each function serves at least ${together} logins`, () => {
    expect(sizes(json, 'AWS::Lambda::Function', () => ({})).length).toBeLessThanOrEqual(Math.ceil(SECRETS / together));
  });

  test('each login is in the environment of one function', () => {
    const names = Object.values<Json>(json.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .flatMap(({ Properties }) => Object.keys(Properties.Environment.Variables)).filter((name) => name.startsWith('GUARDED_SECRET_'));
    expect(new Set(names).size).toBe(SECRETS);
    expect(names).toHaveLength(SECRETS);
  });

  test('each managed policy is below 6,144 characters', () => {
    expect(largest(sizes(json, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument))).toBeLessThan(6144);
  });

  test('each key policy is below 32 KB', () => {
    expect(largest(sizes(json, 'AWS::KMS::Key', ({ KeyPolicy }) => KeyPolicy))).toBeLessThan(32768);
  });

  test('each event pattern is below 2,048 characters', () => {
    const patterns = sizes(json, 'AWS::Events::Rule', ({ EventPattern }) => EventPattern);
    expect(patterns).toHaveLength(6);
    expect(largest(patterns)).toBeLessThan(2048);
  });

  test('each rule has its own secrets', () => {
    const watched = Object.values<Json>(json.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule')
      .flatMap(({ Properties }) => Properties.EventPattern.detail.additionalEventData.SecretId.map(({ Ref }: Json) => Ref));
    expect(new Set(watched).size).toBe(SECRETS);
    expect(watched).toHaveLength(SECRETS);
  });
});

test('one more login of a function costs four resources', () => {
  const [two, three] = [2, 3].map((secrets) => Object.keys(templateWith(secrets).Resources));
  expect(three.length - two.length).toBe(4);
});

test('sixty logins cost less than six resources each, functions and alarms included', () => {
  const added = Object.keys(SHARED_KEY.Resources).length - Object.keys(templateWith(0).Resources).length;
  const each = added / SECRETS;
  process.stdout.write(`${added} resources for ${SECRETS} logins, ${each.toFixed(2)} for each\n`);
  expect(each).toBeLessThan(6);
});

describe('two hundred rotations of secrets that other stacks define, in one stack', () => {
  const stack = newStack();
  const database = DatabaseTarget.rdsInstance(postgresInstance(stack, 'OrdersOfTheShop'));
  for (let number = 1; number <= 200; number++) {
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, `Login${number}`, `arn:aws:secretsmanager:eu-central-1:123456789012:secret:reporting_${number}-AbCdEf`);
    new SecretRotator(stack, `Rotation${number}`, { secret, rotation: Rotation.singleUser({ database }) });
  }
  const json = template(stack).toJSON();

  test('the stack has less than 500 resources', () => {
    expect(Object.keys(json.Resources).length).toBeLessThan(500);
  });

  test.each<[string, number, string, (properties: Json) => Json]>([
    ['environment', 4096, 'AWS::Lambda::Function', ({ Environment }) => Environment.Variables],
    ['managed policy', 6144, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument],
    ['key policy', 32768, 'AWS::KMS::Key', ({ KeyPolicy }) => KeyPolicy],
    ['permission', 20480, 'AWS::Lambda::Permission', (properties) => properties],
  ])('each %s is below %i characters', (_, limit, type, part) => {
    const all = sizes(json, type, part);
    expect(all.length).toBeGreaterThan(0);
    expect(largest(all)).toBeLessThan(limit);
  });

  test('no role has more than ten managed policies, and no function more than one permission', () => {
    const attached = Object.values<Json>(json.Resources).filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy').flatMap(({ Properties }) => Properties.Roles.map(({ Ref }: Json) => Ref));
    const permitted = Object.values<Json>(json.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Permission').map(({ Properties }) => JSON.stringify(Properties.FunctionName));
    const most = (names: string[]): number => Math.max(...names.map((name) => names.filter((other) => other === name).length));
    expect(most(attached)).toBeLessThanOrEqual(10);
    expect(most(permitted)).toBe(1);
  });
});

test.each([100, 270, 512])('secrets with names of %i characters stay within the limits too', (length) => {
  const json = templateWith(12, { name: (number) => `${number}`.padStart(length, 'n') });
  expect(largest(sizes(json, 'AWS::Lambda::Function', ({ Environment }) => Environment.Variables))).toBeLessThan(4096);
  expect(largest(sizes(json, 'AWS::Events::Rule', ({ EventPattern }) => EventPattern))).toBeLessThan(2048);
  expect(largest(sizes(json, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument))).toBeLessThan(6144);
});
