/**
 * What a user may get wrong about logins and administrators, and the one message that each mistake gives.
 */
import { Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AdminAssistedRotationOptions, AlternatingUsersRotationOptions, DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret,
  GuardedDatabaseSecretProps, GuardedSecret, Rotation, RotationFunction, SecretContent, SecretRotator,
} from '../../../src';
import { COMPLETE_ARN, loginContent, messageOf, newStack, postgresInstance, rotatedLogin, warnings } from '../vocabulary';

const { POSTGRES, MYSQL, MARIADB } = DatabaseEngine;

function target(engine: DatabaseEngine = POSTGRES): DatabaseTarget {
  return DatabaseTarget.fromAttributes({ engine, host: 'db.example.com' });
}

function importedAdmin(stack: Stack): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', COMPLETE_ARN);
}

function alternatingProblem(username: string, options: Partial<AlternatingUsersRotationOptions> = {}, engine: DatabaseEngine = POSTGRES): string {
  const stack = newStack();
  const rotation = Rotation.alternatingUsers({ database: target(engine), adminSecret: importedAdmin(stack), ...options });
  return messageOf(() => new GuardedDatabaseSecret(stack, 'Login', { database: target(engine), username, rotation }));
}

function assistedProblem(options: Partial<AdminAssistedRotationOptions>, engine: DatabaseEngine = POSTGRES): string {
  const stack = newStack();
  const rotation = Rotation.adminAssisted({ database: target(engine), adminSecret: importedAdmin(stack), ...options });
  return messageOf(() => new GuardedDatabaseSecret(stack, 'Login', { database: target(engine), username: 'app', rotation }));
}

function loginProblem(props: Partial<GuardedDatabaseSecretProps>): string {
  return messageOf(() => new GuardedDatabaseSecret(newStack(), 'Login', { database: target(), username: 'app', ...props }));
}

describe('names', () => {
  test.each<[string, DatabaseEngine, string, string]>([
    ['a'.repeat(64), POSTGRES, '63 bytes in postgres', '64'],
    ['ä'.repeat(32), POSTGRES, '63 bytes in postgres', '64'],
    ['a'.repeat(33), MYSQL, '32 characters in mysql', '33'],
    ['a'.repeat(81), MARIADB, '80 characters in mariadb', '81'],
    ['', POSTGRES, '63 bytes in postgres', '0'],
  ])('fails for the login %p of %s', (username, engine, limit, got) => {
    expect(loginProblem({ username, database: target(engine) }))
      .toBe(`Test/Login/Rotation: the name of the login "${username}" must have 1 to ${limit}, got ${got}; change \`username\``);
  });

  test.each<[string, DatabaseEngine]>([['ä'.repeat(31), POSTGRES]])('takes the longest name %p of %s', (username, engine) => {
    expect(() => new GuardedDatabaseSecret(newStack(), 'Login', { database: target(engine), username })).not.toThrow();
  });

  test.each<[DatabaseEngine, number, string, number]>([
    [POSTGRES, 58, '63 bytes in postgres', 64],
    [MYSQL, 27, '32 characters in mysql', 33],
    [MARIADB, 75, '80 characters in mariadb', 81],
  ])('fails when the second name that is made for a login of %s is too long', (engine, length, limit, got) => {
    const username = 'a'.repeat(length);
    expect(alternatingProblem(username, {}, engine))
      .toBe(`Test/Login/Rotation: the name of the second login "${username}_clone" must have 1 to ${limit}, got ${got}; change \`otherUsername\``);
  });

  test('fails for a second login that is no other', () => {
    expect(alternatingProblem('app', { otherUsername: 'app' }))
      .toBe('Test/Login/Rotation: the two logins must differ, got "app" for both; change `otherUsername`');
  });

  test('fails when nothing is left of the name of the second login', () => {
    expect(alternatingProblem('_clone'))
      .toBe('Test/Login/Rotation: the name of the second login "" must have 1 to 63 bytes in postgres, got 0; change `otherUsername`');
  });

  test.each(['app', 'app_clone'])('fails for the role %p that is a login', (role) => {
    expect(alternatingProblem('app', { role })).toBe(`Test/Login/Rotation: the role must not be one of the logins, got "${role}"; change \`role\``);
  });

  test('fails for an empty role', () => {
    expect(alternatingProblem('app', { role: '' }))
      .toBe('Test/Login/Rotation: the name of the role "" must have 1 to 63 bytes in postgres, got 0; change `role`');
  });

  test('takes names that are known at deployment only', () => {
    const stack = newStack();
    const username = Lazy.string({ produce: () => 'app' });
    const rotation = Rotation.alternatingUsers({ database: target(), adminSecret: importedAdmin(stack), role: Lazy.string({ produce: () => 'owner' }) });
    expect(() => new GuardedDatabaseSecret(stack, 'Login', { database: target(), username, rotation })).not.toThrow();
  });
});

