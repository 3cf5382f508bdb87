import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, IRotation, Rotation, SecretRotator } from '../../../src';
import { deployed } from '../deployed';
import {
  ACCOUNT, COMPLETE_ARN, count, isolatedVpc, loginContent, messageOf, newStack, only, PARTIAL_ARN,
  postgresCluster, postgresInstance, REGION, resources, rotatedLogin, rotatedStack, statementsWith, template, warnings,
} from '../vocabulary';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const VIA = { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } };

function rotate(scope: Construct, secret: secretsmanager.ISecret, database: DatabaseTarget) {
  return new SecretRotator(scope, 'Rotation', { secret, rotation: Rotation.singleUser({ database }) });
}

describe('the schedule comes after', () => {
  const { stack } = rotatedStack({ dedicatedKey: true });
  const { dependsOn } = only(stack, SCHEDULE);

  test.each([
    'AWS::Lambda::Permission',
    'AWS::Lambda::Function',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Role',
    'AWS::Logs::LogGroup',
    'AWS::EC2::SecurityGroupIngress',
    'AWS::EC2::SecurityGroupEgress',
    'AWS::EC2::VPCEndpoint',
    'AWS::SecretsManager::Secret',
    'AWS::SecretsManager::ResourcePolicy',
    'AWS::SecretsManager::SecretTargetAttachment',
    'AWS::RDS::DBInstance',
  ])('each %s', (type) => {
    const own = Object.keys(resources(stack, type)).filter((id) => !id.startsWith('DatabaseSecret'));
    expect(own.length).toBeGreaterThan(0);
    expect(dependsOn).toEqual(expect.arrayContaining(own));
  });

  test('the rights on the key, which the policies of the function hold', () => {
    const policies = Object.entries(resources(stack, 'AWS::IAM::ManagedPolicy'))
      .filter(([, policy]) => JSON.stringify(policy).includes('kms:Decrypt'));
    expect(policies).toHaveLength(1);
    expect(dependsOn).toContain(policies[0][0]);
  });
});

test('the function comes after the rights on its network interfaces', () => {
  const { stack } = rotatedStack();
  const execution = Object.keys(resources(stack, 'AWS::IAM::ManagedPolicy')).find((id) => id.includes('ExecutionPolicy'));
  expect(only(stack, 'AWS::Lambda::Function').dependsOn).toContain(execution);
});

describe('the master login that aws-rds made', () => {
  test.each([['without', undefined], ['with', 'Key']])('%s a customer key', (_, keyId) => {
    const stack = newStack();
    const encryptionKey = keyId === undefined ? undefined : new kms.Key(stack, keyId);
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey }) });
    rotate(stack, database.secret!, DatabaseTarget.rdsInstance(database));

    const attachment = { Ref: only(stack, 'AWS::SecretsManager::SecretTargetAttachment').id };
    expect(only(stack, SCHEDULE).properties.SecretId).toEqual(attachment);
    expect(statementsWith(stack, 'secretsmanager:PutSecretValue')).toMatchObject([{ Resource: [attachment] }]);
    expect(statementsWith(stack, 'kms:Decrypt')).toEqual(encryptionKey === undefined ? [] : [{
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: stack.resolve(encryptionKey.keyArn),
      Condition: { StringEquals: { ...VIA, 'kms:EncryptionContext:SecretARN': [attachment] } },
    }]);
  });

  test('of a cluster: the schedule comes after writer and readers too', () => {
    const stack = newStack();
    const cluster = postgresCluster(stack);
    rotate(stack, cluster.secret!, DatabaseTarget.auroraCluster(cluster));
    const instances = Object.keys(resources(stack, 'AWS::RDS::DBInstance'));
    expect(instances).toHaveLength(2);
    expect(only(stack, SCHEDULE).dependsOn).toEqual(expect.arrayContaining([only(stack, 'AWS::RDS::DBCluster').id, ...instances]));
  });

  test('that is a secret of the user', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Master', { content: loginContent('postgres') });
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromSecret(secret, 'postgres') });
    rotate(stack, database.secret!, DatabaseTarget.rdsInstance(database));
    expect(only(stack, SCHEDULE).dependsOn).toContain(only(stack, 'AWS::RDS::DBInstance').id);
  });
});

describe('a login of an Aurora cluster', () => {
  test('is rotated on its writer', () => {
    const stack = newStack();
    const cluster = postgresCluster(stack);
    new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.auroraCluster(cluster), username: 'app' });
    const facts = JSON.stringify(only(stack, 'AWS::Lambda::Function').properties.Environment);
    expect(facts).toContain('"Endpoint.Address"');
    expect(facts).not.toContain('ReadEndpoint');
  });
});

