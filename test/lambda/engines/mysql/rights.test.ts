import { Session } from '../../../../lambda/core/engine';
import { NO_PASSWORD } from '../../../../lambda/engines/sql/mysql/account';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { Rows } from '../../../peers/scripted-mysql/packets';
import { engineContext } from '../../engine-contract';
import { useScriptedMysql } from '../../support/mysql';
import { accountRow } from '../../support/mysql-dual-account';

const database = useScriptedMysql();
const NONE: Rows = [];
const PASSWORD = /^ALTER USER 'green'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '\$A\$005\$[^']+'$/;
const UNFINISHED = accountRow({ authentication_string: NO_PASSWORD.caching_sha2_password });
const PLUGIN = 'SHOW GLOBAL VARIABLES LIKE \'default_authentication_plugin\'';
const RIGHTS_OF_BLUE = ['GRANT USAGE ON *.* TO `blue`@`%`', 'GRANT `owner`@`%` TO `blue`@`%`'];

function credentialOf(username: string, dbname?: string): MysqlCredential {
  return database.engine.parse({ ...database.fields(username, `password of ${username}`), dbname });
}

async function administrator(version: string = '8.4.3'): Promise<Session<MysqlCredential>> {
  database.opens(version, 'administrator@%');
  const credential = credentialOf('administrator');
  database.server.passwords.set('administrator', [credential.password]);
  const session = await (await database.engine.dial(credential, engineContext())).login(credential);
  await session.lock('lock');
  return session;
}

function accountsOf(username: string): RegExp {
  return new RegExp(`^SELECT Host, .* FROM mysql\\.user WHERE User = '${username}' ORDER BY Host$`);
}

function lines(...texts: string[]): Rows {
  return texts.map((text) => ({ Grants: text }));
}

/** What the server tells of the rights of an account, in two answers. */
function expectRights(account: string, grants: string[], defaultRoles: Rows = NONE): void {
  const [username, host] = account.split('@');
  database.server.expect(`SHOW GRANTS FOR ${account}`, lines(...grants))
    .expect(`SELECT DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles WHERE USER = ${username} AND HOST = ${host}`, defaultRoles);
}

const OWNER: Rows = [{ DEFAULT_ROLE_USER: 'owner', DEFAULT_ROLE_HOST: '%' }];
const ROLE_EXISTS = 'SELECT COUNT(*) FROM mysql.user WHERE User = \'owner\' AND Host = \'%\'';

