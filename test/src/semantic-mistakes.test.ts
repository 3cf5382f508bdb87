/**
 * Mistakes that the validator of the CDK lets through, in what our constructs define. Not here, since no construct of
 * ours can express them: a schedule without a function, days and an expression together, a bogus rotation or target type.
 * Not refused by us: unknown actions, versions and effects in policies that users write.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { messageOf, newStack, template } from './vocabulary';
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