describe('a database that was imported', () => {
  test.each(['with its engine', 'with the engine of the target'])('is rotated %s', (how) => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const inInstance = how === 'with its engine';
    const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Database', {
      instanceIdentifier: 'orders',
      instanceEndpointAddress: 'orders.example.com',
      port: 5433,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
      engine: inInstance ? rds.DatabaseInstanceEngine.POSTGRES : undefined,
    });
    const engine = inInstance ? undefined : DatabaseEngine.POSTGRES;
    rotatedLogin(stack, database, { database: DatabaseTarget.rdsInstance(database, { vpc, engine }) });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress').properties).toMatchObject({ GroupId: 'sg-0123456789abcdef0', FromPort: 5433, ToPort: 5433 });
    expect(only(stack, 'AWS::SecretsManager::SecretTargetAttachment').properties).toMatchObject({ TargetId: 'orders', TargetType: 'AWS::RDS::DBInstance' });
    expect(only(stack, SCHEDULE).dependsOn).toContain(only(stack, 'AWS::EC2::SecurityGroupIngress').id);
  });
});

describe('a secret that was imported', () => {
  const importers: [string, (scope: Construct) => secretsmanager.ISecret, string, string][] = [
    ['complete ARN', (scope) => secretsmanager.Secret.fromSecretCompleteArn(scope, 'Secret', COMPLETE_ARN), COMPLETE_ARN, 'StringEquals'],
    ['partial ARN', (scope) => secretsmanager.Secret.fromSecretPartialArn(scope, 'Secret', PARTIAL_ARN), `${PARTIAL_ARN}-??????`, 'StringLike'],
    ['name', (scope) => secretsmanager.Secret.fromSecretNameV2(scope, 'Secret', 'partner-key'), `${PARTIAL_ARN}-??????`, 'StringLike'],
  ];

  test.each(importers)('by its %s has its ARN in the policies', (_, importSecret, arn) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    rotate(stack, importSecret(stack), DatabaseTarget.rdsInstance(postgresInstance(stack)));
    const [statement] = statementsWith(stack, 'secretsmanager:GetSecretValue');
    expect(deployed(statement.Resource, template(stack).toJSON())).toEqual([arn]);
  });

  test.each([importers[0], importers[1]])('by its %s has its ARN in the rights on its key', (how, _, arn, operator) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const encryptionKey = new kms.Key(stack, 'Key');
    const secret = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', how === 'complete ARN'
      ? { secretCompleteArn: COMPLETE_ARN, encryptionKey } : { secretPartialArn: PARTIAL_ARN, encryptionKey });
    rotate(stack, secret, DatabaseTarget.rdsInstance(postgresInstance(stack)));
    expect(statementsWith(stack, 'kms:GenerateDataKey')[0].Condition[operator]['kms:EncryptionContext:SecretARN']).toEqual([arn]);
  });

  test('by its complete ARN: the permission is for it alone', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    rotate(stack, secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN), DatabaseTarget.rdsInstance(postgresInstance(stack)));
    expect(only(stack, 'AWS::Lambda::Permission').properties).toMatchObject({ SourceAccount: ACCOUNT, SourceArn: COMPLETE_ARN });
  });

  test('by part of its ARN: the permission covers the secrets of the account, since its own ARN is not known', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    rotate(stack, secretsmanager.Secret.fromSecretPartialArn(stack, 'Secret', PARTIAL_ARN), DatabaseTarget.rdsInstance(postgresInstance(stack)));
    expect(only(stack, 'AWS::Lambda::Permission').properties).toMatchObject({
      SourceAccount: ACCOUNT,
      SourceArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:*`]] },
    });
  });
});

describe('two stacks', () => {
  function databaseStack(app: App) {
    const data = newStack({}, 'Data', app);
    const database = postgresInstance(data);
    return { data, database };
  }

  test('secret and database in one, rotation in another', () => {
    const app = new App();
    const { data, database } = databaseStack(app);
    const rotation = newStack({}, 'Rotation', app);
    rotate(rotation, database.secret!, DatabaseTarget.rdsInstance(database));
    expect(count(rotation, SCHEDULE)).toBe(1);
    expect(rotation.dependencies).toContain(data);
    expect(data.dependencies).toEqual([]);
  });

  test('a guarded secret in one, its rotation in another', () => {
    const app = new App();
    const { data, database } = databaseStack(app);
    const { secret } = new GuardedSecret(data, 'Login', { content: loginContent() });
    const rotation = newStack({}, 'Rotation', app);
    rotate(rotation, secret, DatabaseTarget.rdsInstance(database));
    expect(only(rotation, SCHEDULE).dependsOn).toEqual(expect.arrayContaining(Object.keys(resources(rotation, 'AWS::EC2::SecurityGroupIngress'))));
    expect(data.dependencies).toEqual([]);
  });

  test('the database in one, the login in another', () => {
    const app = new App();
    const { data, database } = databaseStack(app);
    const service = newStack({}, 'Service', app);
    rotatedLogin(service, database);
    expect(only(service, SCHEDULE).properties.SecretId).toEqual({ Ref: only(service, 'AWS::SecretsManager::Secret').id });
    expect(data.dependencies).toEqual([]);
    expect(warnings(service)).toEqual([]);
  });

  test('the VPC in one, the database and its login in another', () => {
    const app = new App();
    const vpc = isolatedVpc(newStack({}, 'Network', app));
    const service = newStack({}, 'Service', app);
    rotatedLogin(service, postgresInstance(service, 'Database', { vpc }));
    expect(count(service, SCHEDULE)).toBe(1);
    expect(warnings(service)).toEqual([]);
  });
});

test('a way to rotate that the user wrote says what comes first', () => {
  const stack = newStack();
  const { secret } = new GuardedSecret(stack, 'Secret');
  const first = new Construct(stack, 'First');
  const group = new ec2.SecurityGroup(first, 'Group', { vpc: isolatedVpc(stack) });
  const rotation: IRotation = { bind: () => ({ bundle: 'postgres', facts: { strategy: 'single-user', host: 'h', port: '1' }, dependencies: [first] }) };
  new SecretRotator(stack, 'Rotation', { secret, rotation });
  expect(only(stack, SCHEDULE).dependsOn).toContain(stack.resolve(group.securityGroupId)['Fn::GetAtt'][0]);
});

describe('no circle', () => {
  test('in an app whose client is let in and needs the rotated login', () => {
    const { stack, database, login } = rotatedStack();
    const client = new lambda.Function(stack, 'Client', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('//'), vpc: database.vpc,
    });
    database.connections.allowDefaultPortFrom(client);
    client.node.addDependency(login);
    expect(() => template(stack)).not.toThrow();
  });

  test('between two logins that are defined below their database', () => {
    const stack = newStack();
    const database = postgresInstance(stack, 'Database', { vpc: isolatedVpc(stack) });
    rotatedLogin(database, database, {}, 'First');
    rotatedLogin(database, database, {}, 'Second');
    expect(() => template(stack)).not.toThrow();
  });
});

describe('fails for a second rotation of a secret', () => {
  const RATE = Duration.days(1);

  test.each<[string, (stack: Stack, database: rds.DatabaseInstance, login: GuardedDatabaseSecret) => unknown]>([
    ['by another rotator', (stack, database, login) => rotate(stack, login.secret, DatabaseTarget.rdsInstance(database))],
    ['with another configuration', (stack, database, login) => new SecretRotator(stack, 'Rotation', {
      secret: login.secret, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }), memorySize: 512,
    })],
  ])('%s', (_, define) => {
    const { stack, database, login } = rotatedStack();
    expect(messageOf(() => define(stack, database, login))).toBe(
      'Test/Rotation: the secret "Test/Login/Secret/Resource/Attachment" is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them');
  });

  test('by the CDK', () => {
    const stack = newStack();
    const database = postgresInstance(stack, 'Database', { vpc: isolatedVpc(stack) });
    database.addRotationSingleUser({ automaticallyAfter: RATE });
    expect(messageOf(() => rotate(stack, database.secret!, DatabaseTarget.rdsInstance(database)))).toContain('is rotated already');
  });
});

test('warns of an imported secret whose key is not known, and takes the key', () => {
  const { stack, database } = rotatedStack();
  const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', COMPLETE_ARN);
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
  rotate(stack, secret, DatabaseTarget.rdsInstance(database));
  expect(warnings(stack)).toEqual([expect.stringContaining('the key of an imported secret is not known')]);

  const { stack: other, database: otherDatabase } = rotatedStack();
  new SecretRotator(other, 'Rotation', {
    secret: secretsmanager.Secret.fromSecretCompleteArn(other, 'Imported', COMPLETE_ARN),
    encryptionKey,
    rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(otherDatabase) }),
  });
  expect(warnings(other)).toEqual([]);
  expect(statementsWith(other, 'kms:GenerateDataKey').map(({ Resource }) => Resource)).toContain(`arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
});

test('a database outside of any VPC has a function outside of any VPC', () => {
  const stack = newStack();
  const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port: 6432 });
  new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' });
  expect(only(stack, 'AWS::Lambda::Function').properties.VpcConfig).toBeUndefined();
  expect(statementsWith(stack, 'ec2:CreateNetworkInterface')).toEqual([]);
  template(stack).resourceCountIs('AWS::EC2::SecurityGroup', 0);
});
