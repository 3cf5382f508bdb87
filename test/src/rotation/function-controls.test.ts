/**
 * What control packs ask of the rotation function beyond what a rotation needs.
 */
import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecretProps } from '../../../src';
import {
  ACCOUNT, count, isolatedVpc, messageOf, newStack, only, postgresInstance, resources, rotatedLogin, rotatedStack, statementsWith, template, warnings,
} from '../vocabulary';

const FUNCTION = 'AWS::Lambda::Function';
const QUEUE = 'AWS::SQS::Queue';

const functionOf = (props: Partial<GuardedDatabaseSecretProps>, stack = newStack()) => only(rotatedStack(props, stack).stack, FUNCTION);

test('by default there is neither queue nor trace nor reservation', () => {
  const { properties } = functionOf({});
  for (const name of ['DeadLetterConfig', 'TracingConfig', 'ReservedConcurrentExecutions']) expect(properties).not.toHaveProperty(name);
});

describe('strict controls', () => {
  const alarmed = () => {
    const stack = newStack();
    rotatedStack({ strictControls: true, alarmTopic: new sns.Topic(stack, 'OnCall') }, stack);
    return stack;
  };

  test('switch on a dead-letter queue, traces and a reserved concurrency', () => {
    const stack = alarmed();
    const queue = { 'Fn::GetAtt': [only(stack, QUEUE).id, 'Arn'] };
    expect(only(stack, FUNCTION).properties).toMatchObject({
      DeadLetterConfig: { TargetArn: queue }, TracingConfig: { Mode: 'Active' }, ReservedConcurrentExecutions: 10,
    });
    expect(only(stack, 'AWS::Events::Rule').properties.Targets).toEqual([expect.objectContaining({ DeadLetterConfig: { Arn: queue } })]);
  });

  test('give the role these rights and no inline policy', () => {
    const stack = alarmed();
    expect(statementsWith(stack, 'sqs:SendMessage')).toEqual([
      { Sid: 'SendDeadLetters', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [only(stack, QUEUE).id, 'Arn'] } },
    ]);
    expect(statementsWith(stack, 'xray:PutTraceSegments')).toEqual([
      { Sid: 'WriteTraces', Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
    expect(count(stack, 'AWS::IAM::Policy')).toBe(0);
  });

  test('leave a role alone that must not be changed', () => {
    const stack = newStack();
    rotatedStack({ strictControls: true, role: iam.Role.fromRoleArn(stack, 'MyRole', `arn:aws:iam::${ACCOUNT}:role/rotation`, { mutable: false }) }, stack);
    for (const policy of Object.values(resources(stack, 'AWS::IAM::ManagedPolicy'))) expect(policy.Properties.Roles).toBeUndefined();
    expect(warnings(stack)).toContainEqual(expect.stringMatching(/the function has no rights; attach the managed policies "[^"]*\/ControlsPolicy"/));
  });

  test('deploy the rights before the function', () => {
    const stack = alarmed();
    const policy = Object.keys(resources(stack, 'AWS::IAM::ManagedPolicy')).find((id) => id.includes('ControlsPolicy'));
    expect(only(stack, FUNCTION).dependsOn).toContain(policy);
  });

  test('close the queue: encrypted, only over TLS, and open to the rules of the account', () => {
    const stack = alarmed();
    expect(only(stack, QUEUE).properties).toEqual({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 60 * 60 });
    const [denied, allowed] = only(stack, 'AWS::SQS::QueuePolicy').properties.PolicyDocument.Statement;
    expect(denied).toMatchObject({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(allowed).toMatchObject({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':rule/*']] } } },
    });
  });

  test('give way to options that say otherwise', () => {
    const stack = newStack();
    const deadLetterQueue = sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-central-1:111122223333:dead');
    const { properties } = functionOf({ strictControls: true, tracing: false, reservedConcurrentExecutions: 3, deadLetterQueue }, stack);
    expect(properties).toMatchObject({ DeadLetterConfig: { TargetArn: deadLetterQueue.queueArn }, ReservedConcurrentExecutions: 3 });
    expect(properties).not.toHaveProperty('TracingConfig');
    expect(count(stack, QUEUE)).toBe(0);
  });

  test('need a VPC', () => {
    const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });
    expect(messageOf(() => rotatedStack({ database, strictControls: true })))
      .toBe('Test/Login/Rotation: `strictControls` asks for a function in a VPC, but there is none; pass `vpc`, or leave `strictControls` out');
  });
});

test('a queue with a customer key can be sent to, through SQS only', () => {
  const stack = newStack();
  const encryptionMasterKey = new kms.Key(stack, 'QueueKey');
  rotatedStack({ deadLetterQueue: new sqs.Queue(stack, 'Queue', { encryptionMasterKey }) }, stack);
  const [key] = Object.keys(resources(stack, 'AWS::KMS::Key')).filter((id) => id.startsWith('QueueKey'));
  expect(statementsWith(stack, 'kms:GenerateDataKey')).toContainEqual({
    Sid: 'EncryptDeadLetters',
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: { 'Fn::GetAtt': [key, 'Arn'] },
    Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['sqs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } } },
  });
});

test('a queue of another stack makes no circle between the stacks', () => {
  const app = new App();
  const shared = newStack({}, 'Shared', app);
  const stack = newStack({}, 'Test', app);
  const database = postgresInstance(shared, 'Database', { vpc: isolatedVpc(shared) });
  rotatedLogin(stack, database, { deadLetterQueue: new sqs.Queue(shared, 'Queue'), alarmTopic: new sns.Topic(shared, 'OnCall') });
  expect(count(stack, FUNCTION)).toBe(1);
  template(shared).resourceCountIs('AWS::SQS::QueuePolicy', 1);
});

test.each([0, -1, 1.5])('fails for a reserved concurrency of %s', (reservedConcurrentExecutions) => {
  expect(messageOf(() => rotatedStack({ reservedConcurrentExecutions })))
    .toBe(`Test/Login/Rotation: the reserved concurrency of the function must be a whole number of at least 1, got ${reservedConcurrentExecutions}; change \`reservedConcurrentExecutions\``);
});

test('fails for a FIFO queue', () => {
  const stack = newStack();
  expect(messageOf(() => rotatedStack({ deadLetterQueue: new sqs.Queue(stack, 'Queue', { fifo: true }) }, stack)))
    .toBe('Test/Login/Rotation: the dead-letter queue of a function must be a standard queue, got the FIFO queue "Test/Queue"; change `deadLetterQueue`');
});
