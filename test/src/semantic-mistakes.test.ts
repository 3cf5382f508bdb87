/**
 * Mistakes that the validator of the CDK lets through, in what our constructs define. Not here, since no construct of
 * ours can express them: a schedule without a function, days and an expression together, a bogus rotation or target type.
 * What is said of statements in policies, and what of them is taken: access/statements.test.ts. Not refused by us: unknown
 * actions in policies of identities and of keys, which are about other services too.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Json, messageOf, newStack, rotatedStack, template } from './vocabulary';
import { GuardedSecret, RotationInterval } from '../../src';

function problemOf(change: (resource: CfnSecret) => void): string {
  const stack: Stack = newStack();
  change(new GuardedSecret(stack, 'Secret').secret.node.defaultChild as CfnSecret);
  return messageOf(() => template(stack));
}

test('SecretString together with GenerateSecretString', () => {
  expect(problemOf((resource) => { resource.secretString = 'plain'; })).toContain('got both; remove the override of SecretString');
});

test('a plaintext SecretString', () => {
  const problem = problemOf((resource) => { resource.generateSecretString = undefined; resource.secretString = 'plain'; });
  expect(problem).toContain('must not stand in the template');
  expect(problem).not.toContain('plain');
});

test('PasswordLength 5000', () => {
  expect(problemOf((resource) => { resource.generateSecretString = { passwordLength: 5000 }; })).toContain('1 to 4096 characters, got 5000');
});

test('SecretStringTemplate without GenerateStringKey', () => {
  expect(problemOf((resource) => { resource.generateSecretString = { secretStringTemplate: '{}' }; })).toContain('go together, got one of them');
});

test('"every day" as expression', () => {
  expect(messageOf(() => RotationInterval.cron({ day: 'every day' }).render(newStack()))).toContain('got "every day"; change `day`');
});

test('5000 days', () => {
  expect(messageOf(() => RotationInterval.every(Duration.days(5000)).render(newStack()))).toContain('4 hours to 1000 days, got 5000 days');
});

/** A denial that somebody wrote as JSON, in the policy of a secret. */
function policyProblemOf(statement: Json): string {
  const stack = newStack();
  const json = { Sid: 'Theirs', Effect: 'Deny', Principal: '*', Action: 'secretsmanager:*', Resource: '*', ...statement };
  new GuardedSecret(stack, 'Secret').secret.addToResourcePolicy(iam.PolicyStatement.fromJson(json));
  return messageOf(() => template(stack));
}

test('an action that does not exist, in the policy of a secret', () => {
  expect(policyProblemOf({ Action: 'secretsmanager:GetSecretValues' })).toContain(
    '[Test/Secret/Resource/Policy] the statement "Theirs" must be about actions of Secrets Manager, got "secretsmanager:GetSecretValues", which is none; change it, perhaps to "secretsmanager:GetSecretValue"');
});

test('an effect that does not exist, in the policy of a secret', () => {
  expect(policyProblemOf({ Effect: 'deny' })).toContain('the statement "Theirs" must have the effect "Allow" or "Deny", got "deny"; change its Effect');
});

test('another resource in the policy of a secret', () => {
  const resource = 'arn:aws:s3:::bucket';
  expect(policyProblemOf({ Resource: resource })).toContain(
    `the statement "Theirs" must be about the secret itself, got the resource "${resource}"; change it to "*", which means the secret and its replicas`);
});

describe.each<[string, string, string]>([
  ['a secret', 'AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy'],
  ['a key', 'AWS::KMS::Key', 'KeyPolicy'],
  ['a reader', 'AWS::IAM::Policy', 'PolicyDocument'],
  ['a rotation function', 'AWS::IAM::ManagedPolicy', 'PolicyDocument'],
])('the policy of %s', (_, type, property) => {
  function problemWith(member: string, value: string): string {
    const { stack, login } = rotatedStack();
    login.grants.read(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
    const resource = stack.node.findAll().find((construct) => (construct as Json).cfnResourceType === type) as Json;
    resource.addPropertyOverride(`${property}.${member}`, value);
    return messageOf(() => template(stack));
  }

  test('with a version that does not exist', () => {
    expect(problemWith('Version', '2012-10-18')).toContain('the version of a policy must be "2012-10-17" or "2008-10-17", got "2012-10-18"; change its Version');
  });

  test('with an effect that does not exist', () => {
    expect(problemWith('Statement.0.Effect', 'Permit')).toMatch(/the statement .* must have the effect "Allow" or "Deny", got "Permit"; change its Effect/);
  });
});
