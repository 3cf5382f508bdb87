import { Session, Wish } from '../../../../lambda/core/engine';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { Privileges } from '../../../../src/handler-contract';
import { engineContext } from '../../engine-contract';
import { LoginFields, useGoMysql } from '../../support/mysql';

const database = useGoMysql('5.7.44');
const concealed: string[] = [];
let session: Session<MysqlCredential>;
let fields: LoginFields;

beforeEach(async () => {
  fields = await database.createLogin();
  const credential = database.engine.parse(database.administrator);
  const context = engineContext({ conceal: (value) => concealed.push(value) });
  session = await (await database.engine.dial(credential, context)).login(credential);
  await session.lock('lock');
});

afterEach(() => session.close());

function credentialOf(changes: object = {}): MysqlCredential {
  return database.engine.parse({ ...fields, password: 'second-password', ...changes });
}

function logsIn({ username, password }: { username: string; password: string }): Promise<boolean> {
  return database.server.logsIn(username, password);
}

async function grantsOf(account: string): Promise<string[]> {
  const rows = await database.server.query(`SHOW GRANTS FOR ${account}`) as object[];
  return rows.map((row) => String(Object.values(row)[0]).replace(/ TO .*?@`[^`]*`/, ''));
}

async function pluginsOf(username: string): Promise<unknown> {
  const rows = await database.server.query('SELECT User, plugin FROM mysql.user') as { User: string; plugin: string }[];
  return rows.filter(({ User: user }) => user === username).map(({ plugin }) => plugin);
}

test('gives a login a password by its verifier: the server never sees the password in a statement', async () => {
  await session.rehearse(credentialOf());
  expect(await logsIn(fields)).toBe(true);
  await session.apply(credentialOf());
  expect([await logsIn(fields), await logsIn(credentialOf())]).toEqual([false, true]);
  expect(database.server.log()).toContain('ALTER USER');
  expect(database.server.log()).not.toContain('second-password');
  expect(concealed).toContainEqual(expect.stringMatching(/^\$A\$005\$/));
});

test('keeps the plugin of the account', async () => {
  await database.server.createLogin('native', 'first-password', '%', 'mysql_native_password');
  await session.apply(credentialOf({ username: 'native' }));
  expect(await pluginsOf('native')).toEqual(['mysql_native_password']);
  expect(await logsIn({ username: 'native', password: 'second-password' })).toBe(true);
});

describe('a password with every printable character, and more', () => {
  const password = `${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')}äß漢😀`;

  test('given by an administrator', async () => {
    await session.apply(credentialOf({ password }));
    expect(await logsIn({ ...fields, password })).toBe(true);
  });

  test('given by the login itself, which logs in with it', async () => {
    const own = database.engine.parse(fields);
    const first = await (await database.engine.dial(own, engineContext())).login(own);
    await first.lock('another lock');
    await first.apply(credentialOf({ password }));
    await first.close();
    const next = credentialOf({ password });
    const second = await (await database.engine.dial(next, engineContext())).login(next);
    await second.close();
  });
});

test('a login that does not exist is refused, unless it is to be created', async () => {
  const missing = credentialOf({ username: 'missing' });
  expect([await session.exists('missing'), await session.exists(fields.username)]).toEqual([false, true]);
  await expect(session.rehearse(missing)).rejects.toThrow(/^PRIVILEGE: the login "missing" does not exist/);
});

test.each<[Privileges, string[]]>([
  ['none', []],
  ['read-only', ['GRANT SELECT, SHOW VIEW ON `app`.*']],
  ['read-write', ['GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, SHOW VIEW ON `app`.*']],
])('creates a login with privileges %p', async (create, grants) => {
  const next = credentialOf({ username: `created ${create}`, dbname: 'app' });
  const wish: Wish<MysqlCredential> = { rights: { create } };
  await session.rehearse(next, wish);
  expect(await session.exists(next.username)).toBe(false);
  for (const _time of [1, 2]) await session.apply(next, wish);
  expect(await logsIn(next)).toBe(true);
  expect(await grantsOf(`'created ${create}'@'%'`)).toEqual(['GRANT USAGE ON *.*', ...grants]);
});

test('makes a second login equal to the first, in both directions', async () => {
  await database.server.query('CREATE TABLE IF NOT EXISTS app.t (a INT, b INT)');
  await database.server.createLogin('blue', 'first-password');
  await database.server.query('GRANT SELECT, INSERT ON app.* TO blue@\'%\'', 'GRANT UPDATE ON app.t TO blue@\'%\'', 'GRANT PROCESS ON *.* TO blue@\'%\'');
  const blue = credentialOf({ username: 'blue', password: 'first-password' });
  const green = credentialOf({ username: 'green' });
  await session.rehearse(green, { rights: { like: blue } });
  await session.apply(green, { rights: { like: blue } });
  expect(await grantsOf('green@\'%\'')).toEqual(await grantsOf('blue@\'%\''));

  await database.server.query('REVOKE INSERT ON app.* FROM blue@\'%\'', 'GRANT DELETE ON app.t TO blue@\'%\'', 'GRANT RELOAD ON *.* TO green@\'%\'');
  await session.apply(green, { rights: { like: blue } });
  expect(await grantsOf('green@\'%\'')).toEqual(await grantsOf('blue@\'%\''));
  expect(await logsIn(green)).toBe(true);
});
