import { once } from 'events';
import { setTimeout as sleep } from 'timers/promises';
import { Client } from 'pg';
import { EngineContext, Session } from '../../../../lambda/core/engine';
import { postgres, PostgresCredential } from '../../../../lambda/engines/postgres';
import { engineContext } from '../../engine-contract';
import { code } from '../../support/errors';
import { LoginFields, usePostgres } from '../../support/postgres';
import { testUntrustedServers } from '../../untrusted-servers';

const database = usePostgres();
let fields: LoginFields;

beforeEach(async () => {
  fields = await database.createLogin();
});

async function logIn(changes: object = {}, context: EngineContext = engineContext()): Promise<Session<PostgresCredential>> {
  const credential = database.engine.parse({ ...fields, ...changes });
  return (await database.engine.dial(credential, context)).login(credential);
}

async function locked(changes?: object, context?: EngineContext): Promise<Session<PostgresCredential>> {
  const session = await logIn(changes, context);
  await session.lock('lock');
  return session;
}

function next(): PostgresCredential {
  return database.engine.parse({ ...fields, password: 'second-password' });
}

/** A statement about the login, which has an awkward name. */
async function alter(statement: string): Promise<void> {
  await database.server.query(statement.replace('$LOGIN', () => new Client().escapeIdentifier(fields.username)));
}

describe('what the server refuses', () => {
  test('a database that does not exist', async () => {
    await expect(logIn({ dbname: 'missing' })).rejects.toThrow(code('NO_DATABASE'));
  });

  test('a database that the login may not connect to', async () => {
    await database.server.query('CREATE DATABASE closed');
    await database.server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    await expect(logIn({ dbname: 'closed' })).rejects.toThrow(code('PRIVILEGE', 'may not connect to the database (name a database in "dbname"'));
  });

  test('a role without LOGIN', async () => {
    await alter('ALTER ROLE $LOGIN NOLOGIN');
    await expect(logIn()).rejects.toThrow(code('LOCKED'));
  });

  test('a login that is not valid any more looks like a wrong password: the hint says so', async () => {
    await alter('ALTER ROLE $LOGIN VALID UNTIL \'2001-01-01\'');
    await expect(logIn()).rejects.toThrow(code('AUTH', 'VALID UNTIL'));
  });

  test('more connections than allowed', async () => {
    await alter('ALTER ROLE $LOGIN CONNECTION LIMIT 1');
    const session = await logIn();
    await expect(logIn()).rejects.toThrow(code('CONFLICT', 'no connection left'));
    await session.close();
  });

  test('another login\'s password', async () => {
    const { username } = await database.createLogin();
    const session = await locked();
    await expect(session.rehearse({ ...next(), username })).rejects.toThrow(code('PRIVILEGE'));
  });

  test('a change while somebody else changes the same login', async () => {
    const other = new Client(database.server.connection(fields.username, fields.password));
    await other.connect();
    await other.query(`BEGIN; ALTER ROLE ${other.escapeIdentifier(fields.username)} SET search_path = x`);
    await other.query(`ALTER ROLE ${other.escapeIdentifier(fields.username)} PASSWORD 'by-hand'`);
    const session = await locked();
    const change = expect(session.apply(next())).rejects.toThrow(code('CONFLICT', 'at the same time'));
    await sleep(100);
    await other.query('COMMIT');
    await change;
    await other.end();
  });

  test('a lock that somebody keeps', async () => {
    const holder = await locked();
    await expect(locked({}, engineContext({ slice: () => 400 }))).rejects.toThrow(code('CONFLICT', 'another rotation holds the lock'));
    await holder.close();
  });
});

describe('sessions that end', () => {
  test('ended by an administrator', async () => {
    const session = await locked();
    await database.server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [fields.username]);
    await sleep(50);
    await expect(session.apply(next())).rejects.toThrow(code('NETWORK'));
  });
});

describe('roles with settings of their own', () => {
  test('a default role, and transactions that are read-only by default, are no obstacle', async () => {
    await database.server.query('CREATE ROLE owner_of_all');
    await alter('GRANT owner_of_all TO $LOGIN');
    await alter('ALTER ROLE $LOGIN SET role = owner_of_all');
    await alter('ALTER ROLE $LOGIN SET default_transaction_read_only = on');
    const session = await locked();
    await session.rehearse(next());
    await session.apply(next());
    await session.close();
    await (await logIn({ password: 'second-password' })).close();
  });

  test.each(['pässwörd Ⅸ\u00A0x', '\'"\\%$&/ ', 'x'.repeat(500)])('%j can be set back', async (password) => {
    const session = await locked();
    await session.apply({ ...next(), password });
    await session.close();
    await (await logIn({ password })).close();
    // As the server itself makes it from the same text.
    await database.server.query(`ALTER ROLE ${new Client().escapeIdentifier(fields.username)} PASSWORD ${new Client().escapeLiteral(password)}`);
    await (await logIn({ password })).close();
  });
});

describe('servers that cannot be trusted or reached', () => {
  const { listen, dial } = testUntrustedServers({
    database,
    fields: () => fields,
    engineWith: postgres,
    greet: async (socket) => {
      await once(socket, 'data');
      socket.write('S');
    },
  });

  test('a server that offers no TLS gets not one byte more', async () => {
    const received: Buffer[] = [];
    const port = await listen((socket) => socket.on('data', (data) => {
      received.push(data);
      socket.write('N');
    }));
    await expect(dial({ port })).rejects.toThrow(code('TLS', 'does not offer TLS'));
    await sleep(20);
    expect(Buffer.concat(received)).toHaveLength(8);
  });

  test.each(['E', 'SX', 'X'])('a server that answers %j instead', async (answer) => {
    const port = await listen((socket) => socket.once('data', () => socket.write(answer)));
    await expect(dial({ port })).rejects.toThrow(code('TLS'));
  });

  test('a server that hangs up', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.destroy()));
    await expect(dial({ port })).rejects.toThrow(code('NETWORK'));
  });
});
