import { setTimeout as sleep } from 'timers/promises';
import { Connection, createConnection, escape } from 'mysql2/promise';
import { EngineContext, Session } from '../../../../lambda/core/engine';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { engineContext } from '../../engine-contract';
import { code } from '../../support/errors';
import { LoginFields, useMariadb } from '../../support/mariadb';

const database = useMariadb({ settings: { 'max-password-errors': '3', 'max-user-connections': '100' } });
let fields: LoginFields;

beforeEach(async () => {
  fields = await database.createLogin();
});

const sessions: Session<MysqlCredential>[] = [];

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

async function logIn(changes: object = {}, context: EngineContext = engineContext()): Promise<Session<MysqlCredential>> {
  const credential = database.engine.parse({ ...fields, ...changes });
  const session = await (await database.engine.dial(credential, context)).login(credential);
  sessions.push(session);
  return session;
}

async function locked(changes?: object, context?: EngineContext): Promise<Session<MysqlCredential>> {
  const session = await logIn(changes, context);
  await session.lock('lock');
  return session;
}

function next(): MysqlCredential {
  return database.engine.parse({ ...fields, password: 'second-password' });
}

/** A statement about the login, which has an awkward name. */
async function alter(statement: string): Promise<void> {
  await database.server.query(statement.replace('$LOGIN', () => `${escape(fields.username)}@'%'`));
}

async function client(): Promise<Connection> {
  return createConnection(database.server.connection(fields.username, fields.password));
}

describe('what the server refuses at a login', () => {
  test('a database that does not exist', async () => {
    await alter('GRANT SELECT ON *.* TO $LOGIN');
    await expect(logIn({ dbname: 'missing' })).rejects.toThrow(code('NO_DATABASE'));
  });

  test('a database that the login has no right in, whether it exists or not', async () => {
    await database.server.query('CREATE DATABASE IF NOT EXISTS closed');
    for (const dbname of ['closed', 'missing']) await expect(logIn({ dbname })).rejects.toThrow(code('PRIVILEGE', 'name a database in "dbname"'));
  });

  test('a locked login', async () => {
    await alter('ALTER USER $LOGIN ACCOUNT LOCK');
    await expect(logIn()).rejects.toThrow(code('LOCKED', 'ACCOUNT UNLOCK'));
  });

  test('an expired password, where the server refuses the login, and where it refuses all statements', async () => {
    await alter('ALTER USER $LOGIN PASSWORD EXPIRE');
    await expect(locked()).rejects.toThrow(code('EXPIRED'));
    await database.server.query('SET GLOBAL disconnect_on_expired_password = ON');
    await expect(logIn()).rejects.toThrow(code('EXPIRED'));
    await database.server.query('SET GLOBAL disconnect_on_expired_password = OFF');
  });

  test('a login that is blocked after wrong passwords, and with the right one too', async () => {
    for (let attempt = 0; attempt < 3; attempt++) await expect(logIn({ password: 'wrong' })).rejects.toThrow(code('AUTH'));
    await expect(logIn()).rejects.toThrow(code('LOCKED', 'FLUSH PRIVILEGES'));
    await database.server.query('FLUSH PRIVILEGES');
    await (await logIn()).close();
  });

  test('a login that must have a certificate of its own looks like a wrong password', async () => {
    await alter('ALTER USER $LOGIN REQUIRE X509');
    await expect(logIn()).rejects.toThrow(code('AUTH'));
  });

  test('a plugin that the function does not speak', async () => {
    await database.server.query('INSTALL SONAME \'auth_ed25519\'');
    await alter('ALTER USER $LOGIN IDENTIFIED VIA ed25519 USING PASSWORD(\'x\')');
    await expect(logIn()).rejects.toThrow(code('LOCKED', 'plugin'));
  });

  test('more connections than the login may have', async () => {
    await alter('ALTER USER $LOGIN WITH MAX_USER_CONNECTIONS 1');
    const session = await logIn();
    await expect(logIn()).rejects.toThrow(code('CONFLICT', 'no connection left'));
    await session.close();
  });

  test('more connections than the server has for logins', async () => {
    await database.server.query('SET GLOBAL max_user_connections = 1');
    const session = await logIn();
    await expect(logIn()).rejects.toThrow(code('CONFLICT', 'no connection left'));
    await session.close();
    await database.server.query('SET GLOBAL max_user_connections = 100');
  });

  test('more connections than the server has', async () => {
    await database.server.query('SET GLOBAL max_connections = 10');
    const more = async (): Promise<void> => {
      for (let count = 0; count < 12; count++) await logIn();
    };
    await expect(more()).rejects.toThrow(code('CONFLICT', 'no connection left'));
    await database.server.query('SET GLOBAL max_connections = 151');
  });
});

