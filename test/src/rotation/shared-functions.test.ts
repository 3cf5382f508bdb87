import { App, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { GuardedDatabaseSecretProps } from '../../../src';
import { count, isolatedVpc, newStack, only, postgresInstance, rotatedLogin, rotatedStack, template } from '../vocabulary';

const FUNCTION = 'AWS::Lambda::Function';
const SHARED_TYPES = [FUNCTION, 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::Lambda::Permission'];

function functionsWith(one: Partial<GuardedDatabaseSecretProps>, other: Partial<GuardedDatabaseSecretProps>, stack = newStack()): number {
  const { database } = rotatedStack(one, stack);
  rotatedLogin(stack, database, other, 'Other');
  return count(stack, FUNCTION);
}

test('rotators with the same configuration share a function, role, logs, policies and permission', () => {
  const { stack, database, login } = rotatedStack();
  const other = rotatedLogin(stack, database, { username: 'report' }, 'Report');
  expect(other.rotator.rotationFunction).toBe(login.rotator.rotationFunction);
  for (const type of SHARED_TYPES) expect(count(stack, type)).toBe(1);
  expect(count(stack, 'AWS::IAM::ManagedPolicy')).toBe(2);
});

test('interval, alarms and secret do not divide', () => {
  expect(functionsWith({}, { rotateImmediately: true, secretName: 'other', dedicatedKey: true })).toBe(1);
});

test('the same configuration, said otherwise, does not divide', () => {
  expect(functionsWith({ timeout: Duration.seconds(120) }, { timeout: Duration.minutes(2) })).toBe(1);
});

test.each<[string, (stack: ReturnType<typeof newStack>) => Partial<GuardedDatabaseSecretProps>]>([
  ['VPC', (stack) => ({ vpc: isolatedVpc(stack, 'OtherVpc') })],
  ['subnets', () => ({ vpcSubnets: { availabilityZones: ['dummy1a'] } })],
  ['security groups', () => ({ securityGroups: [] })],
  ['role', (stack) => ({ role: new iam.Role(stack, 'MyRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) })],
  ['key', (stack) => ({ functionEncryptionKey: new kms.Key(stack, 'MyKey') })],
  ['memory', () => ({ memorySize: 512 })],
  ['timeout', () => ({ timeout: Duration.minutes(2) })],
  ['dead-letter queue', (stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Queue') })],
  ['tracing', () => ({ tracing: true })],
  ['reserved concurrency', () => ({ reservedConcurrentExecutions: 1 })],
  ['strictness', () => ({ strictControls: true })],
  ['log retention', () => ({ logRetention: logs.RetentionDays.TEN_YEARS })],
])('another %s divides', (_, props) => {
  const stack = newStack({ env: { account: '111122223333', region: 'dummy' } });
  expect(functionsWith({}, props(stack), stack)).toBe(2);
});

test('two stacks have a function each', () => {
  const app = new App();
  const stacks = ['One', 'Other'].map((id) => rotatedStack({}, newStack({}, id, app)).stack);
  for (const stack of stacks) expect(count(stack, FUNCTION)).toBe(1);
});

test('two apps in one process know nothing of each other', () => {
  const [one, other] = [rotatedStack(), rotatedStack()];
  expect(template(one.stack).toJSON()).toEqual(template(other.stack).toJSON());
});

test('one more availability zone gives no other function', () => {
  const [two, three] = [2, 3].map((zones) => {
    const stack = newStack({ env: { account: '111122223333', region: 'eu-central-1' } });
    const vpc = isolatedVpc(stack);
    vpc.isolatedSubnets.splice(zones);
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }));
    return only(stack, FUNCTION).id;
  });
  expect(two).toBe(three);
});