describe('administrators', () => {
  const UNNAMED = 'an administrator only changes a login that is named at deployment, and nothing here names it; pass `username`';

  test.each<[string, (options: AlternatingUsersRotationOptions) => Rotation]>([
    ['an administrator', (options) => Rotation.adminAssisted(options)],
    ['an administrator of two logins', (options) => Rotation.alternatingUsers(options)],
  ])('fails for a login of %s that only the content of the secret names', (_, rotationOf) => {
    const stack = newStack();
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'login');
    const rotation = rotationOf({ database: target(), adminSecret: importedAdmin(stack) });
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, rotation }))).toBe(`Test/Rotation: ${UNNAMED}`);
  });

  test('fails for a name that is not that of the secret', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Secret', { content: loginContent('app') });
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, username: 'report', rotation: Rotation.singleUser({ database: target() }) })))
      .toBe('Test/Rotation: the secret is made for the login "app", got "report"; change `username`');
  });

  test('fails for the secret of the administrator itself', () => {
    const stack = newStack();
    const database = postgresInstance(stack);
    const rotation = Rotation.adminAssisted({ database: DatabaseTarget.rdsInstance(database), adminSecret: database.secret! });
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret: database.secret!, rotation })))
      .toBe('Test/Rotation: the secret of the administrator is the one that is to be rotated; pass that of another login as `adminSecret`, or take Rotation.singleUser');
  });

  test('fails for another secret of the administrator', () => {
    const stack = newStack();
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromGeneratedSecret('master') });
    expect(messageOf(() => rotatedLogin(stack, database, { adminSecret: database.secret, username: 'master' })))
      .toBe('Test/Login/Rotation: the login must not be the administrator, got "master"; change `username` or `otherUsername`');
  });

  test('fails for the administrator of a database that has no secret', () => {
    const stack = newStack();
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromPassword('app', SecretValue.ssmSecure('password')) });
    const rotation = Rotation.adminAssisted({ database: DatabaseTarget.rdsInstance(database), adminSecret: database.secret! });
    expect(messageOf(() => rotatedLogin(stack, database, { rotation })))
      .toBe('Test/Login/Rotation: the secret of the administrator is undefined; a database has one if its credentials come from a secret, or if RDS manages its password; pass it as `adminSecret`');
  });

  test('fails for two passwords where a login has one', () => {
    expect(assistedProblem({ dualPasswords: true }))
      .toBe('Test/Login/Rotation: a login of postgres has one password at a time, so it cannot have `dualPasswords`; leave that out, or take Rotation.alternatingUsers');
  });

  test('fails for a role of a login that is never created', () => {
    expect(assistedProblem({ role: 'owner' }))
      .toBe('Test/Login/Rotation: `role` is for a login that the function creates; pass `createWith`, or leave out `role`');
  });

  test('fails for privileges that nobody gives', () => {
    const problem = 'Test/Login: `privileges` and `adminSecretEncryptionKey` are for a login that an administrator creates; pass `adminSecret`, or leave them out';
    expect(loginProblem({ privileges: DatabasePrivileges.ALL })).toBe(problem);
    const stack = newStack();
    expect(messageOf(() => new GuardedDatabaseSecret(stack, 'Login', { database: target(), username: 'app', adminSecretEncryptionKey: new kms.Key(stack, 'Key') }))).toBe(problem);
  });

  const NO_DATABASE = 'an administrator only creates a login in a database that is named at deployment, and nothing here names it; pass `databaseName`';

  test('fails for a login that is created in a database that nothing names', () => {
    expect(assistedProblem({ createWith: DatabasePrivileges.READ_WRITE }, MARIADB)).toBe(`Test/Login/Rotation: ${NO_DATABASE}, or give DatabasePrivileges.NONE`);
    expect(() => assistedProblem({ createWith: DatabasePrivileges.NONE }, MARIADB)).toThrow('expected an error, got none');
  });

  test.each([DatabasePrivileges.NONE, DatabasePrivileges.READ_ONLY])('fails for a login with the privileges %s that is created where the content of the secret says', (createWith) => {
    const stack = newStack();
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'login');
    const rotation = Rotation.alternatingUsers({ database: target(), adminSecret: importedAdmin(stack), createWith });
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, username: 'app', rotation }))).toBe(`Test/Rotation: ${NO_DATABASE}`);
  });

  test('fails for a database without a name', () => {
    expect(loginProblem({ databaseName: '', adminSecret: importedAdmin(newStack()) }))
      .toBe('Test/Login/Rotation: the name of the database must not be empty; change `databaseName`, or leave it out');
  });

  test('fails for a database that is not the one of the secret', () => {
    const stack = newStack();
    const secret = new rds.DatabaseSecret(stack, 'Secret', { username: 'app', dbname: 'shop' });
    const rotation = Rotation.singleUser({ database: target() });
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret, databaseName: 'orders', rotation })))
      .toBe('Test/Rotation: the secret is made for the database "shop", got "orders"; change `databaseName`');
  });

  test.each<[string, Partial<rds.DatabaseInstanceProps>, Partial<GuardedDatabaseSecretProps>]>([
    ['the login', {}, { databaseName: 'shop' }],
    ['the instance', { databaseName: 'shop' }, {}],
  ])('takes privileges in a database that %s names', (_, databaseProps, props) => {
    const stack = newStack();
    const engine = rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11 });
    const database = postgresInstance(stack, 'Database', { engine, ...databaseProps });
    expect(() => rotatedLogin(stack, database, { adminSecret: database.secret, ...props })).not.toThrow();
  });

  test('fails for an administrator and another way to rotate', () => {
    const stack = newStack();
    const rotation = Rotation.singleUser({ database: target() });
    expect(messageOf(() => new GuardedDatabaseSecret(stack, 'Login', { database: target(), username: 'app', adminSecret: importedAdmin(stack), rotation })))
      .toBe('Test/Login: `adminSecret`, `adminSecretEncryptionKey` and `privileges` are for the default rotation, but got `rotation` too; pass them to that, as `createWith` the privileges');
  });

  test('lists several problems together', () => {
    expect(alternatingProblem('', { otherUsername: '', role: '' })).toBe(['Test/Login/Rotation: 5 problems',
      '  1. the name of the login "" must have 1 to 63 bytes in postgres, got 0; change `username`',
      '  2. the name of the second login "" must have 1 to 63 bytes in postgres, got 0; change `otherUsername`',
      '  3. the name of the role "" must have 1 to 63 bytes in postgres, got 0; change `role`',
      '  4. the two logins must differ, got "" for both; change `otherUsername`',
      '  5. the role must not be one of the logins, got ""; change `role`'].join('\n'));
  });
});

