/**
 * A secret has one schedule, whoever defines the second one, and where.
 */
import { App, Aws, CfnCondition, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ownHandler } from './handlers';
import { GuardedSecret, Rotation, SecretRotator } from '../../../src';
import { ACCOUNT, COMPLETE_ARN, messageOf, newStack, postgresInstance, REGION, rotatedLogin, template } from '../vocabulary';

const ENV = { env: { account: ACCOUNT, region: REGION } };

function rotated() {
  const stack = newStack(ENV);
  const handler = ownHandler(stack);
  const { secret } = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
  return { stack, handler, secret };
}

function addSchedule(stack: Stack, secretId: string): secretsmanager.CfnRotationSchedule {
  return new secretsmanager.CfnRotationSchedule(stack, 'Second', { secretId, rotationRules: { automaticallyAfterDays: 1 } });
}

describe('a second schedule is an error', () => {
  test('when the CDK defines it afterwards', () => {
    const { stack, handler, secret } = rotated();
    secret.addRotationSchedule('Second', { rotationLambda: handler });
    expect(messageOf(() => template(stack))).toContain(
      '[Test/Secret/Rotation] the secret "Test/Secret/Resource" has a second schedule, "Test/Secret/Resource/Second/Resource", and Secrets Manager takes one for a secret; remove one of them');
  });

  test('when it is a resource', () => {
    const { stack, secret } = rotated();
    addSchedule(stack, secret.secretArn);
    expect(messageOf(() => template(stack))).toContain('has a second schedule, "Test/Second"');
  });

  test('when it names the secret where we name its attachment', () => {
    const stack = newStack(ENV);
    const login = rotatedLogin(stack, postgresInstance(stack), {});
    addSchedule(stack, (login.node.findChild('Secret').node.findChild('Resource') as secretsmanager.Secret).secretArn);
    expect(messageOf(() => template(stack))).toContain('has a second schedule, "Test/Second"');
  });

  test('when it is of an imported secret', () => {
    const stack = newStack(ENV);
    const { secret } = GuardedSecret.fromAttributes(stack, 'Imported', { secretCompleteArn: COMPLETE_ARN });
    new SecretRotator(stack, 'Rotator', { secret, rotation: Rotation.custom({ handler: ownHandler(stack) }) });
    addSchedule(stack, COMPLETE_ARN);
    expect(messageOf(() => template(stack))).toContain('[Test/Rotator] the secret "Test/Imported/Resource" has a second schedule, "Test/Second"');
  });

  test('when a rotator of another stack defines it', () => {
    const { stack, secret } = rotated();
    const other = new Stack(stack.node.root, 'Other', ENV);
    expect(messageOf(() => new SecretRotator(other, 'Rotator', { secret, rotation: Rotation.custom({ handler: ownHandler(other) }) }))).toBe(
      'Other/Rotator: the secret "Test/Secret/Resource" is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them');
  });
});

describe('no second schedule is', () => {
  test('that of a secret with the same logical id in a nested stack', () => {
    const { stack } = rotated();
    const inner = new NestedStack(stack, 'Inner');
    new GuardedSecret(inner, 'Secret', { rotation: Rotation.custom({ handler: ownHandler(inner) }) });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('one that a deployment defines in the place of ours', () => {
    const { stack, secret } = rotated();
    addSchedule(stack, secret.secretArn).cfnOptions.condition = new CfnCondition(stack, 'Elsewhere', { expression: Fn.conditionEquals(Aws.REGION, 'us-east-1') });
    expect(() => template(stack)).not.toThrow();
  });
});