describe('what the server refuses at a change', () => {
  test('another login\'s password', async () => {
    const { username } = await database.createLogin();
    const session = await locked();
    await expect(session.rehearse({ ...next(), username })).rejects.toThrow(code('PRIVILEGE', 'administrator'));
  });

  test('changes at all, as a replica does', async () => {
    const [session, other] = [await locked(), await logIn()];
    await database.server.setReadOnly(true);
    try {
      await expect(session.apply(next())).rejects.toThrow(code('READ_ONLY'));
      await expect(other.lock('another lock')).rejects.toThrow(code('READ_ONLY'));
    } finally {
      await database.server.setReadOnly(false);
      for (const each of [session, other]) await each.close();
    }
    await (await locked()).close();
  });

  test('hashes, where it checks passwords: told before anything is changed', async () => {
    await database.server.query('INSTALL SONAME \'simple_password_check\'');
    try {
      const session = await locked();
      await expect(session.rehearse(next())).rejects.toThrow(code('POLICY', 'strict_password_validation'));
      await expect(session.apply(next())).rejects.toThrow(code('POLICY', 'strict_password_validation'));
      await database.server.query('SET GLOBAL strict_password_validation = OFF');
      const other = await locked();
      await other.rehearse(next());
      await other.apply(next());
      await other.close();
    } finally {
      await database.server.query('SET GLOBAL strict_password_validation = ON');
      await database.server.query('UNINSTALL SONAME \'simple_password_check\'');
    }
  });

  test('nothing, while somebody has locked all tables: the server gives it up before the function does', async () => {
    const other = await client();
    await alter('GRANT RELOAD ON *.* TO $LOGIN');
    await other.changeUser({ user: fields.username, password: fields.password });
    const session = await locked({}, engineContext({ slice: (limit) => Math.min(limit, 1_000) }));
    await other.query('FLUSH TABLES WITH READ LOCK');
    try {
      await expect(session.apply(next())).rejects.toThrow(code('TIMEOUT'));
      await sleep(100);
    } finally {
      await other.end();
    }
    await (await logIn()).close();
    await session.close();
  });

  test('a lock that somebody keeps', async () => {
    const holder = await locked();
    await expect(locked({}, engineContext({ slice: (limit) => Math.min(limit, 1_500) }))).rejects.toThrow(code('CONFLICT', 'another rotation holds the lock'));
    await holder.close();
  });

  test('a second password that the login could not take away', async () => {
    await alter('ALTER USER $LOGIN IDENTIFIED VIA mysql_native_password USING PASSWORD(\'x\') OR mysql_native_password USING PASSWORD(\'y\')');
    const session = await locked({ password: 'y' });
    await expect(session.rehearse(next())).rejects.toThrow(code('PRIVILEGE', 'two passwords'));
    await expect(session.apply(next())).rejects.toThrow(code('PRIVILEGE', 'two passwords'));
    await (await logIn({ password: 'x' })).close();
  });
});

describe('sessions that end', () => {
  test('ended by an administrator', async () => {
    const session = await locked();
    await database.server.query(`KILL USER ${escape(fields.username)}@'%'`);
    await sleep(50);
    await expect(session.apply(next())).rejects.toThrow(code('NETWORK'));
  });

  test('ended by a restart, also in the middle of a statement', async () => {
    const session = await locked();
    const holder = await client();
    await holder.query('SELECT 1');
    const waiting = expect(locked()).rejects.toThrow(code('NETWORK'));
    await sleep(100);
    await database.server.restart();
    await waiting;
    await expect(session.apply(next())).rejects.toThrow(code('NETWORK'));
    holder.destroy();
    await (await locked()).close();
  });
});

test('settings of the server for quoting are no obstacle', async () => {
  await database.server.query('SET GLOBAL sql_mode = \'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT\'');
  await database.server.query('SET GLOBAL sql_quote_show_create = OFF');
  try {
    const session = await locked();
    await session.rehearse(next());
    await session.apply(next());
    await session.close();
    await (await logIn({ password: 'second-password' })).close();
  } finally {
    await database.server.query('SET GLOBAL sql_mode = DEFAULT');
    await database.server.query('SET GLOBAL sql_quote_show_create = ON');
  }
});
