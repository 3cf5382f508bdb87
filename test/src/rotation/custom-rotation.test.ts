/**
 * A rotation by a function that is not of this library: what the function gets.
 */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { customStack, HANDLER_ARN, importedHandler, importedRole, ownHandler, ROLE_ARN } from './handlers';
import { DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, IRotation, Rotation, SecretRotator } from '../../../src';
import { EvaluatedApp } from '../evaluation/evaluated-app';
import {
  ACCOUNT, asList, COMPLETE_ARN, count, endpointOf, isolatedVpc, Json, newStack, only, PARTIAL_ARN, postgresInstance, REGION, resources, statementsWith,
  template, warnings,
} from '../vocabulary';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const PERMISSION = 'AWS::Lambda::Permission';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';
const ENV = { env: { account: ACCOUNT, region: REGION } };

describe('a function of the app', () => {
  const { stack, handler, guarded } = customStack();
  const functionId = stack.resolve(handler.functionArn);
  const secretArn = { Ref: only(stack, 'AWS::SecretsManager::Secret').id };

  test('is named by the schedule, and by the rotator', () => {
    expect(only(stack, SCHEDULE).properties).toMatchObject({ SecretId: secretArn, RotationLambdaARN: functionId, RotateImmediatelyOnUpdate: false });
    expect(guarded.rotator?.lambdaFunction).toBe(handler);
  });

  test('may be invoked by Secrets Manager for this secret, and by nobody else', () => {
    expect(only(stack, PERMISSION).properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: functionId,
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ACCOUNT,
      SourceArn: secretArn,
    });
  });

  test('has its rights by a managed policy, and no more of ours', () => {
    expect(only(stack, MANAGED_POLICY).properties).toMatchObject({ Roles: [stack.resolve(handler.role!.roleName)] });
    expect(count(stack, 'AWS::IAM::Policy')).toBe(0);
    expect(count(stack, 'AWS::Lambda::Function')).toBe(1);
    expect(warnings(stack)).toEqual([]);
  });

  test('is scheduled after permission and rights', () => {
    expect(only(stack, SCHEDULE).dependsOn).toEqual(expect.arrayContaining([PERMISSION, MANAGED_POLICY, 'AWS::SecretsManager::Secret', 'AWS::SecretsManager::ResourcePolicy']
      .map((type) => only(stack, type).id)));
  });

  test('is the only one that may rotate the secret', () => {
    expect(() => new SecretRotator(stack, 'Second', { secret: guarded.secret, rotation: Rotation.custom({ handler }) }))
      .toThrow('Test/Second: the secret "Test/Secret/Resource" is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them');
  });
});

describe('an imported function', () => {
  test('gets its permission, which the CDK leaves out where it does not know the account of the stack', () => {
    const stack = newStack();
    const handler = importedHandler(stack, importedRole(stack));
    handler.addPermission('ByTheCdk', { principal: new iam.ServicePrincipal('secretsmanager.amazonaws.com') });
    new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
    expect(only(stack, PERMISSION).properties).toMatchObject({ FunctionName: HANDLER_ARN, SourceAccount: { Ref: 'AWS::AccountId' } });
    expect(only(stack, MANAGED_POLICY).properties.Roles).toEqual(['rotate']);
  });

  test('may rotate with the imported role', async () => {
    const stack = newStack(ENV);
    const handler = importedHandler(stack, importedRole(stack));
    const { secret } = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
    const app = new EvaluatedApp(stack);
    const caller = app.caller(handler.role!);
    expect(caller.arn).toBe(ROLE_ARN);
    expect(await app.allows(caller, 'secretsmanager:PutSecretValue', secret)).toBe(true);
    expect(await app.reads(caller, secret)).toBe(true);
  });

  test.each(['an unknown role', 'a role that must not be changed'])('with %s is taken when the rights are given elsewhere', (how) => {
    const stack = newStack();
    const role = how === 'an unknown role' ? undefined : importedRole(stack, { mutable: false });
    const rotation = Rotation.custom({ handler: importedHandler(stack, role), rightsManagedElsewhere: true });
    new SecretRotator(stack, 'Rotation', { secret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN), rotation });
    expect(count(stack, MANAGED_POLICY)).toBe(0);
    expect(only(stack, SCHEDULE).dependsOn).toEqual([only(stack, PERMISSION).id]);
    expect(warnings(stack)).toEqual([]);
  });

  test('of another account is taken when that gives the permission too', () => {
    const stack = newStack(ENV);
    const handler = importedHandler(stack, undefined, `arn:aws:lambda:${REGION}:444455556666:function:rotate`);
    new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler, rightsManagedElsewhere: true }), alarmTopic: new sns.Topic(stack, 'Topic') });
    expect(count(stack, PERMISSION)).toBe(0);
    expect(count(stack, MANAGED_POLICY)).toBe(0);
    expect(only(stack, SCHEDULE).properties.RotationLambdaARN).toBe(handler.functionArn);
    // The metric is in the other account; the service event is in the one of the secret.
    expect(count(stack, 'AWS::CloudWatch::Alarm')).toBe(0);
    expect(count(stack, 'AWS::Events::Rule')).toBe(1);
  });
});

test.each([
  ['complete ARN', COMPLETE_ARN, COMPLETE_ARN],
  ['partial ARN', PARTIAL_ARN, `${PARTIAL_ARN}-??????`],
])('a secret imported by its %s has its ARN in the permission and in the rights', (how, arn, inPolicies) => {
  const stack = newStack(ENV);
  const attributes = how === 'complete ARN' ? { secretCompleteArn: arn } : { secretPartialArn: arn };
  const { secret } = GuardedSecret.fromAttributes(stack, 'Secret', attributes);
  new SecretRotator(stack, 'Rotation', { secret, rotation: Rotation.custom({ handler: ownHandler(stack) }) });
  expect(only(stack, PERMISSION).properties.SourceArn).toBe(inPolicies);
  expect(statementsWith(stack, 'secretsmanager:PutSecretValue')).toMatchObject([{ Resource: [inPolicies] }]);
  expect(warnings(stack)).toEqual([expect.stringContaining('the key of an imported secret is not known')]);
});

