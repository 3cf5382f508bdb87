/**
 * The database within the server that an administrator works in: where its name comes from, and that the content of a
 * secret does not choose it.
 */
import { CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DatabaseEngine, DatabaseTarget, Rotation, SecretRotator, SecretRotatorProps } from '../../../src';
import { COMPLETE_ARN, isolatedVpc, Json, newStack, only, postgresCluster, postgresInstance, rotatedLogin } from '../vocabulary';

/** The database among the facts of the one function of a stack, as text that a deployment completes. */
function databaseIn(stack: Stack): Json {
  const [, facts] = Object.entries<Json>(only(stack, 'AWS::Lambda::Function').properties.Environment.Variables)
    .find(([name]) => name.startsWith('GUARDED_SECRET_'))!;
  const text = (typeof facts === 'string' ? [facts] : facts['Fn::Join'][1]).map((part: Json) => typeof part === 'string' ? part : `<${part.Ref ?? 'attribute'}>`).join('');
  return JSON.parse(text).database;
}

function databaseOfLogin(databaseProps: Partial<rds.DatabaseInstanceProps>, databaseName?: string): Json {
  const stack = newStack();
  const database = postgresInstance(stack, 'Database', databaseProps);
  rotatedLogin(stack, database, { adminSecret: database.secret, databaseName });
  return databaseIn(stack);
}

const POSTGRES = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });

function databaseOfSecret(secretOf: (stack: Stack) => secretsmanager.ISecret, props: Partial<SecretRotatorProps> = {},
  targetOf: (stack: Stack) => DatabaseTarget = () => POSTGRES): Json {
  const stack = newStack();
  const adminSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', COMPLETE_ARN);
  const rotation = Rotation.alternatingUsers({ database: targetOf(stack), adminSecret });
  new SecretRotator(stack, 'Rotation', { secret: secretOf(stack), username: 'app', rotation, ...props });
  return databaseIn(stack);
}

const imported = (stack: Stack) => secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'login');
const written = (dbname?: string) => (stack: Stack) => new rds.DatabaseSecret(stack, 'Secret', { username: 'app', dbname });
const MARIADB = rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11 });

describe('the database of a login is', () => {
  test('the one that is given', () => {
    expect(databaseOfLogin({ databaseName: 'shop' }, 'orders')).toBe('orders');
    expect(databaseOfSecret(imported, { databaseName: 'orders' })).toBe('orders');
  });

  test('the one that this app writes into the secret', () => {
    expect(databaseOfSecret(written('orders'))).toBe('orders');
  });

  test('the initial one of the server', () => {
    expect(databaseOfLogin({ databaseName: 'shop' })).toBe('shop');
    expect(databaseOfLogin({ engine: MARIADB, databaseName: 'shop' })).toBe('shop');
    expect(databaseOfSecret(imported, {}, (stack) => DatabaseTarget.auroraCluster(postgresCluster(stack, 'Cluster', { defaultDatabaseName: 'shop' })))).toBe('shop');
  });

  test('the initial one of the server also where only a deployment knows it', () => {
    const stack = newStack();
    const database = postgresInstance(stack, 'Database', { databaseName: new CfnParameter(stack, 'Name').valueAsString });
    rotatedLogin(stack, database, { adminSecret: database.secret });
    expect(databaseIn(stack)).toBe('<Name>');
  });

  test('the default one of PostgreSQL where neither secret nor server of this app names another', () => {
    expect(databaseOfLogin({})).toBe('postgres');
    expect(databaseOfSecret(written())).toBe('postgres');
  });
});

describe('the database of a login is not known', () => {
  test('where only the content of the secret names it', () => {
    expect(databaseOfSecret(imported)).toBeUndefined();
    expect(databaseOfSecret((stack) => new secretsmanager.Secret(stack, 'Secret', { secretObjectValue: { username: SecretValue.unsafePlainText('app') } }))).toBeUndefined();
  });

  test('where a snapshot may have an initial one', () => {
    expect(databaseOfSecret(written(), {}, (stack) => DatabaseTarget.auroraCluster(new rds.DatabaseClusterFromSnapshot(stack, 'Cluster', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
      snapshotIdentifier: 'snapshot',
      vpc: isolatedVpc(stack),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      writer: rds.ClusterInstance.serverlessV2('Writer'),
    })))).toBeUndefined();
  });

  test('where an imported server may have an initial one', () => {
    expect(databaseOfSecret(written(), {}, (stack) => DatabaseTarget.auroraCluster(rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', {
      clusterIdentifier: 'cluster', clusterEndpointAddress: 'db.example.com', port: 5432,
    }), { engine: DatabaseEngine.POSTGRES }))).toBeUndefined();
  });

  test('in MariaDB where nothing names one', () => {
    const target = () => DatabaseTarget.fromAttributes({ engine: DatabaseEngine.MARIADB, host: 'db.example.com' });
    expect(databaseOfSecret(written(), {}, target)).toBeUndefined();
  });
});
