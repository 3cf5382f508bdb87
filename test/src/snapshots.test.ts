/**
 * Whole templates, and the logical ids of every construct: an id that changes replaces what users have deployed.
 */
import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { stable } from './stable';
import { loginContent, newStack, postgresCluster, postgresInstance, rotatedLogin, rotatedStack, template } from './vocabulary';
import {
  DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret,
  Rotation, RotationFunction, RotationInterval, SecretAlarms, SecretRotator,
} from '../../src';

test('a login of an instance', () => {
  const stack = newStack();
  const alarmTopic = new sns.Topic(stack, 'OnCall', { masterKey: new kms.Key(stack, 'OnCallKey') });
  rotatedStack({ alarmTopic }, stack);
  expect(stable(template(stack).toJSON())).toMatchSnapshot();
});

test('a login of an Aurora cluster, with everything of its own', () => {
  const stack = newStack();
  const cluster = postgresCluster(stack);
  new GuardedDatabaseSecret(stack, 'Login', {
    database: DatabaseTarget.auroraCluster(cluster),
    username: 'app',
    databaseName: 'orders',
    description: 'Login of the orders service',
    dedicatedKey: true,
    interval: RotationInterval.cron({ weekDay: 'SUN', hour: '2', window: Duration.hours(2) }),
    rotateImmediately: true,
    memorySize: 512,
    timeout: Duration.minutes(5),
  });
  expect(stable(template(stack).toJSON())).toMatchSnapshot();
});

test('two logins that take turns, by an administrator with a key', () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'DatabaseKey');
  const cluster = postgresCluster(stack, 'Cluster', { credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey }) });
  const database = DatabaseTarget.auroraCluster(cluster);
  new GuardedDatabaseSecret(stack, 'Login', {
    database,
    username: 'orders_a',
    rotation: Rotation.alternatingUsers({
      database, adminSecret: cluster.secret!, otherUsername: 'orders_b', role: 'orders_owner', createWith: DatabasePrivileges.READ_WRITE,
    }),
  });
  expect(stable(template(stack).toJSON())).toMatchSnapshot();
});

test('logical ids', () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic');
  const database = postgresInstance(stack);
  const rotation = Rotation.singleUser({ database: DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' }) });

  new GuardedSecret(stack, 'GuardedSecret');
  const own = new GuardedSecret(stack, 'GuardedSecretWithAll', { content: loginContent(), dedicatedKey: true, rotation, alarmTopic: topic });
  rotatedLogin(stack, database, { alarmTopic: topic }, 'GuardedDatabaseSecret');
  new SecretRotator(stack, 'SecretRotator', { secret: database.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }) });
  new RotationFunction(stack, 'RotationFunction', { bundle: 'postgres' });
  new SecretAlarms(stack, 'SecretAlarms', { topic, secrets: [own.secret] }).monitorFunction(own.rotator!.rotationFunction.lambdaFunction);

  const ids = Object.entries<{ Type: string }>(template(stack).toJSON().Resources)
    .filter(([id]) => !/^(Topic|Database)(?!.*Rotation)/.test(id))
    .map(([id, { Type }]) => `${id} ${Type}`);
  expect(ids.sort()).toMatchSnapshot();
});