describe('secrets of logins', () => {
  test('fails for the secret of another database', () => {
    const stack = newStack();
    const [orders, reports] = ['Orders', 'Reports'].map((id) => postgresInstance(stack, id));
    const problem = 'is attached to another database than the one in which it is to be rotated; pass the database of the secret as `database`';
    expect(messageOf(() => new SecretRotator(stack, 'Rotation', { secret: orders.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(reports) }) })))
      .toBe(`Test/Rotation: the secret "Test/Orders/Secret/Attachment" ${problem}`);
    expect(messageOf(() => rotatedLogin(stack, orders, { rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(reports) }) })))
      .toBe(`Test/Login/Rotation: the secret "Test/Login/Secret/Resource" ${problem}`);
  });

  test.each([
    ['a text', SecretContent.generatedString()],
    ['a JSON without username', SecretContent.generatedField({ fields: { user: 'app' } })],
  ])('fails for the rotation of %s', (_, content) => {
    expect(messageOf(() => new GuardedSecret(newStack(), 'Secret', { content, rotation: Rotation.singleUser({ database: target() }) })))
      .toBe('Test/Secret/Rotation: the secret "Test/Secret/Resource" gets a value without "username", so it is not that of a login; pass SecretContent.generatedField with a username as `content`');
  });

  test('warns of a secret that is empty until somebody puts a value', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { content: SecretContent.setByHand(), rotation: Rotation.singleUser({ database: target() }) });
    expect(warnings(stack)).toEqual([
      'the secret "Test/Secret/Resource" is empty until somebody puts a value by hand, so the service cannot try out its rotation; put the JSON of the login before the rotation is deployed, then acknowledge this',
    ]);
  });

  test('takes a secret whose value somebody else wrote', () => {
    const stack = newStack();
    const secret = new secretsmanager.Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('{}') });
    expect(() => new SecretRotator(stack, 'Rotation', { secret, rotation: Rotation.singleUser({ database: target() }) })).not.toThrow();
  });
});

