import { Session } from '../../../../lambda/core/engine';
import { ErrorCode } from '../../../../lambda/core/errors';
import { mysql } from '../../../../lambda/engines/mysql';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { engineContext } from '../../engine-contract';
import { useScriptedMysql } from '../../support/mysql';

const database = useScriptedMysql();

function credentialOf(password: string = 'first-password'): MysqlCredential {
  return database.engine.parse({ ...database.fields('app', password), dbname: 'shop' });
}

async function logIn(context = engineContext()): Promise<Session<MysqlCredential>> {
  database.server.passwords.set('app', ['first-password']);
  return (await database.engine.dial(credentialOf(), context)).login(credentialOf());
}

async function locked(context = engineContext()): Promise<Session<MysqlCredential>> {
  database.opens('8.4.3', 'app@%');
  const session = await logIn(context);
  await session.lock('lock');
  return session;
}

function code(expected: ErrorCode) {
  return expect.objectContaining({ name: 'RotationError', code: expected });
}

/** As the manual's "Server Error Message Reference" has them. */
test.each<[number, string, string, ErrorCode]>([
  [1045, '28000', 'Access denied for user \'app\'@\'%\' (using password: YES)', 'AUTH'],
  [1044, '42000', 'Access denied for user \'app\'@\'%\' to database \'shop\'', 'PRIVILEGE'],
  [1049, '42000', 'Unknown database \'shop\'', 'NO_DATABASE'],
  [1203, '42000', 'User app already has more than \'max_user_connections\' active connections', 'CONFLICT'],
  [1226, '42000', 'User \'app\' has exceeded the \'max_connections_per_hour\' resource', 'CONFLICT'],
  [1862, 'HY000', 'Your password has expired.', 'EXPIRED'],
  [3118, 'HY000', 'Access denied for user \'app\'@\'%\'. Account is locked.', 'LOCKED'],
  [3159, 'HY000', 'Connections using insecure transport are prohibited while --require_secure_transport=ON.', 'TLS'],
  [3955, 'HY000', 'Access denied for user \'app\'@\'%\'. Account is blocked for 1 day(s)', 'LOCKED'],
  [3032, 'HY000', 'The server is currently in offline mode', 'NETWORK'],
])('at the login, %i is told as what it is', async (number, state, message, expected) => {
  database.server.refusal = { code: number, state, message };
  await expect(logIn()).rejects.toThrow(code(expected));
});

test.each<[number, string, ErrorCode]>([
  [1040, 'Too many connections', 'CONFLICT'],
  [1129, 'Host \'10.0.0.1\' is blocked because of many connection errors', 'LOCKED'],
  [1130, 'Host \'10.0.0.1\' is not allowed to connect to this MySQL server', 'LOCKED'],
])('instead of a greeting, %i is told as what it is', async (number, message, expected) => {
  database.server.earlyRefusal = { code: number, message };
  await expect(logIn()).rejects.toThrow(code(expected));
});

test.each<[number, string, ErrorCode]>([
  [1053, '08S01', 'NETWORK'],
  [1142, '42000', 'PRIVILEGE'],
  [1193, 'HY000', 'UNKNOWN'],
  [1205, 'HY000', 'CONFLICT'],
  [1213, '40001', 'CONFLICT'],
  [1227, '42000', 'PRIVILEGE'],
  [1290, 'HY000', 'READ_ONLY'],
  [1396, 'HY000', 'PRIVILEGE'],
  [1792, '25006', 'READ_ONLY'],
  [1819, 'HY000', 'POLICY'],
  [1820, 'HY000', 'EXPIRED'],
  [1827, 'HY000', 'UNKNOWN'],
  [1836, 'HY000', 'READ_ONLY'],
  [3024, 'HY000', 'TIMEOUT'],
  [3572, 'HY000', 'CONFLICT'],
  [3638, 'HY000', 'REUSE'],
  [3891, 'HY000', 'CONFLICT'],
  [4031, 'HY000', 'NETWORK'],
])('at the change, %i is told as what it is', async (number, state, expected) => {
  const session = await locked();
  database.server.expect(/^ALTER USER /, { code: number, state, message: 'text of the server' });
  await expect(session.apply(credentialOf('second-password'))).rejects.toThrow(code(expected));
});

test.each([
  ['an old master', { free: 1, readOnly: 1, innodb: 0 }],
  ['a reader of Aurora', { free: 1, readOnly: 0, innodb: 1 }],
])('%s does not take changes', async (_what, row) => {
  database.opens('8.0.40', 'app@%');
  database.server.always(/^SELECT GET_LOCK/, [row]);
  const session = await logIn();
  await expect(session.lock('lock')).rejects.toThrow(code('READ_ONLY'));
  await session.close();
});

test('a lock that somebody keeps', async () => {
  database.opens('8.0.40', 'app@%');
  database.server.always(/, 0\), @@GLOBAL/, [{ free: 0, readOnly: 0, innodb: 0 }]).expect(/^SELECT GET_LOCK\('\w+', \d+\)$/, [{ taken: 0 }]);
  const session = await logIn();
  await expect(session.lock('lock')).rejects.toThrow(/^CONFLICT: another rotation holds the lock/);
});

test('a server that does not answer a statement', async () => {
  const session = await locked(engineContext({ slice: (limit) => Math.min(limit, 300) }));
  database.server.expect(/^ALTER USER /, 'silence');
  await expect(session.apply(credentialOf('second-password'))).rejects.toThrow(code('TIMEOUT'));
});

test('a server that ends the connection at a statement', async () => {
  const session = await locked();
  database.server.expect(/^ALTER USER /, 'end');
  await expect(session.apply(credentialOf('second-password'))).rejects.toThrow(code('NETWORK'));
});

test('no password is in an error', async () => {
  const session = await locked();
  database.server.expect(/^ALTER USER (.*)$/, ([statement]) => ({ code: 1064, state: '42000', message: `near '${statement}'` }));
  const error = await session.apply(credentialOf('second-password')).catch((reason) => reason);
  expect(error.message).not.toContain('password');
});

test('an authority that is not trusted gets no user name', async () => {
  const line = mysql().dial(credentialOf(), engineContext());
  await expect(line).rejects.toThrow(code('TLS'));
  expect([database.server.failedLogins, database.server.clearLogins]).toEqual([0, 0]);
});

describe('a server without TLS', () => {
  const plain = useScriptedMysql({ tls: false });

  test('gets no user name, no password, and is asked for no public key', async () => {
    const credential = plain.engine.parse(plain.fields('app', 'first-password'));
    await expect(plain.engine.dial(credential, engineContext())).rejects.toThrow(code('TLS'));
    expect([plain.server.connections, plain.server.clearLogins]).toEqual([1, 0]);
  });
});

describe('an account with mysql_native_password', () => {
  const native = useScriptedMysql({ plugin: 'mysql_native_password' });

  test('logs in when the server asks for it', async () => {
    native.server.passwords.set('app', ['first-password']);
    const credential = native.engine.parse(native.fields('app', 'first-password'));
    const session = await (await native.engine.dial(credential, engineContext())).login(credential);
    await session.close();
    const wrong = { ...credential, password: 'wrong' };
    await expect((await native.engine.dial(wrong, engineContext())).login(wrong)).rejects.toThrow(code('AUTH'));
  });
});