test('creates a role with privileges, and a login that works as it; the password comes last', async () => {
  const session = await administrator();
  const { server } = database;
  server.expect(accountsOf('green'), NONE).expect(ROLE_EXISTS, [{ count: 0 }]).expect('CREATE ROLE \'owner\'@\'%\'');
  expectRights('\'owner\'@\'%\'', ['GRANT USAGE ON *.* TO `owner`@`%`']);
  server.expect('GRANT SELECT, SHOW VIEW ON `my\\_shop`.* TO \'owner\'@\'%\'');
  expectRights('\'owner\'@\'%\'', ['GRANT USAGE ON *.* TO `owner`@`%`', 'GRANT SELECT, SHOW VIEW ON `my\\_shop`.* TO `owner`@`%`']);
  server.expect(PLUGIN, NONE)
    .expect(`CREATE USER 'green'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '${NO_PASSWORD.caching_sha2_password}'`)
    .expect(accountsOf('green'), UNFINISHED);
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`']);
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`']);
  server.expect('GRANT `owner`@`%` TO \'green\'@\'%\'').expect('ALTER USER \'green\'@\'%\' DEFAULT ROLE `owner`@`%`');
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`', 'GRANT `owner`@`%` TO `green`@`%`'], OWNER);
  server.expect(accountsOf('green'), UNFINISHED).expect(PASSWORD);
  await session.apply(credentialOf('green', 'my_shop'), { rights: { role: 'owner', create: 'read-only' } });
  await session.close();
});

test('a second login of a role equals the first: TLS, limits and rules for passwords too', async () => {
  const session = await administrator();
  const { server } = database;
  const blue = accountRow({
    ssl_type: 'SPECIFIED',
    x509_issuer: '/CN=it\'s',
    max_user_connections: 7,
    password_lifetime: 90,
    Password_reuse_history: 5,
    Password_reuse_time: 30,
    Password_require_current: 'N',
    User_attributes: JSON.stringify({ Password_locking: { failed_login_attempts: 3, password_lock_time_days: -1 } }),
  });
  const attributes = 'REQUIRE ISSUER \'/CN=it\\\'s\' '
    + 'WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 90 DAY '
    + 'PASSWORD HISTORY 5 PASSWORD REUSE INTERVAL 30 DAY PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED ACCOUNT UNLOCK';
  server.expect(accountsOf('green'), NONE).expect(accountsOf('blue'), blue).expect(ROLE_EXISTS, [{ count: 1 }])
    .expect(`CREATE USER 'green'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '${NO_PASSWORD.caching_sha2_password}' ${attributes}`);
  expectRights('\'blue\'@\'%\'', RIGHTS_OF_BLUE, OWNER);
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`']);
  server.expect('GRANT `owner`@`%` TO \'green\'@\'%\'').expect('ALTER USER \'green\'@\'%\' DEFAULT ROLE `owner`@`%`');
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`', 'GRANT `owner`@`%` TO `green`@`%`'], OWNER);
  server.expect(accountsOf('green'), UNFINISHED).expect(PASSWORD);
  await session.apply(credentialOf('green'), { rights: { like: credentialOf('blue'), role: 'owner' } });
  await session.close();
});

test('an account that has what it should not: attributes and rights', async () => {
  const session = await administrator();
  const { server } = database;
  server.expect(accountsOf('green'), accountRow({ ssl_type: 'ANY', max_questions: 1 }))
    .expect(accountsOf('blue'), accountRow({ Password_require_current: 'Y', password_lifetime: 0 }))
    .expect(/^ALTER USER 'green'@'%' REQUIRE NONE WITH MAX_QUERIES_PER_HOUR 0 .* PASSWORD EXPIRE NEVER .* PASSWORD REQUIRE CURRENT FAILED_LOGIN_ATTEMPTS 0 PASSWORD_LOCK_TIME 0 ACCOUNT UNLOCK$/);
  expectRights('\'blue\'@\'%\'', ['GRANT SELECT ON *.* TO `blue`@`%`', 'GRANT XA_RECOVER_ADMIN ON *.* TO `blue`@`%`', 'REVOKE SELECT ON `mysql`.* FROM `blue`@`%`']);
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`', 'GRANT DROP ON `shop`.* TO `green`@`%`', 'GRANT `owner`@`%` TO `green`@`%`'], OWNER);
  server.expect('REVOKE DROP ON `shop`.* FROM \'green\'@\'%\'')
    .expect('REVOKE `owner`@`%` FROM \'green\'@\'%\'')
    .expect('GRANT SELECT ON *.* TO \'green\'@\'%\'')
    .expect('GRANT XA_RECOVER_ADMIN ON *.* TO \'green\'@\'%\'')
    .expect('REVOKE SELECT ON `mysql`.* FROM \'green\'@\'%\'')
    .expect('ALTER USER \'green\'@\'%\' DEFAULT ROLE NONE');
  expectRights('\'green\'@\'%\'', ['GRANT SELECT ON *.* TO `green`@`%`', 'GRANT XA_RECOVER_ADMIN ON *.* TO `green`@`%`', 'REVOKE SELECT ON `mysql`.* FROM `green`@`%`']);
  server.expect(accountsOf('green'), accountRow()).expect(PASSWORD);
  await session.apply(credentialOf('green'), { rights: { like: credentialOf('blue') } });
  await session.close();
});

describe.each(['rehearse', 'apply'] as const)('%s changes nothing', (method) => {
  test('when there is an account at a host that the model does not have', async () => {
    const session = await administrator();
    database.server.expect(accountsOf('green'), [...accountRow(), ...accountRow({ Host: '10.0.%' })]).expect(accountsOf('blue'), accountRow());
    await expect(session[method](credentialOf('green'), { rights: { like: credentialOf('blue') } })).rejects.toThrow(/^PRIVILEGE: there is an account 'green'@'10\.0\.%', but none of the login "blue" at that host/);
    await session.close();
  });

  test('when a login is to be like itself', async () => {
    const session = await administrator();
    database.server.expect(accountsOf('green'), accountRow());
    await expect(session[method](credentialOf('green'), { rights: { like: credentialOf('green') } })).rejects.toThrow(/^CONFIG: the login "green" cannot be made like itself/);
    await session.close();
  });
});

test.each([['somebody works as it: it stays as it is', 1], ['nobody works as it: its creation was interrupted', 0]])('a role that has nothing, and %s', async (_what, members) => {
  const session = await administrator();
  const { server } = database;
  const member = ['GRANT USAGE ON *.* TO `green`@`%`', 'GRANT `owner`@`%` TO `green`@`%`'];
  server.expect(accountsOf('green'), accountRow()).expect(ROLE_EXISTS, [{ count: 1 }]);
  expectRights('\'owner\'@\'%\'', ['GRANT USAGE ON *.* TO `owner`@`%`']);
  server.expect('SELECT COUNT(*) FROM mysql.role_edges WHERE FROM_USER = \'owner\' AND FROM_HOST = \'%\' AND WITH_ADMIN_OPTION = \'N\'', [{ count: members }]);
  if (members === 0) {
    expectRights('\'owner\'@\'%\'', ['GRANT USAGE ON *.* TO `owner`@`%`']);
    server.expect('GRANT SELECT, SHOW VIEW ON `shop`.* TO \'owner\'@\'%\'');
    expectRights('\'owner\'@\'%\'', ['GRANT USAGE ON *.* TO `owner`@`%`', 'GRANT SELECT, SHOW VIEW ON `shop`.* TO `owner`@`%`']);
  }
  server.expect(accountsOf('green'), accountRow());
  expectRights('\'green\'@\'%\'', member, OWNER);
  expectRights('\'green\'@\'%\'', member, OWNER);
  server.expect(accountsOf('green'), accountRow()).expect(PASSWORD);
  await session.apply(credentialOf('green', 'shop'), { rights: { role: 'owner', create: 'read-only' } });
  await session.close();
});

