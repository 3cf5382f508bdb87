/**
 * CloudFormation generates a value anew when any part of `GenerateSecretString` changes, and defines another secret when
 * the name or the logical id does. So no edit that is not about the value may change any of them.
 */
import { Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Json, newStack, only, postgresInstance, resources, rotatedLogin, rotatedStack } from './vocabulary';
import {
  DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, GuardedDatabaseSecretProps, GuardedSecret, GuardedSecretProps,
  Rotation, RotationInterval, SecretContent,
} from '../../src';

const SECRET = 'AWS::SecretsManager::Secret';
const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

type Edit<T> = (props: T, stack: Stack) => T;

/** What decides on the value of each secret of a stack. */
function values(stack: Stack): Json {
  const secrets = Object.entries(resources(stack, SECRET));
  return Object.fromEntries(secrets.map(([id, { Properties: { GenerateSecretString, SecretString, Name } }]) =>
    [id, { GenerateSecretString, SecretString, Name }]));
}

const EXTERNAL = { engine: DatabaseEngine.POSTGRES, host: 'db.example.com' };
const SECRET_PROPS: GuardedSecretProps = { secretName: 'billing/partner', content: SecretContent.generatedField({ fields: { username: 'app', dbname: 'orders' } }) };
const LOGIN_PROPS: Partial<GuardedDatabaseSecretProps> = { username: 'app', secretName: 'billing/login', databaseName: 'orders' };

function secretStack(edit: Edit<GuardedSecretProps>): Stack {
  const stack = newStack();
  new GuardedSecret(stack, 'Secret', edit(SECRET_PROPS, stack));
  return stack;
}

function loginStack(edit: Edit<Partial<GuardedDatabaseSecretProps>>): Stack {
  const stack = newStack();
  rotatedLogin(stack, postgresInstance(stack), edit(LOGIN_PROPS, stack));
  return stack;
}

describe('the value of a secret stays when the edit is', () => {
  test.each<[string, Edit<GuardedSecretProps>]>([
    ['a description', (props) => ({ ...props, description: 'Key of a partner' })],
    ['a tag', (props, stack) => { Tags.of(stack).add('owner', 'payments'); return props; }],
    ['a key of its own', (props) => ({ ...props, dedicatedKey: true })],
    ['a key of the user', (props, stack) => ({ ...props, encryptionKey: new kms.Key(stack, 'MyKey') })],
    ['a removal policy', (props) => ({ ...props, removalPolicy: RemovalPolicy.DESTROY })],
    ['a rotation', (props) => ({ ...props, rotation: Rotation.singleUser({ database: DatabaseTarget.fromAttributes(EXTERNAL) }) })],
    ['another order of fields', (props) => ({ ...props, content: SecretContent.generatedField({ fields: { dbname: 'orders', username: 'app' } }) })],
    ['a default that is said', (props) => ({ ...props, content: SecretContent.generatedField({ length: 40, includePunctuation: false, generatedField: 'password', fields: { username: 'app', dbname: 'orders' } }) })],
    ['one more secret before it', (props, stack) => { new GuardedSecret(stack, 'Before'); return props; }],
  ])('%s', (_, edit) => {
    expect(values(secretStack(edit))).toMatchObject(values(secretStack((props) => props)));
  });
});

describe('the value of a login stays when the edit is', () => {
  test.each<[string, Edit<Partial<GuardedDatabaseSecretProps>>]>([
    ['a description', (props) => ({ ...props, description: 'Login of the orders service' })],
    ['a tag', (props, stack) => { Tags.of(stack).add('owner', 'payments'); return props; }],
    ['an interval', (props) => ({ ...props, interval: RotationInterval.every(Duration.days(7)) })],
    ['memory and time of the function', (props) => ({ ...props, memorySize: 512, timeout: Duration.minutes(2) })],
    ['an alarm', (props, stack) => ({ ...props, alarmTopic: new sns.Topic(stack, 'Topic') })],
    ['an administrator', (props, stack) => ({ ...props, adminSecret: new GuardedSecret(stack, 'Admin', { content: SecretContent.generatedField({ fields: { username: 'root' } }) }).secret, privileges: DatabasePrivileges.READ_ONLY })],
    ['a rotation at deployment', (props) => ({ ...props, rotateImmediately: true })],
    ['one more login', (props, stack) => { new GuardedDatabaseSecret(stack, 'Other', { database: DatabaseTarget.fromAttributes(EXTERNAL), username: 'other' }); return props; }],
  ])('%s', (_, edit) => {
    expect(values(loginStack(edit))).toMatchObject(values(loginStack((props) => props)));
  });
});