test('an alias of a function is invoked as such, with the role of the function', () => {
  const stack = newStack();
  const handler = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: ownHandler(stack).currentVersion });
  new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
  const alias = { Ref: only(stack, 'AWS::Lambda::Alias').id };
  expect(only(stack, SCHEDULE).properties.RotationLambdaARN).toEqual(alias);
  expect(only(stack, PERMISSION).properties.FunctionName).toEqual(alias);
  expect(only(stack, MANAGED_POLICY).properties.Roles).toEqual([{ Ref: only(stack, 'AWS::IAM::Role').id }]);
});

test('a login of a database may have one; user name and database are only held against the secret', () => {
  const stack = newStack();
  const handler = ownHandler(stack);
  const database = postgresInstance(stack);
  new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.rdsInstance(database), username: 'app', databaseName: 'shop', rotation: Rotation.custom({ handler }) });
  const attachment = Object.keys(resources(stack, 'AWS::SecretsManager::SecretTargetAttachment')).find((id) => id.startsWith('Login'));
  expect(only(stack, SCHEDULE).dependsOn).toContain(attachment);
  expect(only(stack, 'AWS::Lambda::Function').properties.Environment).toBeUndefined();
  expect(count(stack, 'AWS::EC2::SecurityGroupIngress')).toBe(0);
});

test('a rotation that the user wrote may name a function, and what comes first', () => {
  const stack = newStack();
  const handler = ownHandler(stack);
  const first = new sns.Topic(stack, 'First');
  const rotation: IRotation = { bind: () => ({ handler, dependencies: [first] }) };
  new GuardedSecret(stack, 'Secret', { rotation });
  expect(only(stack, SCHEDULE).dependsOn).toContain(only(stack, 'AWS::SNS::Topic').id);
});

test('alarms tell failed rotations and failed invocations, and define no log retention', () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic');
  const handler = ownHandler(stack);
  const { secret } = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }), alarmTopic: topic });
  const functionName = stack.resolve(handler.functionName);
  expect(only(stack, 'AWS::CloudWatch::Alarm').properties).toMatchObject({
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: functionName }],
    AlarmDescription: {
      'Fn::Join': ['', [
        'The function ', functionName, ', which rotates secrets, failed. It is one of your own: its log says why. Runbook: https://github.com/cdk-guarded-secrets/cdk-guarded-secrets/blob/main/docs/runbooks/function-errors.md',
      ]],
    },
  });
  expect(only(stack, 'AWS::Events::Rule').properties.EventPattern.detail.additionalEventData.SecretId).toEqual([stack.resolve(secret.secretArn)]);
  expect(Object.values<Json>(template(stack).toJSON().Resources).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
});

test('a dead-letter queue is that of the events about failed rotations', () => {
  const stack = newStack();
  const deadLetterQueue = new sqs.Queue(stack, 'Queue');
  const alarmTopic = new sns.Topic(stack, 'Topic');
  new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler: ownHandler(stack) }), alarmTopic, deadLetterQueue });
  expect(only(stack, 'AWS::Events::Rule').properties.Targets).toMatchObject([{ DeadLetterConfig: { Arn: stack.resolve(deadLetterQueue.queueArn) } }]);
  expect(only(stack, 'AWS::Lambda::Function').properties.DeadLetterConfig).toBeUndefined();
});

test('the function of this library is asked for in vain', () => {
  const { guarded } = customStack();
  expect(() => guarded.rotator?.rotationFunction)
    .toThrow('Test/Secret/Rotation: the secret is rotated by the custom function "Test/Rotate", so no function of this library does; take `lambdaFunction`');
});

describe('a secret that is locked to VPC endpoints', () => {
  const lock = { vpcEndpoints: [endpointOf('vpce-0123456789abcdef0')] };
  const ofFunction = (stack: ReturnType<typeof newStack>) => warnings(stack).filter((text) => text.includes('rotation function'));

  test('warns of a function in no VPC', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { ...lock, rotation: Rotation.custom({ handler: ownHandler(stack) }) });
    expect(ofFunction(stack)).toEqual([
      'the rotation function "Test/Rotate" runs in no VPC, but the value is read through `vpcEndpoints` only, so every rotation would be denied; define the function in the VPC of one of them',
    ]);
  });

  test.each<[string, (stack: ReturnType<typeof newStack>) => lambda.IFunction]>([
    ['in a VPC', (stack) => ownHandler(stack, { vpc: isolatedVpc(stack), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } })],
    ['that may be in one', (stack) => importedHandler(stack, importedRole(stack))],
  ])('says nothing about a function %s', (_, define) => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { ...lock, rotation: Rotation.custom({ handler: define(stack) }) });
    expect(ofFunction(stack)).toEqual([]);
  });
});

test('the permission is of the rotator, and the rights are of the stack: ids that stay', () => {
  const { stack } = customStack();
  const ids = [PERMISSION, MANAGED_POLICY, SCHEDULE].flatMap((type) => Object.keys(resources(stack, type)));
  expect(ids.map((id) => id.slice(0, -8))).toEqual(['SecretRotationPermission', expect.stringMatching(/^GuardedSecretsHandler[0-9A-F]{8}RotationPolicy$/), 'SecretRotation']);
  expect(asList(only(stack, SCHEDULE).dependsOn)).toContain(ids[1]);
});
