/**
 * What a user may get wrong about a function of the own, and the one message that each mistake gives.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { importedHandler, importedRole, ownHandler } from './handlers';
import { CustomRotationOptions, GuardedSecret, GuardedSecretProps, Rotation, RotationConfig, SecretRotator } from '../../../src';
import { ACCOUNT, isolatedVpc, loginContent, messageOf, newStack, OTHER_ACCOUNT, REGION } from '../vocabulary';

function problem(optionsOf: (stack: Stack) => CustomRotationOptions, props: (stack: Stack) => GuardedSecretProps = () => ({})): string {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const options = optionsOf(stack);
  return messageOf(() => new GuardedSecret(stack, 'Secret', { ...props(stack), rotation: Rotation.custom(options) }));
}

test('fails for a function that is undefined', () => {
  expect(problem(() => ({ handler: undefined as unknown as lambda.IFunction })))
    .toBe('Test/Secret/Rotation: the function of a custom rotation is undefined; pass a lambda.Function as `handler`, defined or imported');
});

test('fails for the key of a secret that is undefined', () => {
  expect(problem((stack) => ({ handler: ownHandler(stack), adminSecretEncryptionKey: new kms.Key(stack, 'Key') })))
    .toBe('Test/Secret/Rotation: `adminSecretEncryptionKey` is the key of `adminSecret`, which is undefined; pass both, or leave both out');
});

test.each<[string, (stack: Stack) => lambda.IFunction]>([
  ['by its ARN', (stack) => lambda.Function.fromFunctionArn(stack, 'Rotate', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotate`)],
  ['by its name', (stack) => lambda.Function.fromFunctionName(stack, 'Rotate', 'rotate')],
])('fails for a function imported %s, whose role is not known', (_, importFunction) => {
  expect(problem((stack) => ({ handler: importFunction(stack) }))).toBe(
    'Test/Secret/Rotation: the role of the imported function "Test/Rotate" is not known, so it would get no rights on the secret; import it by lambda.Function.fromFunctionAttributes with its `role`, or pass `rightsManagedElsewhere: true` if somebody else gives the role its rights');
});

test.each<[string, (stack: Stack) => iam.IRole]>([
  ['was imported so', (stack) => importedRole(stack, { mutable: false })],
  ['was made so', (stack) => new iam.Role(stack, 'Made', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }).withoutPolicyUpdates()],
])('fails for a role that must not be changed, which %s', (_, roleOf) => {
  let path = '';
  const message = problem((stack) => {
    const role = roleOf(stack);
    path = role.node.path;
    return { handler: importedHandler(stack, role) };
  });
  expect(message).toBe(
    `Test/Secret/Rotation: the role "${path}" must not be changed from here, so the function would get no rights on the secret; import the role without \`mutable: false\`, or pass \`rightsManagedElsewhere: true\` if somebody else gives the role its rights`);
});

test('fails for a role of another account', () => {
  expect(problem((stack) => ({ handler: importedHandler(stack, iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${OTHER_ACCOUNT}:role/rotate`)) }))).toBe(
    `Test/Secret/Rotation: a function of account ${ACCOUNT} cannot have a role of another account, got "Test/Role" of account ${OTHER_ACCOUNT}; change the \`role\` that the function was imported with`);
});

test('fails for a function of another account, whose policy is not changed from here', () => {
  expect(problem((stack) => ({ handler: importedHandler(stack, undefined, `arn:aws:lambda:${REGION}:${OTHER_ACCOUNT}:function:rotate`) }))).toBe(
    `Test/Secret/Rotation: the function "Test/Rotate" is in account ${OTHER_ACCOUNT}, and a stack of account ${ACCOUNT} changes neither its policy nor its role; have that account let Secrets Manager invoke it, give it a role of this account to assume, and pass \`rightsManagedElsewhere: true\``);
});

test.each([false, true])('fails for a function of another Region, rights managed elsewhere: %s', (rightsManagedElsewhere) => {
  expect(problem((stack) => ({
    handler: importedHandler(stack, importedRole(stack), `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate`), rightsManagedElsewhere,
  }))).toBe(`Test/Secret/Rotation: Secrets Manager invokes a function of the Region of the secret, ${REGION}, got "Test/Rotate" in us-east-1; change \`handler\``);
});

test('fails for a function of this app in another Region', () => {
  expect(problem((stack) => ({ handler: ownHandler(new Stack(stack.node.root, 'Far', { env: { account: ACCOUNT, region: 'us-east-1' } })) })))
    .toBe(`Test/Secret/Rotation: Secrets Manager invokes a function of the Region of the secret, ${REGION}, got "Far/Rotate" in us-east-1; change \`handler\``);
});

test('fails for a secret to read when no rights are given', () => {
  expect(problem((stack) => ({ handler: ownHandler(stack), adminSecret: new GuardedSecret(stack, 'Admin').secret, rightsManagedElsewhere: true })))
    .toBe('Test/Secret/Rotation: `adminSecret` is there to let the function read it, but `rightsManagedElsewhere` gives the function no rights; remove one of them');
});

test('fails for options of a function of this library, and names all of them', () => {
  expect(problem((stack) => ({ handler: ownHandler(stack) }), (stack) => ({
    vpc: isolatedVpc(stack),
    vpcSubnets: {},
    securityGroups: [],
    role: importedRole(stack),
    functionEncryptionKey: new kms.Key(stack, 'Key'),
    logRetention: 7,
    memorySize: 512,
    timeout: Duration.minutes(2),
    deadLetterQueue: new sqs.Queue(stack, 'Queue'),
    tracing: true,
    reservedConcurrentExecutions: 1,
    strictControls: false,
  }))).toBe('Test/Secret/Rotation: the function of a custom rotation is configured where it is defined, but got `vpc` and `vpcSubnets` and `securityGroups` and `role` and `functionEncryptionKey` and `logRetention` and `memorySize` and `timeout` and `deadLetterQueue` and `tracing` and `reservedConcurrentExecutions` and `strictControls` for one of this library; leave that out');
});

test('fails for a FIFO queue for the events', () => {
  expect(problem((stack) => ({ handler: ownHandler(stack) }), (stack) => ({
    alarmTopic: new sns.Topic(stack, 'Topic'), deadLetterQueue: new sqs.Queue(stack, 'Queue', { fifo: true }),
  }))).toBe('Test/Secret/Rotation: the dead-letter queue of events must be a standard queue, got the FIFO queue "Test/Queue"; change `deadLetterQueue`');
});

test('tells everything at once', () => {
  expect(problem((stack) => ({ handler: importedHandler(stack, importedRole(stack, { mutable: false }), `arn:aws:lambda:us-east-1:${ACCOUNT}:function:rotate`) }), () => ({ memorySize: 512 })))
    .toBe(['Test/Secret/Rotation: 3 problems',
      '  1. the function of a custom rotation is configured where it is defined, but got `memorySize` for one of this library; leave that out',
      `  2. Secrets Manager invokes a function of the Region of the secret, ${REGION}, got "Test/Rotate" in us-east-1; change \`handler\``,
      '  3. the role "Test/Role" must not be changed from here, so the function would get no rights on the secret; import the role without `mutable: false`, or pass `rightsManagedElsewhere: true` if somebody else gives the role its rights'].join('\n'));
});

test.each<[string, (stack: Stack) => RotationConfig]>([
  ['both', (stack) => ({ bundle: 'postgres', handler: ownHandler(stack) })],
  ['none of them', () => ({})],
])('fails for a rotation of the user that names %s', (got, configOf) => {
  const stack = newStack();
  const config = configOf(stack);
  expect(messageOf(() => new GuardedSecret(stack, 'Secret', { rotation: { bind: () => config } })))
    .toBe(`Test/Secret/Rotation: a rotation is done by one of \`bundle\` and \`handler\`, got ${got}; change what \`rotation\` returns`);
});

test('fails for another user name than the one in the secret, as for every rotation', () => {
  const stack = newStack();
  const { secret } = new GuardedSecret(stack, 'Secret', { content: loginContent('app') });
  expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, username: 'other', rotation: Rotation.custom({ handler: ownHandler(stack) }) })))
    .toBe('Test/Rotation: the secret is made for the login "app", got "other"; change `username`');
});
