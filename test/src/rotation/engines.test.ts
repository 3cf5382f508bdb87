/**
 * What differs per engine: names, port, function code, the first password, two passwords at once.
 */
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret, Rotation } from '../../../src';
import { isolatedVpc, Json, newStack, only, template } from '../vocabulary';

const { POSTGRES, MYSQL, MARIADB } = DatabaseEngine;

const ENGINES: [DatabaseEngine, rds.IInstanceEngine][] = [
  [POSTGRES, rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 })],
  [MYSQL, rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0_39 })],
  [MARIADB, rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11 })],
];

function instance(stack: Stack, engine: rds.IInstanceEngine): rds.DatabaseInstance {
  return new rds.DatabaseInstance(stack, 'Database', { engine, vpc: isolatedVpc(stack), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
}

function generator(stack: Stack): Json {
  const [, secret] = Object.entries<Json>(template(stack).findResources('AWS::SecretsManager::Secret')).find(([id]) => id.startsWith('Login'))!;
  return secret.Properties.GenerateSecretString;
}

describe.each(ENGINES)('a login of %s', (engine, instanceEngine) => {
  const stack = newStack();
  const database = DatabaseTarget.rdsInstance(instance(stack, instanceEngine));
  new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' });

  test('has the engine of its database', () => {
    expect(database.engine).toBe(engine);
  });

  test('is rotated by the code for the engine', () => {
    expect(only(stack, 'AWS::Lambda::Function').properties.Description).toBe(`Rotates secrets (cdk-guarded-secrets, ${engine.bundle})`);
  });
});

test.each<[DatabaseEngine, string]>([[POSTGRES, '5432'], [MYSQL, '3306'], [MARIADB, '3306']])('the port of %s is %s', (engine, port) => {
  expect(DatabaseTarget.fromAttributes({ engine, host: 'db.example.com' }).port).toBe(port);
});

describe('the first password', () => {
  const first = (engine: DatabaseEngine) => {
    const stack = newStack();
    new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.fromAttributes({ engine, host: 'db.example.com' }), username: 'app' });
    return generator(stack);
  };

  test('has letters and digits for PostgreSQL', () => {
    expect(first(POSTGRES)).toMatchObject({ PasswordLength: 40, ExcludePunctuation: true });
    expect(first(POSTGRES).ExcludeCharacters).toBeUndefined();
  });

  test.each([MYSQL, MARIADB])('has some harmless punctuation for %s, whose servers may demand some', (engine) => {
    const { ExcludePunctuation, ExcludeCharacters } = first(engine);
    expect(ExcludePunctuation).toBe(false);
    const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
    expect(ascii.filter((character) => !/[A-Za-z0-9]/.test(character) && !ExcludeCharacters.includes(character))).toEqual(['-', '.', '_']);
  });
});

test.each([MYSQL, MARIADB])('a login of %s may have two passwords at once', (engine) => {
  const stack = newStack();
  const instanceEngine = ENGINES.find(([candidate]) => candidate === engine)![1];
  const server = instance(stack, instanceEngine);
  const database = DatabaseTarget.rdsInstance(server);
  const rotation = Rotation.adminAssisted({ database, adminSecret: server.secret!, dualPasswords: true });
  new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app', rotation });
  expect(engine.dualPasswords).toBe(true);
  expect(JSON.stringify(only(stack, 'AWS::Lambda::Function').properties.Environment)).toContain('dualPasswords\\":\\"true');
});

test('each engine has a function of its own', () => {
  const stack = newStack();
  for (const engine of [POSTGRES, MYSQL, MARIADB]) {
    new GuardedDatabaseSecret(stack, `Login${engine}`, { database: DatabaseTarget.fromAttributes({ engine, host: `${engine}.example.com` }), username: 'app' });
  }
  expect(Object.keys(template(stack).findResources('AWS::Lambda::Function'))).toHaveLength(3);
});