describe('logins that two rotators change', () => {
  const again = (rotator: string) => `is rotated already, by "${rotator}", and each would undo what the other one does; remove one of them, or change \`username\``;

  test('fails for the same login of the same database', () => {
    const stack = newStack();
    const database = postgresInstance(stack);
    rotatedLogin(stack, database, { username: 'app' }, 'One');
    expect(messageOf(() => rotatedLogin(stack, database, { username: 'app' }, 'Other'))).toBe(`Test/Other/Rotation: the login "app" ${again('Test/One/Rotation')}`);
  });

  test('fails for the second login of a pair', () => {
    const stack = newStack();
    const rotation = Rotation.alternatingUsers({ database: target(), adminSecret: importedAdmin(stack) });
    new GuardedDatabaseSecret(stack, 'One', { database: target(), username: 'app', rotation });
    expect(messageOf(() => new GuardedDatabaseSecret(stack, 'Other', { database: target(), username: 'app_clone' })))
      .toBe(`Test/Other/Rotation: the login "app_clone" ${again('Test/One/Rotation')}`);
  });

  test('takes the same name in two databases, and two names in one', () => {
    const stack = newStack();
    for (const [host, username] of [['a', 'app'], ['b', 'app'], ['a', 'report']]) {
      const database = DatabaseTarget.fromAttributes({ engine: POSTGRES, host });
      expect(() => new GuardedDatabaseSecret(stack, `Login${host}${username}`, { database, username })).not.toThrow();
    }
  });
});

test('fails for a secret that was imported twice, and rotated twice', () => {
  const stack = newStack();
  const rotate = (id: string) => new SecretRotator(stack, `${id}Rotation`, {
    secret: secretsmanager.Secret.fromSecretCompleteArn(stack, id, COMPLETE_ARN), rotation: Rotation.singleUser({ database: target() }),
  });
  rotate('One');
  expect(messageOf(() => rotate('Other')))
    .toBe('Test/OtherRotation: the secret "Test/Other" is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them');
});

test.each(['', ' '])('fails for the host %p', (host) => {
  expect(messageOf(() => DatabaseTarget.fromAttributes({ engine: POSTGRES, host })))
    .toBe(`the host of the database must be a DNS name, got "${host}"; change \`host\``);
});

test.each(['oracle', '../cli', 'postgres/..', ''])('fails for the function code %p', (bundle) => {
  expect(messageOf(() => new RotationFunction(newStack(), 'Function', { bundle })))
    .toMatch(new RegExp(`^Test/Function: unknown function code ${JSON.stringify(bundle).replace(/\./g, '\\.')}; this package has .*"postgres".*; change \`bundle\`$`));
});
