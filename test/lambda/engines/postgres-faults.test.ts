import { AddressInfo, createServer, Server, Socket } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { createSecureContext, TLSSocket } from 'tls';
import { Client } from 'pg';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { TcpProxy } from '../../../cli/servers/tcp-proxy';
import { EngineContext, Session } from '../../../lambda/core/engine';
import { postgres, PostgresCredential } from '../../../lambda/engines/postgres';
import { engineContext } from '../engine-contract';
import { LoginFields, usePostgres } from '../support/postgres';

const database = usePostgres();
let fields: LoginFields;

beforeEach(async () => {
  fields = await database.createLogin();
});

const impatient = engineContext({ slice: (limit) => Math.min(limit, 300) });

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

function code(expected: string, text: string = '') {
  return expect.objectContaining({ name: 'RotationError', code: expected, message: expect.stringContaining(text) });
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
    await expect(session.rehearse?.({ ...next(), username })).rejects.toThrow(code('PRIVILEGE'));
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
    await session.rehearse?.(next());
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
  const servers: Server[] = [];

  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  function listen(accept: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => accept(socket.on('error', () => {})));
    servers.push(server);
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
  }

  function dial(changes: object, engine = database.engine, context: EngineContext = impatient): Promise<unknown> {
    return engine.dial(engine.parse({ ...fields, ...changes }), context);
  }

  test('nobody listens', async () => {
    const port = await listen(() => {});
    servers.splice(0).forEach((server) => server.close());
    await expect(dial({ port })).rejects.toThrow(code('NETWORK'));
  });

  test('a name that is not known', async () => {
    await expect(dial({ host: 'database.invalid' }, undefined, engineContext())).rejects.toThrow(code('NETWORK', 'host'));
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

  test('a certificate of an authority that is not trusted', async () => {
    await expect(dial({}, postgres())).rejects.toThrow(code('TLS', 'certificate'));
    const other = await CertificateAuthority.create();
    await expect(dial({}, postgres({ authorities: other.certificate }))).rejects.toThrow(code('TLS', 'certificate'));
  });

  test('a certificate for another host', async () => {
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue(['other.example.com'], ['127.0.0.9']);
    const secureContext = createSecureContext({ cert: certificate, key });
    const port = await listen((socket) => socket.once('data', () => {
      socket.write('S');
      new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
    }));
    await expect(dial({ port }, postgres({ authorities: authority.certificate }))).rejects.toThrow(code('TLS', 'certificate'));
    await expect(dial({ port, host: '127.0.0.1' }, postgres({ authorities: authority.certificate }))).rejects.toThrow(code('TLS', 'certificate'));
  });

  test('a host that is an address, with a certificate for it', async () => {
    const line = await database.engine.dial(database.engine.parse({ ...fields, host: '127.0.0.1' }), engineContext());
    await line.close();
  });

  test('a server that says nothing at the connection', async () => {
    const port = await listen(() => {});
    await expect(dial({ port })).rejects.toThrow(code('TIMEOUT'));
  });

  test.each(['login', 'lock', 'apply'])('a server that says nothing any more at %s', async (operation) => {
    const proxy = await TcpProxy.start(database.server.port);
    const credential = database.engine.parse({ ...fields, port: proxy.port });
    const stall = (at: string): void => {
      if (at === operation) proxy.onSegment(() => 'stall');
    };
    const run = async (): Promise<void> => {
      const line = await database.engine.dial(credential, impatient);
      stall('login');
      const session = await line.login(credential);
      stall('lock');
      await session.lock('lock');
      stall('apply');
      await session.apply(next());
    };
    const start = performance.now();
    await expect(run()).rejects.toThrow(code('TIMEOUT'));
    expect(performance.now() - start).toBeLessThan(2_000);
    await proxy.close();
  });
});