describe('an upgrade of the library changes no generator', () => {
  const generator = (define: (stack: Stack) => unknown) => {
    const stack = newStack();
    define(stack);
    return only(stack, SECRET).properties.GenerateSecretString;
  };
  const login = (engine: DatabaseEngine) => generator((stack) => new GuardedDatabaseSecret(stack, 'Login', {
    database: DatabaseTarget.fromAttributes({ engine, host: 'db.example.com' }), username: 'app', databaseName: 'orders',
  }));
  const template = (engine: string, port: string) => `{"username":"app","engine":"${engine}","host":"db.example.com","port":"${port}","dbname":"orders"}`;
  const HARMLESS_PUNCTUATION_ONLY = { ExcludePunctuation: false, ExcludeCharacters: '!"#$%&\'()*+,/:;<=>?@[\\]^`{|}~' };

  test('of a string', () => {
    expect(generator((stack) => new GuardedSecret(stack, 'Secret'))).toEqual({ PasswordLength: 40, ExcludePunctuation: true });
  });

  test('of a field', () => {
    expect(generator((stack) => new GuardedSecret(stack, 'Secret', SECRET_PROPS))).toEqual({
      PasswordLength: 40, ExcludePunctuation: true, GenerateStringKey: 'password', SecretStringTemplate: '{"dbname":"orders","username":"app"}',
    });
  });

  test.each<[DatabaseEngine, Json]>([
    [DatabaseEngine.POSTGRES, { ExcludePunctuation: true, SecretStringTemplate: template('postgres', '5432') }],
    [DatabaseEngine.MYSQL, { ...HARMLESS_PUNCTUATION_ONLY, SecretStringTemplate: template('mysql', '3306') }],
    [DatabaseEngine.MARIADB, { ...HARMLESS_PUNCTUATION_ONLY, SecretStringTemplate: template('mariadb', '3306') }],
  ])('of a login of %s', (engine, expected) => {
    expect(login(engine)).toEqual({ PasswordLength: 40, GenerateStringKey: 'password', ...expected });
  });

  test('of a login that is attached', () => {
    expect(values(rotatedStack(LOGIN_PROPS).stack)).toMatchObject({
      LoginSecret9BB20B5C: {
        Name: 'billing/login',
        GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true, GenerateStringKey: 'password', SecretStringTemplate: '{"username":"app","dbname":"orders"}' },
      },
    });
  });
});

describe('the attachment goes or stays with its secret', () => {
  test.each([
    ['kept by default', undefined, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    ['destroyed', RemovalPolicy.DESTROY, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
    ['retained', RemovalPolicy.RETAIN, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }],
  ])('%s', (_, removalPolicy, expected) => {
    const { stack } = rotatedStack({ removalPolicy });
    const ofLogin = [SECRET, ATTACHMENT].flatMap((type) => Object.entries(resources(stack, type))).filter(([id]) => id.startsWith('Login'));
    expect(ofLogin).toHaveLength(2);
    for (const [, resource] of ofLogin) expect(resource).toMatchObject(expected);
  });
});

describe('no deployment touches the schedule, and so rotates, when the edit is', () => {
  const schedule = (edit: Edit<Partial<GuardedDatabaseSecretProps>>) => {
    const { id, properties } = only(loginStack(edit), SCHEDULE);
    return { id, properties };
  };

  test.each<[string, Edit<Partial<GuardedDatabaseSecretProps>>]>([
    ['a description', (props) => ({ ...props, description: 'Login of the orders service' })],
    ['a tag', (props, stack) => { Tags.of(stack).add('owner', 'payments'); return props; }],
    ['an alarm', (props, stack) => ({ ...props, alarmTopic: new sns.Topic(stack, 'Topic') })],
    ['a key of its own', (props) => ({ ...props, dedicatedKey: true })],
    ['a default that is said', (props) => ({ ...props, interval: RotationInterval.every(Duration.days(30)), rotateImmediately: false })],
    ['a statement on the key of the stack', (props, stack) => {
      new GuardedSecret(stack, 'Other').encryptionKey.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions: ['kms:DescribeKey'], resources: ['*'] }));
      return props;
    }],
  ])('%s', (_, edit) => {
    expect(schedule(edit)).toEqual(schedule((props) => props));
  });

  test('a setting of the function: the schedule names another function, but does not rotate', () => {
    const [before, after] = [schedule((props) => props), schedule((props) => ({ ...props, memorySize: 512 }))];
    expect(after.id).toBe(before.id);
    expect({ ...after.properties, RotationLambdaARN: undefined }).toEqual({ ...before.properties, RotationLambdaARN: undefined });
    expect(after.properties.RotateImmediatelyOnUpdate).toBe(false);
  });
});
