/**
 * Rotation by an administrator: the facts that the function gets, and its rights on the secret of the administrator.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AdminAssistedRotationOptions, AlternatingUsersRotationOptions, DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret,
  GuardedDatabaseSecretProps, GuardedSecret, Rotation, SecretRotator,
} from '../../../src';
import { deployed } from '../deployed';
import {
  ACCOUNT, COMPLETE_ARN, count, Json, loginContent, messageOf, newStack, only,
  PARTIAL_ARN, postgresInstance, REGION, rotatedLogin, statements, statementsWith, template, warnings,
} from '../vocabulary';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const VIA = { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } };

/** The facts in the environments of the functions, as Lambda would give them. */
function facts(stack: Stack): Json[] {
  const json = template(stack).toJSON();
  return Object.values<Json>(template(stack).findResources('AWS::Lambda::Function')).flatMap(({ Properties }) => {
    const environment = deployed(Properties.Environment.Variables, json);
    return Object.entries<string>(environment).filter(([name]) => name.startsWith('GUARDED_SECRET_')).map(([, value]) => JSON.parse(value));
  });
}

function administrated(props: Partial<GuardedDatabaseSecretProps> = {}, stack: Stack = newStack(), databaseProps: Partial<rds.DatabaseInstanceProps> = {}) {
  const database = postgresInstance(stack, 'Database', databaseProps);
  const login = rotatedLogin(stack, database, { adminSecret: database.secret, ...props });
  return { stack, database, login };
}

function withRotation(rotationOf: (options: { database: DatabaseTarget; adminSecret: secretsmanager.ISecret }) => Rotation, username = 'app') {
  const stack = newStack();
  const database = postgresInstance(stack);
  const rotation = rotationOf({ database: DatabaseTarget.rdsInstance(database), adminSecret: database.secret! });
  rotatedLogin(stack, database, { username, rotation });
  return facts(stack)[0];
}

const alternating = (options: Partial<AlternatingUsersRotationOptions> = {}, username?: string) =>
  withRotation((required) => Rotation.alternatingUsers({ ...required, ...options }), username);
const assisted = (options: Partial<AdminAssistedRotationOptions> = {}) => withRotation((required) => Rotation.adminAssisted({ ...required, ...options }));

describe('the facts', () => {
  const ADMIN = expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:DatabaseSecret.*-\w{6}$/);
  const SECRET = expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:Login.*-\w{6}$/);
  const ADDRESS = { secret: SECRET, host: expect.stringContaining('.rds.amazonaws.com'), port: '5432' };

  test('of a login that an administrator creates and repairs', () => {
    expect(facts(administrated().stack)).toEqual([{ ...ADDRESS, strategy: 'admin-assisted', database: 'postgres', username: 'app', adminSecret: ADMIN, create: 'read-write' }]);
  });

  test.each([
    [DatabasePrivileges.NONE, 'none'], [DatabasePrivileges.READ_ONLY, 'read-only'], [DatabasePrivileges.READ_WRITE, 'read-write'], [DatabasePrivileges.ALL, 'all'],
  ])('of a login with the privileges %s', (privileges, create) => {
    expect(facts(administrated({ privileges }).stack)).toMatchObject([{ create }]);
  });

  test('of a login that an administrator changes', () => {
    expect(assisted()).toEqual({ ...ADDRESS, strategy: 'admin-assisted', database: 'postgres', username: 'app', adminSecret: ADMIN });
  });

  test('of a login that is created as member of a role', () => {
    expect(assisted({ role: 'owner', createWith: DatabasePrivileges.ALL })).toMatchObject({ role: 'owner', create: 'all' });
  });

  test('of two logins that take turns', () => {
    expect(alternating()).toEqual({ ...ADDRESS, strategy: 'alternating-users', database: 'postgres', username: 'app', otherUsername: 'app_clone', adminSecret: ADMIN });
    expect(alternating({ role: 'owner', otherUsername: 'app_b', createWith: DatabasePrivileges.READ_WRITE }))
      .toMatchObject({ username: 'app', otherUsername: 'app_b', role: 'owner', create: 'read-write' });
  });

  test('name the pair that the functions of AWS have, also when the secret has the second one', () => {
    expect(alternating({}, 'app_clone')).toMatchObject({ username: 'app_clone', otherUsername: 'app' });
  });

  test('never have more than the function knows', () => {
    for (const own of [assisted({ dualPasswords: false }), alternating()]) expect(Object.values(own)).not.toContain('undefined');
  });
});

