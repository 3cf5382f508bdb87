/**
 * What a user may get wrong, and the one message that each mistake gives: whole texts, since they are what users see.
 */
import { Duration, Lazy, SecretValue } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { isolatedVpc, loginContent, messageOf, newStack, postgresInstance, rotatedLogin } from './vocabulary';
import {
  DatabaseEngine, DatabaseTarget, GuardedDatabaseSecretProps, GuardedSecret, GuardedSecretProps, Rotation, RotationInterval, SecretContent,
  SecretRotator,
} from '../../src';

const SUPPORTED = '"postgres", "aurora-postgresql", "mysql", "aurora-mysql", "aurora", "mariadb"';

function secretProblem(props: GuardedSecretProps): string {
  return messageOf(() => new GuardedSecret(newStack(), 'Secret', props));
}

function loginProblem(props: Partial<GuardedDatabaseSecretProps>): string {
  const stack = newStack();
  const database = postgresInstance(stack);
  return messageOf(() => rotatedLogin(stack, database, props));
}

describe('databases', () => {
  test('fails for an instance of an engine that is not supported', () => {
    const stack = newStack();
    const database = new rds.DatabaseInstance(stack, 'Oracle', {
      engine: rds.DatabaseInstanceEngine.oracleSe2({ version: rds.OracleEngineVersion.VER_19 }),
      vpc: isolatedVpc(stack),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
    expect(messageOf(() => DatabaseTarget.rdsInstance(database)))
      .toBe(`Test/Oracle: unknown database engine "oracle-se2"; supported are ${SUPPORTED}; use a database of such an engine`);
  });

  test('fails for the name of an engine that is not supported', () => {
    expect(messageOf(() => DatabaseEngine.fromName('sybase')))
      .toBe(`unknown database engine "sybase"; supported are ${SUPPORTED}; use a database of such an engine`);
  });

  test('fails for an imported instance of which nobody knows the engine', () => {
    const stack = newStack();
    const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Imported', {
      instanceIdentifier: 'orders', instanceEndpointAddress: 'orders.example.com', port: 5432, securityGroups: [],
    });
    expect(messageOf(() => DatabaseTarget.rdsInstance(database)))
      .toBe('Test/Imported: the engine of an imported database is not known; pass `engine`, for example DatabaseEngine.POSTGRES');
  });

  test('fails for an imported cluster of which nobody knows the engine', () => {
    const stack = newStack();
    const cluster = rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Imported', { clusterIdentifier: 'orders', clusterEndpointAddress: 'orders.example.com', port: 5432 });
    expect(messageOf(() => DatabaseTarget.auroraCluster(cluster)))
      .toBe('Test/Imported: the engine of an imported database is not known; pass `engine`, for example DatabaseEngine.POSTGRES');
  });

  test('fails when the database is in a VPC that nobody named', () => {
    const stack = newStack();
    const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Imported', {
      instanceIdentifier: 'orders',
      instanceEndpointAddress: 'orders.example.com',
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
    });
    expect(messageOf(() => rotatedLogin(stack, database, { database: DatabaseTarget.rdsInstance(database, { engine: DatabaseEngine.POSTGRES }) })))
      .toBe('Test/Login/Rotation: the database is in a VPC that is not known here, so the function could not reach it; pass `vpc`');
  });

  test.each([0, 65536, 54.32])('fails for the port %d', (port) => {
    expect(messageOf(() => DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port })))
      .toBe(`the port of the database "db.example.com" must be 1 to 65535, got ${port}; change \`port\``);
  });

  test('fails when a security group is given without the port to open', () => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const database = DatabaseTarget.fromAttributes({
      engine: DatabaseEngine.POSTGRES, host: 'db.example.com', vpc, connectable: new ec2.SecurityGroup(stack, 'Group', { vpc }),
    });
    expect(messageOf(() => new GuardedSecret(stack, 'Login', { content: loginContent(), rotation: Rotation.singleUser({ database }) })))
      .toBe('Test/Login/Rotation: the connections of the database have no default port, so the function cannot be let in; give the connectable a `defaultPort`');
  });
});

