/**
 * The evaluation itself: it must not guess, and must tell allowed from refused.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import { deployedStack, DeployedValues } from './deployed-values';
import { EvaluatedApp, EVERYTHING, stranger } from './evaluated-app';
import { GuardedSecret } from '../../../src';
import { ACCOUNT, Json, newStack, REGION } from '../vocabulary';

function literal(value: Json): Json {
  const stack = deployedStack('Test', { account: 'unknown-account', region: 'unknown-region' }, { Resources: {} });
  return new DeployedValues([stack]).literal(stack, value);
}

test('values are what a deployment puts in', () => {
  expect(literal({ 'Fn::Join': ['-', [{ Ref: 'AWS::Region' }, { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b'] }] }]] })).toBe(`${REGION}-b`);
  expect(literal({ one: { Ref: 'AWS::NoValue' }, two: [{ Ref: 'AWS::AccountId' }] })).toEqual({ two: [ACCOUNT] });
});

test.each<[Json, string]>([
  [{ 'Fn::Base64': 'x' }, 'the evaluation does not know Fn::Base64'],
  [{ Ref: 'AWS::StackId' }, 'the evaluation does not know AWS::StackId'],
  [{ Ref: 'Nothing' }, 'Test has no resource Nothing'],
  [{ 'Fn::ImportValue': 'nothing' }, 'no stack exports nothing'],
])('what is not known is an error: %p', (value, message) => {
  expect(() => literal(value)).toThrow(message);
});

describe('requests', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const { secret } = new GuardedSecret(stack, 'Secret');
  const user = new iam.User(stack, 'User');
  user.addManagedPolicy(new iam.ManagedPolicy(stack, 'Policy', {
    users: [user], statements: [new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] })],
  }));
  const app = new EvaluatedApp(stack);

  test('a managed policy counts; reading needs the key as well', async () => {
    expect(await app.allows(app.caller(user), 'secretsmanager:GetSecretValue', secret)).toBe(true);
    expect(await app.reads(app.caller(user), secret)).toBe(false);
    expect(await app.reads(stranger(ACCOUNT, [EVERYTHING]), secret)).toBe(true);
  });

  test('a key of a condition that the action does not take is an error', async () => {
    await expect(app.allows(app.caller(user), 'secretsmanager:DescribeSecret', secret, { 'secretsmanager:VersionStage': 'AWSCURRENT' })).rejects.toThrow('does not take');
  });

  test('an action that IAM does not know is an error', async () => {
    await expect(app.allows(app.caller(user), 'secretsmanager:ReadSecret', secret)).rejects.toThrow('cannot evaluate');
  });
});