test('a right that the administrator may not give: no password is given', async () => {
  const session = await administrator();
  database.server.expect(accountsOf('green'), accountRow()).expect(accountsOf('blue'), accountRow());
  expectRights('\'blue\'@\'%\'', ['GRANT SUPER ON *.* TO `blue`@`%`']);
  expectRights('\'green\'@\'%\'', ['GRANT USAGE ON *.* TO `green`@`%`']);
  database.server.expect('GRANT SUPER ON *.* TO \'green\'@\'%\'', { code: 1045, state: '28000', message: 'Access denied for user \'administrator\'@\'%\'' });
  await expect(session.apply(credentialOf('green'), { rights: { like: credentialOf('blue') } })).rejects.toThrow(/^PRIVILEGE: the administrator may not do that/);
});

test('a server that says yes and does nothing: no password is given', async () => {
  const session = await administrator();
  database.server.expect(accountsOf('green'), accountRow()).expect(accountsOf('blue'), accountRow()).always('GRANT SUPER ON *.* TO \'green\'@\'%\'')
    .always('SHOW GRANTS FOR \'blue\'@\'%\'', lines('GRANT SUPER ON *.* TO `blue`@`%`'))
    .always('SHOW GRANTS FOR \'green\'@\'%\'', lines('GRANT USAGE ON *.* TO `green`@`%`'))
    .always(/^SELECT DEFAULT_ROLE_USER/, NONE);
  await expect(session.apply(credentialOf('green'), { rights: { like: credentialOf('blue') } })).rejects.toThrow(/^PRIVILEGE: the server did not do what was asked: GRANT SUPER/);
  await session.close();
});

test('accounts at several hosts get the password in one statement, each by its own plugin', async () => {
  const session = await administrator('8.0.40');
  database.server.expect(accountsOf('green'), [...accountRow(), ...accountRow({ Host: '10.0.%', plugin: 'mysql_native_password' })])
    .expect(/^ALTER USER 'green'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '\$A\$005\$[^']+', 'green'@'10\.0\.%' IDENTIFIED WITH 'mysql_native_password' AS '\*[0-9A-F]{40}'$/);
  await session.apply(credentialOf('green'));
  await session.close();
});

test('an account that keeps no password is refused', async () => {
  const session = await administrator();
  database.server.expect(accountsOf('green'), accountRow({ plugin: 'AWSAuthenticationPlugin' }));
  await expect(session.rehearse(credentialOf('green'))).rejects.toThrow(/^PRIVILEGE: the account 'green'@'%' has the authentication plugin AWSAuthenticationPlugin/);
  await session.close();
});

test.each([['1227', 1227, 'PRIVILEGE'], ['1290', 1290, 'READ_ONLY']])('a rehearsal finds out what the server refuses: %s', async (_name, code, expected) => {
  const session = await administrator();
  database.server.expect(accountsOf('green'), accountRow()).expect(/^ALTER USER IF EXISTS 'guarded-secrets'@'rehearsal.invalid' /, { code, state: '42000' });
  await expect(session.rehearse(credentialOf('green'))).rejects.toThrow(expect.objectContaining({ code: expected }));
});

test('MySQL 5.7 has no roles, and fewer columns', async () => {
  const session = await administrator('5.7.44');
  database.server.expect(/^SELECT Host, .*, password_lifetime FROM mysql\.user WHERE User = 'green' ORDER BY Host$/, accountRow());
  await expect(session.apply(credentialOf('green'), { rights: { role: 'owner', create: 'all' } })).rejects.toThrow(/^CONFIG: the server is MySQL 5.7.44, which has no roles/);
  await session.close();
});

test.each([
  ['a role that is missing', { role: 'owner' }, ROLE_EXISTS, /^PRIVILEGE: the role "owner" does not exist/],
  ['privileges without a database', { create: 'read-only' }, undefined, /^CONFIG: the secret names no database/],
] as const)('a rehearsal refuses %s', async (_what, rights, statement, message) => {
  const session = await administrator();
  database.server.expect(accountsOf('green'), NONE);
  if (statement) database.server.expect(statement, [{ count: 0 }]);
  await expect(session.rehearse(credentialOf('green'), { rights })).rejects.toThrow(message);
  await session.close();
});
