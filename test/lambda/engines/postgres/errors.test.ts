import { readFileSync } from 'fs';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Client } from 'pg';
import { Session } from '../../../../lambda/core/engine';
import { RotationError } from '../../../../lambda/core/errors';
import { PostgresCredential } from '../../../../lambda/engines/postgres';
import { MEANINGS, translateError } from '../../../../lambda/engines/sql/postgres/errors';
import { engineContext } from '../../engine-contract';
import { POSTGRES_VERSIONS, PostgresVersion, startPostgres, TestPostgres } from '../../support/postgres';

const LOGIN = { user: 'app', password: 'first-password' };

/** @returns the error of the driver */
type Provocation = (provoker: Provoker) => Promise<unknown>;

class Provoker {
  private readonly clients: Client[] = [];

  public constructor(private readonly database: TestPostgres) {}

  /** A client of the login; what goes wrong while it is idle ends the wait for `idleError`. */
  public async client(changes: object = {}): Promise<Client & { idleError: Promise<Error> }> {
    const client = new Client({ ...this.database.server.connection(LOGIN.user, LOGIN.password), ...changes });
    const idleError = new Promise<Error>((resolve) => client.on('error', resolve));
    this.clients.push(client);
    await client.connect();
    return Object.assign(client, { idleError });
  }

  public async fails(...statements: string[]): Promise<unknown> {
    const client = await this.client();
    for (const statement of statements) {
      try {
        await client.query(statement);
      } catch (error) {
        return error;
      }
    }
    throw new Error('no statement failed');
  }

  public async refused(changes: object): Promise<unknown> {
    return this.client(changes).then(() => Promise.reject(new Error('was not refused')), (error: unknown) => error);
  }

  public async asSuperuser(statement: string): Promise<void> {
    await this.database.server.query(statement);
  }

  /** Until a statement of the login waits for what another session holds. */
  public async untilOneWaits(): Promise<void> {
    const waiting = 'SELECT FROM pg_stat_activity WHERE usename = \'app\' AND wait_event_type = \'Lock\'';
    while ((await this.database.server.query(waiting)).rowCount === 0) await sleep(20);
  }

  public async end(): Promise<void> {
    for (const client of this.clients.splice(0)) await client.end().catch(() => {});
  }

