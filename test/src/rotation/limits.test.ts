/**
 * Sixty logins in one stack: what the services limit is far away, and each login costs four resources.
 */
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabaseTarget, GuardedDatabaseSecret } from '../../../src';
import { deployed } from '../deployed';
import { Json, newStack, postgresInstance, template } from '../vocabulary';

const SECRETS = 60;

interface Size {
  readonly id: string;
  readonly size: number;
}

function templateWith(secrets: number, dedicatedKey: boolean, name?: (number: number) => string): Json {
  const stack = newStack();
  const database = DatabaseTarget.rdsInstance(postgresInstance(stack, 'OrdersOfTheShop'));
  const alarmTopic = new sns.Topic(stack, 'OnCallOfTheShop', { masterKey: new kms.Key(stack, 'TopicKey') });
  for (let number = 1; number <= secrets; number++) {
    new GuardedDatabaseSecret(stack, `LoginOfTheReportingService${number}`, { database, username: `reporting_${number}`, dedicatedKey, alarmTopic, secretName: name?.(number) });
  }
  return template(stack).toJSON();
}

function sizes(json: Json, type: string, part: (properties: Json) => Json): Size[] {
  return Object.entries<Json>(json.Resources).filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => ({ id, size: JSON.stringify(deployed(part(Properties), json)).length }));
}

function largest(all: Size[]): number {
  return Math.max(...all.map(({ size }) => size));
}

const SHARED_KEY = templateWith(SECRETS, false);

describe.each([['a shared key', SHARED_KEY], ['keys of their own', templateWith(SECRETS, true)]])('sixty logins with %s', (_, json) => {
  test('each function has an environment below 4 KB', () => {
    // Lambda counts names and values; JSON counts some punctuation more.
    const environments = sizes(json, 'AWS::Lambda::Function', ({ Environment }) => Environment.Variables);
    expect(environments.length).toBeGreaterThan(1);
    expect(largest(environments)).toBeLessThan(4096);
  });

  test('each function serves at least eight logins', () => {
    expect(sizes(json, 'AWS::Lambda::Function', () => ({})).length).toBeLessThanOrEqual(Math.ceil(SECRETS / 8));
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
  const [two, three] = [2, 3].map((secrets) => Object.keys(templateWith(secrets, false).Resources));
  expect(three.length - two.length).toBe(4);
});

test('sixty logins cost less than six resources each, functions and alarms included', () => {
  const added = Object.keys(SHARED_KEY.Resources).length - Object.keys(templateWith(0, false).Resources).length;
  const each = added / SECRETS;
  process.stdout.write(`${added} resources for ${SECRETS} logins, ${each.toFixed(2)} for each\n`);
  expect(each).toBeLessThan(6);
});

test.each([100, 270, 512])('secrets with names of %i characters stay within the limits too', (length) => {
  const json = templateWith(12, false, (number) => `${number}`.padStart(length, 'n'));
  expect(largest(sizes(json, 'AWS::Lambda::Function', ({ Environment }) => Environment.Variables))).toBeLessThan(4096);
  expect(largest(sizes(json, 'AWS::Events::Rule', ({ EventPattern }) => EventPattern))).toBeLessThan(2048);
  expect(largest(sizes(json, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => PolicyDocument))).toBeLessThan(6144);
});
