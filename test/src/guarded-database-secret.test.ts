import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { count, Json, keyStatements, loginContent, newStack, only, postgresCluster, postgresInstance, resources, rotatedLogin, rotatedStack, secretStatements, template, warnings } from './vocabulary';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, Rotation, SecretRotator } from '../../src';

const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';

/** The secret of the login, not that of the database. */
function loginSecret(stack: ReturnType<typeof newStack>): { id: string; properties: Json } {
  const [id, { Properties: properties }] = Object.entries(resources(stack, 'AWS::SecretsManager::Secret')).find(([name]) => name.startsWith('Login'))!;
  return { id, properties };
}

test('the value has the name of the login and a generated password', () => {
  const { stack } = rotatedStack({ username: 'app' });
  const { GenerateSecretString } = loginSecret(stack).properties;
  expect(GenerateSecretString).toMatchObject({ GenerateStringKey: 'password', PasswordLength: 40, ExcludePunctuation: true });
  expect(JSON.parse(GenerateSecretString.SecretStringTemplate)).toEqual({ username: 'app' });
});

test('the value may name a database within the server', () => {
  const { stack } = rotatedStack({ databaseName: 'orders' });
  expect(JSON.parse(loginSecret(stack).properties.GenerateSecretString.SecretStringTemplate)).toEqual({ username: 'app', dbname: 'orders' });
});

test('the attachment puts the address of an instance into the value', () => {
  const { stack, login } = rotatedStack();
  template(stack).hasResourceProperties(ATTACHMENT, { SecretId: { Ref: loginSecret(stack).id }, TargetId: { Ref: only(stack, 'AWS::RDS::DBInstance').id }, TargetType: 'AWS::RDS::DBInstance' });
  expect(stack.resolve(login.secret.secretArn)).toEqual({ Ref: expect.stringMatching(/^LoginSecretAttachment/) });
});

test('the attachment puts the address of a cluster into the value', () => {
  const stack = newStack();
  const cluster = postgresCluster(stack);
  new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.auroraCluster(cluster), username: 'app' });
  template(stack).hasResourceProperties(ATTACHMENT, { SecretId: { Ref: loginSecret(stack).id }, TargetId: { Ref: only(stack, 'AWS::RDS::DBCluster').id }, TargetType: 'AWS::RDS::DBCluster' });
});

test.each([[undefined, '5432'], [6432, '6432']])('the address of any other database stands in the value from the start (port %p)', (port, expected) => {
  const stack = newStack();
  const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port });
  new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' });
  expect(JSON.parse(loginSecret(stack).properties.GenerateSecretString.SecretStringTemplate))
    .toEqual({ username: 'app', engine: 'postgres', host: 'db.example.com', port: expected });
  expect(count(stack, ATTACHMENT)).toBe(0);
});

test('a port may be known at deployment only', () => {
  const stack = newStack();
  const { dbInstanceEndpointPort } = postgresInstance(stack);
  const target = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port: tokenNumber(dbInstanceEndpointPort) });
  expect(stack.resolve(target.port)).toEqual({ 'Fn::GetAtt': [only(stack, 'AWS::RDS::DBInstance').id, 'Endpoint.Port'] });
});

test('rotates the secret itself, not its attachment, so that rules find the rotation', () => {
  const { stack } = rotatedStack();
  expect(only(stack, 'AWS::SecretsManager::RotationSchedule').properties.SecretId).toEqual({ Ref: loginSecret(stack).id });
});

test('passes the options on', () => {
  const stack = newStack();
  const { login } = rotatedStack({ secretName: 'orders/app', description: 'Login of the orders service', dedicatedKey: true }, stack);
  expect(loginSecret(stack).properties).toMatchObject({ Name: 'orders/app', Description: 'Login of the orders service', KmsKeyId: stack.resolve(login.encryptionKey.keyArn) });
});

test('takes another way to rotate', () => {
  const stack = newStack();
  const database = postgresInstance(stack);
  const rotation = Rotation.singleUser({ database: DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'proxy.example.com' }) });
  rotatedLogin(stack, database, { rotation });
  expect(JSON.stringify(only(stack, 'AWS::Lambda::Function').properties.Environment)).toContain('proxy.example.com');
});

describe('one resource policy', () => {
  const statement = () => new iam.PolicyStatement({ sid: 'Mine', principals: [new iam.AccountRootPrincipal()], actions: ['secretsmanager:DescribeSecret'], resources: ['*'] });

  test('takes statements that come by way of the attachment', () => {
    const { stack, login } = rotatedStack();
    login.secret.addToResourcePolicy(statement());
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'Mine']);
  });

  test('takes statements on a guarded secret that a database has as its master login', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Master', { content: loginContent('postgres') });
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromSecret(secret, 'postgres') });
    new SecretRotator(stack, 'Rotation', { secret: database.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }) });
    database.secret!.addToResourcePolicy(statement());
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'Mine']);
  });
});

test('the policy of the key does not grow with the logins', () => {
  const [one, many] = [1, 6].map((logins) => {
    const stack = newStack();
    const database = postgresInstance(stack);
    for (let number = 1; number <= logins; number++) rotatedLogin(stack, database, { username: `app${number}` }, `Login${number}`);
    return keyStatements(stack);
  });
  expect(many).toEqual(one);
});

function tokenNumber(text: string): number {
  return Token.asNumber(Token.asAny(text));
}

test.each<[string, object, number]>([
  ['undefined, as that of a database without one', { adminSecret: undefined }, 1],
  ['left out', {}, 0],
])('a warning tells when the secret of the administrator is %s', (_name, options, expected) => {
  const { stack } = rotatedStack(options);
  expect(warnings(stack).filter((warning) => warning.includes('`adminSecret` was passed, but is undefined'))).toHaveLength(expected);
});