describe('intervals', () => {
  test.each([
    [Duration.hours(1), 'the rotation interval must be 4 hours to 1000 days, got 1 hour; change `interval`'],
    [Duration.hours(3), 'the rotation interval must be 4 hours to 1000 days, got 3 hours; change `interval`'],
    [Duration.days(1001), 'the rotation interval must be 4 hours to 1000 days, got 1001 days; change `interval`'],
    [Duration.hours(24001), 'the rotation interval must be 4 hours to 1000 days, got 1000 days 1 hour; change `interval`'],
    [Duration.minutes(90), 'the rotation interval must be in whole hours or whole days known at synthesis, got 1 hour 30 minutes; change `interval`'],
  ])('fails for %s', (interval, problem) => {
    expect(loginProblem({ interval: RotationInterval.every(interval) })).toBe(`Test/Login/Rotation: ${problem}`);
  });

  test.each([
    ['longer than the interval in hours', RotationInterval.every(Duration.hours(4), { window: Duration.hours(5) }), '1 to 4 whole hours, got 5 hours'],
    ['longer than a day', RotationInterval.every(Duration.days(2), { window: Duration.hours(25) }), '1 to 24 whole hours, got 1 day 1 hour'],
    ['shorter than an hour', RotationInterval.every(Duration.days(2), { window: Duration.minutes(30) }), '1 to 24 whole hours, got 30 minutes'],
    ['that reaches the next one', RotationInterval.cron({ hour: '0/6', window: Duration.hours(7) }), '1 to 6 whole hours, got 7 hours'],
    ['that reaches the next UTC day', RotationInterval.cron({ hour: '22', window: Duration.hours(3) }), '1 to 2 whole hours, got 3 hours'],
    ['that reaches the next UTC day after the last of several hours', RotationInterval.cron({ hour: '8/6', window: Duration.hours(5) }), '1 to 4 whole hours, got 5 hours'],
  ])('fails for a window %s', (_, interval, limits) => {
    expect(loginProblem({ interval })).toBe(`Test/Login/Rotation: the rotation window must be ${limits}; change \`window\``);
  });

  test('fails for a day of the month and a day of the week', () => {
    expect(loginProblem({ interval: RotationInterval.cron({ day: '1', weekDay: 'SUN' }) }))
      .toBe('Test/Login/Rotation: a rotation takes a day of the month or a day of the week, got day "1" and weekDay "SUN"; remove one of them');
  });

  test.each(['*', '*/2', '0/3', '8,10', '8-12'])('fails for rotations at the hours %s', (hour) => {
    expect(loginProblem({ interval: RotationInterval.cron({ hour }) }))
      .toBe(`Test/Login/Rotation: rotations must be at least 4 hours apart, got hour "${hour}"; change \`hour\``);
  });

  test.each(['24', 'noon', '', '0/0', '12-8', '1,,9'])('fails for the hour %p', (hour) => {
    expect(loginProblem({ interval: RotationInterval.cron({ hour }) }))
      .toBe(`Test/Login/Rotation: the hour of a rotation must be 0 to 23, a list, a range or a step, got "${hour}"; change \`hour\``);
  });
});

