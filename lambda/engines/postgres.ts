import { createHash } from 'crypto';
import { TLSSocket } from 'tls';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { Credential, Engine, EngineContext, Line, SecretFields, Session } from '../core/engine';
import { generatePassword } from '../core/password';
import { databaseFields } from './sql/database-fields';
import { translateError } from './sql/postgres-errors';
import { openSocket } from './sql/postgres-socket';
import { scramVerifier } from './sql/scram-verifier';
import { hasCode, RotationError } from '../core/errors';

export interface PostgresCredential extends Credential {
  readonly database: string;
}

const CONNECT_LIMIT = 5_000;
const STATEMENT_LIMIT = 10_000;
const FAREWELL_LIMIT = 500;

export interface PostgresOptions {
  /** Certificates of the authorities that are trusted, as PEM. Without it, those of Node.js and of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: string;
}

/** PostgreSQL: RDS, Aurora, self-managed. One password for each login. */
export function postgres(options: PostgresOptions = {}): Engine<PostgresCredential> {
  return {
    name: 'postgres',

    parse(fields: SecretFields): PostgresCredential {
      const { dbname, ...credential } = databaseFields(fields, { engines: ['postgres', 'aurora-postgresql'], port: 5432 });
      return { ...credential, database: dbname ?? 'postgres' };
    },

    propose(_current: PostgresCredential, context: EngineContext): SecretFields {
      return { password: generatePassword(context.random) };
    },

    async dial({ host, port }: PostgresCredential, context: EngineContext): Promise<Line<PostgresCredential>> {
      return new PostgresLine(await openSocket({ host, port, authorities: options.authorities }, context.slice(CONNECT_LIMIT)), context);
    },
  };
}

class PostgresLine implements Line<PostgresCredential> {
  public constructor(private readonly socket: TLSSocket, private readonly context: EngineContext) {}

  public async login({ host, port, username, password, database }: PostgresCredential): Promise<Session<PostgresCredential>> {
    const client = new Client({ host, port, user: username, password, database, application_name: 'guarded-secrets', ssl: false, stream: () => connected(this.socket) });
    // Also a session that says nothing may be ended by the server; the next statement notices.
    client.on('error', () => {});
    try {
      await limited(this.socket, this.context.slice(CONNECT_LIMIT), () => client.connect());
    } catch (error) {
      throw hasCode(error, 'PRIVILEGE') ? mayNotConnect(error) : error;
    }
    return new PostgresSession(client, this.socket, this.context);
  }

  public async close(): Promise<void> {
    this.socket.destroy();
  }
}

class PostgresSession implements Session<PostgresCredential> {
  public constructor(private readonly client: Client, private readonly socket: TLSSocket, private readonly context: EngineContext) {}

  /**
   * The lock belongs to the session, since it must outlive the commit. That there is an open transaction all the time makes
   * the server end a session that is silent for longer than the lease.
   */
  public async lock(name: string): Promise<boolean> {
    const key = createHash('sha256').update(name).digest().readBigInt64BE();
    const limit = this.context.slice(STATEMENT_LIMIT);
    await this.run([
      'BEGIN READ WRITE',
      `SET idle_in_transaction_session_timeout = ${this.context.lease}`,
      `SET statement_timeout = ${limit}`,
      // A little less, so that it is the server that says why.
      `SET lock_timeout = ${Math.ceil(limit * 0.9)}`,
      // A role with a default role of its own could not change its password.
      'SET ROLE NONE',
    ]);
    const free = await this.run([`SELECT pg_try_advisory_lock(${key}) AS free`]);
    if (free === true) return true;
    await this.run([`SELECT pg_advisory_lock(${key})`]);
    return false;
  }

  public async rehearse(next: PostgresCredential): Promise<void> {
    await this.run(['SAVEPOINT rehearsal', await this.changeOf(next), 'ROLLBACK TO SAVEPOINT rehearsal']);
  }

  public async apply(next: PostgresCredential): Promise<void> {
    await this.run([await this.changeOf(next), 'COMMIT', 'BEGIN READ WRITE']);
  }

  /** Rolls back what is open. Waits for the farewell: a function that is frozen before it is sent would keep the lock. */
  public async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FAREWELL_LIMIT);
    });
    await Promise.race([this.client.end().catch(() => {}), silence]);
    clearTimeout(timer);
    this.socket.destroy();
  }

  private async changeOf({ username, password }: PostgresCredential): Promise<string> {
    const verifier = await scramVerifier(password);
    this.context.conceal(verifier);
    return `ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(verifier)}`;
  }

  /** Runs statements in one round trip, and returns the first value of the last one. */
  private async run(statements: string[]): Promise<unknown> {
    const result: unknown = await limited(this.socket, this.context.slice(STATEMENT_LIMIT), () => this.client.query({ text: statements.join('; '), rowMode: 'array' }));
    const last = (Array.isArray(result) ? result.at(-1) : result) as { rows: unknown[][] };
    return last.rows[0]?.[0];
  }
}

/** The same SQLSTATE as for a password that may not be changed. */
function mayNotConnect({ cause }: RotationError): RotationError {
  return new RotationError('PRIVILEGE', 'the login may not connect to the database', {
    cause,
    hint: 'name a database in "dbname" of the secret that the login may connect to; without it, the database is "postgres"',
  });
}

/** The driver asks its stream to connect; this one is. */
function connected(socket: TLSSocket): TLSSocket {
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}

/** A server that says nothing keeps nobody waiting: the connection is given up, whatever the server does with the statement. */
async function limited<T>(socket: TLSSocket, milliseconds: number, action: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RotationError('TIMEOUT', 'the database did not answer in time')), milliseconds);
  });
  try {
    // The driver would wait for ever for a connection that has ended already.
    if (socket.destroyed) throw new RotationError('NETWORK', 'the database ended the connection');
    return await Promise.race([action(), silence]);
  } catch (error) {
    socket.destroy();
    throw translateError(error);
  } finally {
    clearTimeout(timer);
  }
}