describe('the name of the login comes from', () => {
  function rotator(secret: secretsmanager.ISecret, stack: Stack, username?: string) {
    const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com' });
    const adminSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', COMPLETE_ARN);
    return new SecretRotator(stack, 'Rotation', { secret, username, rotation: Rotation.adminAssisted({ database, adminSecret }) });
  }

  test('the rotator', () => {
    const stack = newStack();
    rotator(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', COMPLETE_ARN.replace('partner', 'login')), stack, 'app');
    expect(facts(stack)).toMatchObject([{ username: 'app' }]);
  });

  test('the secret that aws-rds makes', () => {
    const stack = newStack();
    rotator(new rds.DatabaseSecret(stack, 'Secret', { username: 'app' }), stack);
    expect(facts(stack)).toMatchObject([{ username: 'app' }]);
  });

  test('the content of a guarded secret', () => {
    const stack = newStack();
    rotator(new GuardedSecret(stack, 'Secret', { content: loginContent('app') }).secret, stack);
    expect(facts(stack)).toMatchObject([{ username: 'app' }]);
  });
});

describe('the secret of the administrator', () => {
  test('is read by its exact ARN, and nothing else is done with it', () => {
    const { stack, database } = administrated();
    const admin = stack.resolve(database.secret!.secretArn);
    expect(statements(stack).filter((statement) => JSON.stringify(statement).includes(admin.Ref))).toEqual([
      { Sid: 'ReadAdminSecrets', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [admin] },
    ]);
  });

  test('is decrypted with its own key, for it alone', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'AdminKey');
    const { database } = administrated({}, stack, { credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey }) });
    expect(statementsWith(stack, 'kms:Decrypt').filter(({ Resource }) => JSON.stringify(Resource).includes('AdminKey'))).toEqual([{
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: stack.resolve(encryptionKey.keyArn),
      Condition: { StringEquals: { ...VIA, 'kms:EncryptionContext:SecretARN': [stack.resolve(database.secret!.secretArn)] } },
    }]);
  });

  test('of several logins stands in the policy once', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'AdminKey');
    const { database } = administrated({}, stack, { credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey }) });
    rotatedLogin(stack, database, { adminSecret: database.secret }, 'Report');
    expect(count(stack, 'AWS::Lambda::Function')).toBe(1);
    const admin = [stack.resolve(database.secret!.secretArn)];
    expect(statementsWith(stack, 'secretsmanager:GetSecretValue').filter(({ Sid }) => Sid === 'ReadAdminSecrets')).toMatchObject([{ Resource: admin }]);
    expect(statementsWith(stack, 'kms:Decrypt').filter(({ Action }) => Action === 'kms:Decrypt'))
      .toMatchObject([{ Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': admin } } }]);
  });

  test('that was imported twice stands in the policy once', () => {
    const stack = newStack();
    const database = postgresInstance(stack);
    for (const id of ['One', 'Other']) {
      rotatedLogin(stack, database, { adminSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, `${id}Admin`, COMPLETE_ARN) }, id);
    }
    expect(statements(stack).find(({ Sid }) => Sid === 'ReadAdminSecrets').Resource).toEqual([COMPLETE_ARN]);
  });

  test('known by a part of its ARN is read by the wildcard for its suffix', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
    administrated({ adminSecret: secretsmanager.Secret.fromSecretPartialArn(stack, 'Admin', PARTIAL_ARN), adminSecretEncryptionKey: encryptionKey }, stack);
    expect(statements(stack).find(({ Sid }) => Sid === 'ReadAdminSecrets').Resource).toEqual([`${PARTIAL_ARN}-??????`]);
    expect(statementsWith(stack, 'kms:Decrypt').find(({ Action }) => Action === 'kms:Decrypt').Condition)
      .toMatchObject({ StringLike: { 'kms:EncryptionContext:SecretARN': [`${PARTIAL_ARN}-??????`] } });
    expect(warnings(stack)).toEqual([]);
  });

  test('that was imported without its key is warned about', () => {
    const stack = newStack();
    administrated({ adminSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', COMPLETE_ARN) }, stack);
    expect(warnings(stack)).toEqual([
      'the key of the imported secret of the administrator is not known, so the function gets no rights on it; pass `adminSecretEncryptionKey` if it has a customer key, else acknowledge this',
    ]);
  });

  test('comes before the schedule', () => {
    const { stack } = administrated();
    const resources = Object.keys(template(stack).findResources('AWS::SecretsManager::SecretTargetAttachment')).filter((id) => id.startsWith('Database'));
    expect(resources).toHaveLength(1);
    expect(only(stack, SCHEDULE).dependsOn).toEqual(expect.arrayContaining(resources));
  });

  test('may be in another stack, which does not need this one', () => {
    const app = new App();
    const data = newStack({}, 'Data', app);
    const database = postgresInstance(data);
    const service = newStack({}, 'Service', app);
    rotatedLogin(service, database, { adminSecret: database.secret });
    expect(count(service, SCHEDULE)).toBe(1);
    expect(data.dependencies).toEqual([]);
  });

  test('may be rotated itself', () => {
    const { stack, database } = administrated();
    new SecretRotator(stack, 'AdminRotation', { secret: database.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }) });
    expect(count(stack, SCHEDULE)).toBe(2);
  });
});

describe('a master secret that RDS manages', () => {
  /** As newer versions of the CDK give it as `database.secret`; for the others, README shows this. */
  function managed(stack: Stack, database: rds.DatabaseInstance) {
    const resource = database.node.defaultChild as rds.CfnDBInstance;
    resource.manageMasterUserPassword = true;
    return secretsmanager.Secret.fromSecretCompleteArn(stack, 'Managed', resource.attrMasterUserSecretSecretArn);
  }

  test('is the administrator\'s, read by its ARN', () => {
    const stack = newStack();
    const database = postgresInstance(stack);
    rotatedLogin(stack, database, { adminSecret: managed(stack, database) });
    const arn = { 'Fn::GetAtt': [only(stack, 'AWS::RDS::DBInstance').id, 'MasterUserSecret.SecretArn'] };
    expect(statements(stack).find(({ Sid }) => Sid === 'ReadAdminSecrets').Resource).toEqual([arn]);
    expect(warnings(stack)).toEqual([]);
  });

  test('is not rotated by anybody else', () => {
    const stack = newStack();
    const database = postgresInstance(stack);
    const secret = managed(stack, database);
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }) })))
      .toBe('Test/Rotation: the secret "Test/Managed" is managed by RDS, which rotates it itself; remove the rotator, or take the secret as `adminSecret` of other logins');
  });
});

test('a login of an administrator has the same resources as any other', () => {
  const resources = (adminSecret: boolean) => {
    const stack = newStack();
    const database = postgresInstance(stack);
    new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database), username: 'app', adminSecret: adminSecret ? database.secret : undefined,
    });
    return Object.keys(template(stack).toJSON().Resources);
  };
  expect(resources(true)).toEqual(resources(false));
});