describe('secrets', () => {
  test('fails for two keys', () => {
    const stack = newStack();
    expect(messageOf(() => new GuardedSecret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key'), dedicatedKey: true })))
      .toBe('Test/Secret: a secret has one key, got `encryptionKey` and `dedicatedKey: true`; remove one of them');
  });

  test('fails for an interval without a rotation', () => {
    expect(secretProblem({ interval: RotationInterval.every(Duration.days(7)) }))
      .toBe('Test/Secret: the secret is not rotated, but got `interval`; pass `rotation`, or leave that out');
  });

  test('fails for each option that only a rotation uses', () => {
    const stack = newStack();
    const alarmTopic = new sns.Topic(stack, 'Topic');
    expect(messageOf(() => new GuardedSecret(stack, 'Secret', { rotateImmediately: true, alarmTopic, memorySize: 512 })))
      .toBe('Test/Secret: the secret is not rotated, but got `rotateImmediately` and `alarmTopic` and `memorySize`; pass `rotation`, or leave that out');
  });

  const ENDS_LIKE_AN_ARN = 'the name of a secret must not end in a hyphen and six letters or digits, as complete ARNs do, since a partial ARN of the secret would be taken for a complete one and find nothing';

  test.each<[string, string]>([
    ['billing-secret', `${ENDS_LIKE_AN_ARN}, got "billing-secret"; change the end of \`secretName\`, or leave it out`],
    ['app/orders-a1B2c3', `${ENDS_LIKE_AN_ARN}, got "app/orders-a1B2c3"; change the end of \`secretName\`, or leave it out`],
    ['', 'the name of a secret must have 1 to 512 characters, got 0; change `secretName`'],
    ['n'.repeat(513), 'the name of a secret must have 1 to 512 characters, got 513; change `secretName`'],
    ['my secret', 'the name of a secret must consist of letters, digits and /_+=.@-, got "my secret"; change `secretName`'],
    ['billing:key', 'the name of a secret must consist of letters, digits and /_+=.@-, got "billing:key"; change `secretName`'],
  ])('fails for the name %p', (secretName, problem) => {
    expect(secretProblem({ secretName })).toBe(`Test/Secret: ${problem}`);
  });

  test.each(['billing-secrets', 'a', 'app/orders_1+2=3.@x-', 'n'.repeat(512), 'x-a1B2c3/key', Lazy.string({ produce: () => 'late-secret' })])('takes the name %p', (secretName) => {
    expect(() => new GuardedSecret(newStack(), 'Secret', { secretName })).not.toThrow();
  });

  test('lists several problems together', () => {
    const stack = newStack();
    expect(messageOf(() => new GuardedSecret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key'), dedicatedKey: true, rotateImmediately: false })))
      .toBe(['Test/Secret: 2 problems',
        '  1. a secret has one key, got `encryptionKey` and `dedicatedKey: true`; remove one of them',
        '  2. the secret is not rotated, but got `rotateImmediately`; pass `rotation`, or leave that out'].join('\n'));
  });

  test.each([4, 7, 4097, 5000, 10.5])('fails for a generated value of %d characters', (length) => {
    expect(secretProblem({ content: SecretContent.generatedString({ length }) }))
      .toBe(`Test/Secret: the length of a generated value must be 8 to 4096 characters, got ${length}; change \`length\``);
  });

  test('fails for a generated field among the known ones', () => {
    expect(secretProblem({ content: SecretContent.generatedField({ fields: { user: 'app', token: 'x' }, generatedField: 'token' }) }))
      .toBe('Test/Secret: the generated field "token" must not be among the known fields, got ["token","user"]; remove it from `fields`');
  });
});

describe('functions', () => {
  test.each([[Duration.seconds(30), 30], [Duration.seconds(59), 59], [Duration.minutes(16), 960]])('fails for a timeout of %s', (timeout, seconds) => {
    expect(loginProblem({ timeout })).toBe(`Test/Login/Rotation: the timeout of the function must be 1 to 15 minutes, got ${seconds} seconds; change \`timeout\``);
  });

  test('fails for subnets without a VPC, and lists several problems together', () => {
    const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });
    expect(loginProblem({ database, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }))
      .toBe('Test/Login/Rotation: `vpcSubnets` and `securityGroups` place the function in a VPC, but there is none; pass `vpc`, or remove them');
    expect(loginProblem({ database, securityGroups: [], timeout: Duration.seconds(30) }))
      .toBe(['Test/Login/Rotation: 2 problems',
        '  1. `vpcSubnets` and `securityGroups` place the function in a VPC, but there is none; pass `vpc`, or remove them',
        '  2. the timeout of the function must be 1 to 15 minutes, got 30 seconds; change `timeout`'].join('\n'));
  });
});

test('fails for the secret of a database that has none', () => {
  const stack = newStack();
  const database = postgresInstance(stack, 'Database', { vpc: isolatedVpc(stack), credentials: rds.Credentials.fromPassword('app', SecretValue.ssmSecure('password')) });
  expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret: database.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }) })))
    .toBe('Test/Rotation: the secret is undefined; a database has one if its credentials come from a secret (rds.Credentials.fromGeneratedSecret or fromSecret); pass that one');
});
