import { Session } from '../../../../lambda/core/engine';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { engineContext } from '../../engine-contract';
import { useScriptedMysql } from '../../support/mysql';

const database = useScriptedMysql();

beforeEach(() => {
  database.server.passwords.set('app', ['first\'password']);
});

async function locked(version: string): Promise<Session<MysqlCredential>> {
  database.opens(version, 'app@10.0.%');
  const credential = credentialOf('first\'password');
  const session = await (await database.engine.dial(credential, engineContext())).login(credential);
  await session.lock('lock');
  return session;
}

function credentialOf(password: string): MysqlCredential {
  return database.engine.parse(database.fields('app', password));
}

test.each(['5.7.44-log', '8.0.11', '8.0.12'])('MySQL %s: the statement names the account, which the login may be told by', async (version) => {
  const session = await locked(version);
  database.server.expect('ALTER USER \'app\'@\'10.0.%\' IDENTIFIED BY \'second\'');
  await session.apply(credentialOf('second'));
  await session.close();
});

test.each(['8.0.13', '8.0.40', '8.4.3', '9.5.0', '10.1.0'])('MySQL %s: with the password that is replaced, which each change moves on', async (version) => {
  const session = await locked(version);
  database.server
    .expect('ALTER USER \'app\'@\'10.0.%\' IDENTIFIED BY \'second\' REPLACE \'first\\\'password\'')
    .expect('ALTER USER \'app\'@\'10.0.%\' IDENTIFIED BY \'third\' REPLACE \'second\'');
  await session.apply(credentialOf('second'));
  await session.apply(credentialOf('third'));
  await session.close();
});

test('a rehearsal changes nothing', async () => {
  const session = await locked('8.0.40');
  database.server.expect('SELECT 1', [{ 1: 1 }]);
  await session.rehearse(credentialOf('second'));
  await session.close();
});

test('a password that somebody else changed meanwhile is not overwritten', async () => {
  const session = await locked('8.0.40');
  database.server.expect(/^ALTER USER .* REPLACE /, { code: 3891, message: 'Incorrect current password. Specify the correct password which has to be replaced.' });
  await expect(session.apply(credentialOf('second'))).rejects.toThrow(/^CONFLICT: the password was changed by somebody else/);
});

test.each(['a'.repeat(33), 'app ', 'app 😀', '\'app\''])('the name %j, which the server would not take, is refused', (username) => {
  expect(() => database.engine.parse(database.fields(username, 'first\'password'))).toThrow(/^INVALID_SECRET: "username" of the secret is not a name that MySQL takes/);
});

test.each(['a'.repeat(32), 'äß漢 "%\'`\\'])('the name %j is taken', (username) => {
  expect(database.engine.parse(database.fields(username, 'first\'password')).username).toBe(username);
});

test('a session that waited for the lock says so', async () => {
  database.opens('8.0.40', 'app@%');
  database.server.always(/^SELECT GET_LOCK\('[0-9a-f]{64}', 0\), /, [{ free: 0, readOnly: 0, innodb: 0 }])
    .expect(/^SELECT GET_LOCK\('[0-9a-f]{64}', [1-9]\d*\)$/, [{ taken: 1 }]);
  const credential = credentialOf('first\'password');
  const session = await (await database.engine.dial(credential, engineContext())).login(credential);
  expect(await session.lock('lock')).toBe(false);
  await session.close();
});
