/**
 * Things of another kind than what is asked for, as languages without types let through: a sentence, never a TypeError.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { HANDLER_ARN, importedHandler, importedRole, ownHandler } from './handlers';
import { DatabaseTarget, GuardedSecret, Rotation, SecretRotator } from '../../../src';
import { ACCOUNT, Json, messageOf, newStack, postgresInstance, REGION } from '../vocabulary';

const ENV = { env: { account: ACCOUNT, region: REGION } };

function problem(propsOf: (stack: Stack) => Json): string {
  const stack = newStack(ENV);
  const props = propsOf(stack);
  return messageOf(() => new SecretRotator(stack, 'Rotator', { secret: new secretsmanager.Secret(stack, 'Any'), ...props }));
}

function handlerProblem(handlerOf: (stack: Stack) => Json): string {
  return problem((stack) => ({ rotation: Rotation.custom({ handler: handlerOf(stack) }) }));
}

test.each<[string, (stack: Stack) => Json, string]>([
  ['an ARN', () => HANDLER_ARN, JSON.stringify(HANDLER_ARN)],
  ['null', () => null, 'null'],
  ['a resource', (stack) => new lambda.CfnFunction(stack, 'Resource', { code: { zipFile: 'x' }, role: 'x' }), 'the construct "Test/Resource"'],
])('fails for a handler that is %s', (_, handlerOf, got) => {
  expect(handlerProblem(handlerOf)).toBe(`Test/Rotator: the function of a custom rotation must be a lambda.Function, defined or imported, got ${got}; change \`handler\``);
});

test('fails for a custom rotation without options', () => {
  expect(problem(() => ({ rotation: (Rotation.custom as Json)() })))
    .toBe('Test/Rotator: the function of a custom rotation is undefined; pass a lambda.Function as `handler`, defined or imported');
});

test('fails for a guarded secret in the place of its secret', () => {
  expect(problem((stack) => ({ secret: new GuardedSecret(stack, 'Guarded'), rotation: Rotation.custom({ handler: ownHandler(stack) }) })))
    .toBe('Test/Rotator: `secret` must be a secret of the CDK, got the construct "Test/Guarded"; change it, and of a guarded secret pass its `secret`');
  expect(problem((stack) => ({ rotation: Rotation.custom({ handler: ownHandler(stack), adminSecret: new GuardedSecret(stack, 'Guarded') as Json }) })))
    .toBe('Test/Rotator: `adminSecret` must be a secret of the CDK, got the construct "Test/Guarded"; change it, and of a guarded secret pass its `secret`');
});

test('tells all at once', () => {
  expect(problem((stack) => ({ rotation: ownHandler(stack), interval: Duration.days(1), alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:topic' }))).toBe([
    'Test/Rotator: 3 problems',
    '  1. `rotation` must be a way to rotate, as Rotation.singleUser or Rotation.custom, got the construct "Test/Rotate"; change it',
    '  2. `interval` must be a RotationInterval, as RotationInterval.every, got another object; change it',
    '  3. `alarmTopic` must be a topic of the CDK, got "arn:aws:sns:eu-central-1:111122223333:topic"; change it, and import a topic by sns.Topic.fromTopicArn',
  ].join('\n'));
  expect(problem(() => ({}))).toContain('Test/Rotator: `rotation` must be a way to rotate, as Rotation.singleUser or Rotation.custom, got undefined; change it');
});

test.each([
  `arn:aws:lamda:${REGION}:${ACCOUNT}:function:rotate`, `arn:aws:lambda:${REGION}:${ACCOUNT}:functions:rotate`, `arn:aws:lambda:${REGION}:11112222333:function:rotate`,
])('fails for what is not the ARN of a function: %s', (arn) => {
  expect(handlerProblem((stack) => importedHandler(stack, importedRole(stack), arn))).toBe(
    `Test/Rotator: the ARN of a function is arn:<partition>:lambda:<region>:<account>:function:<name>, of a version or an alias with that behind it, got "${arn}"; change the ARN that "Test/Rotate" was imported with`);
});

test.each([`${HANDLER_ARN}:live`, `${HANDLER_ARN}:7`, `${HANDLER_ARN}:$LATEST`])('takes the ARN of a version or an alias: %s', (arn) => {
  const stack = newStack(ENV);
  expect(() => new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler: importedHandler(stack, importedRole(stack), arn) }) })).not.toThrow();
});

test('fails for a function of this library, which refuses secrets that it was not deployed for', () => {
  expect(handlerProblem((stack) => {
    const instance = postgresInstance(stack);
    return new SecretRotator(stack, 'Login', { secret: instance.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(instance) }) }).lambdaFunction;
  })).toMatch(/^Test\/Rotator: the function "Test\/GuardedSecretsRotation\w+\/Resource" is of this library, and refuses a secret that it was not deployed for; take /);
});

test('takes a role that is defined when it is used', () => {
  const stack = newStack(ENV);
  const role = new iam.LazyRole(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  expect(() => new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler: ownHandler(stack, { role }) }) })).not.toThrow();
});