  /** Lets the server end once all clients have gone. */
  public shutDown(): void {
    process.kill(Number(readFileSync(path.join(this.database.server.folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGTERM');
  }
}

/** Two clients do the same in two orders; the second to come fails. */
async function race(provoker: Provoker, begin: string, first: string, second: string): Promise<unknown> {
  const [one, other] = [await provoker.client(), await provoker.client()];
  for (const [client, statement] of [[one, first], [other, second]] as const) {
    await client.query(begin);
    await client.query(statement);
  }
  const results = await Promise.allSettled([one.query(second).then(() => one.query('COMMIT')), other.query(first).then(() => other.query('COMMIT'))]);
  const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  return failed.reason;
}

const PROVOCATIONS: readonly (readonly [sqlState: string, code: string, provoke: Provocation, since?: PostgresVersion])[] = [
  ['28P01', 'AUTH', (provoker) => provoker.refused({ password: 'wrong' })],
  ['28000', 'LOCKED', async (provoker) => {
    await provoker.asSuperuser('CREATE ROLE without_login PASSWORD \'passw0rd\'');
    return provoker.refused({ user: 'without_login', password: 'passw0rd' });
  }],
  ['3D000', 'NO_DATABASE', (provoker) => provoker.refused({ database: 'missing' })],
  ['53300', 'CONFLICT', async (provoker) => {
    await provoker.asSuperuser('CREATE ROLE without_connections LOGIN CONNECTION LIMIT 0 PASSWORD \'passw0rd\'');
    return provoker.refused({ user: 'without_connections', password: 'passw0rd' });
  }],
  ['42501', 'PRIVILEGE', (provoker) => provoker.fails('ALTER ROLE rehearsal_superuser PASSWORD \'passw0rd\'')],
  ['0LP01', 'PRIVILEGE', async (provoker) => {
    await provoker.asSuperuser('CREATE ROLE parent; CREATE ROLE child; GRANT parent TO child');
    return provoker.asSuperuser('GRANT child TO parent').catch((error: unknown) => error);
  }],
  ['23505', 'CONFLICT', async (provoker) => {
    await provoker.asSuperuser('ALTER ROLE app CREATEROLE');
    const other = await provoker.client();
    await other.query('BEGIN; CREATE ROLE made_twice');
    const failed = provoker.fails('CREATE ROLE made_twice');
    await provoker.untilOneWaits();
    await other.query('COMMIT');
    return failed;
  }],
  ['42710', 'CONFLICT', async (provoker) => {
    await provoker.asSuperuser('ALTER ROLE app CREATEROLE');
    return provoker.fails('CREATE ROLE app');
  }],
  ['42939', 'PRIVILEGE', async (provoker) => {
    await provoker.asSuperuser('ALTER ROLE app CREATEROLE');
    return provoker.fails('CREATE ROLE pg_app');
  }],
  ['2BP01', 'PRIVILEGE', async (provoker) => {
    await provoker.asSuperuser('CREATE ROLE first; CREATE ROLE second; GRANT first TO app; CREATE SCHEMA open_to_all AUTHORIZATION app; GRANT USAGE ON SCHEMA open_to_all TO PUBLIC');
    return provoker.fails(
      'CREATE TABLE open_to_all.passed_on (id int)', 'GRANT SELECT ON open_to_all.passed_on TO first WITH GRANT OPTION',
      'SET ROLE first', 'GRANT SELECT ON open_to_all.passed_on TO second', 'SET ROLE NONE', 'REVOKE SELECT ON open_to_all.passed_on FROM first',
    );
  }],
  // Only for the statement that has the password it is something else: below.
  ['22023', 'CONFIG', (provoker) => provoker.fails('ALTER ROLE app SET work_mem = 1')],
  // Only for the beginning of a transaction it is something else: below.
  ['0A000', 'UNKNOWN', (provoker) => provoker.fails('SELECT count(*) FROM pg_class FOR UPDATE')],
  ['25006', 'READ_ONLY', (provoker) => provoker.fails('BEGIN READ ONLY', 'ALTER ROLE app PASSWORD \'passw0rd\'')],
  ['55P03', 'CONFLICT', async (provoker) => {
    await (await provoker.client()).query('SELECT pg_advisory_lock(1)');
    return provoker.fails('SET lock_timeout = 50', 'SELECT pg_advisory_lock(1)');
  }],
  ['25P03', 'CONFLICT', async (provoker) => {
    const client = await provoker.client();
    await client.query('SET idle_in_transaction_session_timeout = 50; BEGIN');
    return client.idleError;
  }],
  ['25P04', 'CONFLICT', (provoker) => provoker.fails('SET transaction_timeout = 50', 'BEGIN', 'SELECT pg_sleep(1)'), 18],
  ['57P05', 'NETWORK', async (provoker) => {
    const client = await provoker.client();
    await client.query('SET idle_session_timeout = 50');
    return client.idleError;
  }, 18],
  ['40001', 'CONFLICT', async (provoker) => {
    await provoker.asSuperuser('CREATE TABLE numbers AS SELECT generate_series(1, 2) AS id; GRANT SELECT, UPDATE ON numbers TO app');
    return race(provoker, 'BEGIN ISOLATION LEVEL SERIALIZABLE', 'SELECT sum(id) FROM numbers', 'UPDATE numbers SET id = id + 1 WHERE id = 1').catch((error) => error);
  }],
  ['40P01', 'CONFLICT', (provoker) => race(provoker, 'BEGIN', 'SELECT pg_advisory_xact_lock(2)', 'SELECT pg_advisory_xact_lock(3)')],
  ['XX000', 'CONFLICT', async (provoker) => {
    const other = await provoker.client();
    await other.query('BEGIN; ALTER ROLE app SET work_mem = \'1MB\'; ALTER ROLE app PASSWORD \'passw0rd\'');
    const failed = provoker.fails('ALTER ROLE app PASSWORD \'another passw0rd\'');
    await provoker.untilOneWaits();
    await other.query('ALTER ROLE app PASSWORD NULL; COMMIT');
    return failed;
  }],
  ['57014', 'TIMEOUT', (provoker) => provoker.fails('SET statement_timeout = 50', 'SELECT pg_sleep(1)')],
  ['57P01', 'NETWORK', async (provoker) => {
    const client = await provoker.client();
    await provoker.asSuperuser('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = \'app\'');
    return client.idleError;
  }],
  ['08P01', 'NETWORK', async (provoker) => (await provoker.client()).query({ text: 'SELECT $1::text', values: ['one', 'too many'] }).catch((error: unknown) => error)],
  ['42601', 'UNKNOWN', (provoker) => provoker.fails('no statement')],
];

/** Known, but not to be had here as the error of a statement. */
const NOT_PROVOKED: { readonly [sqlState: string]: string } = {
  '57P02': 'the server says it in a notice, and then ends the connection: below',
  '57P03': 'by a server that shuts down, below',
};

jest.setTimeout(30_000);

test('every error that is known is provoked, or it is said why not', () => {
  expect([...PROVOCATIONS.map(([sqlState]) => sqlState), ...Object.keys(NOT_PROVOKED)]).toEqual(expect.arrayContaining(Object.keys(MEANINGS)));
});

describe.each(POSTGRES_VERSIONS)('errors of PostgreSQL %i', (version) => {
  let database: TestPostgres;
  let provoker: Provoker;

  beforeAll(async () => {
    database = await startPostgres({ version, settings: { shared_preload_libraries: 'passwordcheck', deadlock_timeout: '50ms' } });
    provoker = new Provoker(database);
    await database.server.createLogin(LOGIN.user, LOGIN.password);
  });

  afterEach(async () => {
    await provoker.end();
    await database.server.query('ALTER ROLE app NOCREATEROLE PASSWORD \'first-password\'').catch(() => {});
  });

  afterAll(() => database.server.stop());

  for (const [sqlState, code, provoke] of PROVOCATIONS.filter(([, , , since = 13]) => since <= version)) {
    test(`${sqlState} is ${code}`, async () => {
      const error = await provoke(provoker);
      expect(error).toMatchObject({ code: sqlState });
      expect(translateError(error)).toMatchObject({ name: 'RotationError', code, cause: error });
    });
  }

  async function login(): Promise<Session<PostgresCredential>> {
    const credential = database.engine.parse({ host: 'localhost', port: database.server.port, username: LOGIN.user, password: LOGIN.password });
    return (await database.engine.dial(credential, engineContext())).login(credential);
  }

  // By the module passwordcheck of the server: a verifier tells it no more than whether the password is the name.
  test('a password that the server does not accept: 22023 is POLICY', async () => {
    const session = await login();
    await session.lock('lock');
    const next = database.engine.parse({ host: 'localhost', port: database.server.port, username: LOGIN.user, password: LOGIN.user });
    await expect(session.apply(next)).rejects.toThrow(expect.objectContaining({ code: 'POLICY', cause: expect.objectContaining({ code: '22023' }) }));
  });

  test('no sentence about a password for other statements', async () => {
    const error = await provoker.fails('CREATE ROLE another');
    expect(error).toMatchObject({ code: '42501' });
    expect(translateError(error).message).not.toContain('password');
  });

  test('a hot standby is READ_ONLY', async () => {
    await database.server.demote();
    try {
      expect(await provoker.fails('BEGIN READ WRITE')).toMatchObject({ code: '0A000' });
      const session = await login();
      await expect(session.lock('lock')).rejects.toThrow(expect.objectContaining({ code: 'READ_ONLY' }));
    } finally {
      await database.server.promote();
    }
  });

  test('a server process that crashes takes the connections of all others with it: NETWORK', async () => {
    const [victim, other] = [await provoker.client(), await provoker.client()];
    const notices: unknown[] = [];
    other.on('notice', ({ code }) => notices.push(code));
    const { rows: [{ pid }] } = await victim.query('SELECT pg_backend_pid() AS pid');
    const failed = other.query('SELECT pg_sleep(5)').catch((error: unknown) => error);
    process.kill(pid, 'SIGKILL');
    expect(translateError(await failed)).toMatchObject({ code: 'NETWORK' });
    expect(notices).toEqual(['57P02']);
    await database.server.query('SELECT 1').catch(() => sleep(1_000));
  });

  test('a server that shuts down: 57P03 is NETWORK', async () => {
    await provoker.client();
    provoker.shutDown();
    await sleep(200);
    const error = await provoker.refused({});
    expect(error).toMatchObject({ code: '57P03' });
    expect(translateError(error)).toMatchObject({ code: 'NETWORK' });
  });
});

describe('errors without a code of the server', () => {
  test.each([
    // Of sockets. The faults of the engine provoke most; there is no network here that would be unreachable, and no name server that answers half.
    ['ECONNREFUSED', 'NETWORK'], ['ECONNRESET', 'NETWORK'], ['ENOTFOUND', 'NETWORK'], ['EAI_AGAIN', 'NETWORK'], ['EHOSTUNREACH', 'NETWORK'], ['EPIPE', 'NETWORK'],
    ['ETIMEDOUT', 'TIMEOUT'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS'], ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS'], ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS'], ['CERT_HAS_EXPIRED', 'TLS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS'], ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS'], ['EPROTO', 'TLS'], ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS'],
    ['XX000', 'UNKNOWN'],
  ])('%s is %s', (code, expected) => {
    const cause = Object.assign(new Error('text of the driver'), { code });
    const error = translateError(cause);
    expect(error).toMatchObject({ name: 'RotationError', code: expected, cause });
    expect(error.message).not.toContain('text of the driver');
  });

  test.each([
    [new Error('Connection terminated unexpectedly'), 'NETWORK'],
    [new Error('Client has encountered a connection error and is not queryable'), 'NETWORK'],
    [new Error('something else'), 'UNKNOWN'],
    ['a thrown text', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
  ])('%p is told by its text', (thrown, expected) => {
    expect(translateError(thrown).code).toBe(expected);
  });

  test('an error that is translated already stays as it is', () => {
    const error = new RotationError('TIMEOUT', 'x');
    expect(translateError(error)).toBe(error);
  });
});
