import { TLSSocket } from 'tls';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { Engine, EngineContext, Line, SecretFields, Session, Wish } from '../core/engine';
import { RotationError } from '../core/errors';
import { generatePassword } from '../core/password';
import { databaseFields } from './sql/database-fields';
import { CONNECT_LIMIT, STATEMENT_LIMIT } from './sql/limited';
import { PostgresConnection, PostgresCredential } from './sql/postgres/connection';
import { CANNOT_WRITE, forWantOfPrivileges, PASSWORD_REFUSED } from './sql/postgres/errors';
import { lockKey } from './sql/postgres/lock-key';
import { mayNotChange, provideLogin } from './sql/postgres/login';
import { requireWholeName } from './sql/postgres/roles';
import { isTakenAlike, scramVerifier } from './sql/postgres/scram-verifier';
import { openSocket } from './sql/postgres/socket';

export type { PostgresCredential };

/** Whatever the login's own defaults are: each statement sees what others committed before it. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';

/** What comes after it can be a rehearsal. */
const SAVEPOINT = 'SAVEPOINT rehearsal';

const MAY_NOT_CHANGE_ITS_PASSWORD = forWantOfPrivileges({
  sentence: 'the login may not change its password',
  hint: 'where rds.restrict_password_commands is on, make the login a member of rds_password',
});

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
      requireWholeName(credential.username, 'INVALID_SECRET');
      return { ...credential, database: dbname ?? 'postgres' };
    },

    propose(_current: PostgresCredential, context: EngineContext): SecretFields {
      return { password: generatePassword(context.random) };
    },

    async dial({ host, port }: PostgresCredential, context: EngineContext): Promise<Line<PostgresCredential>> {
      return new PostgresLine(await openSocket({ host, port }, options.authorities, context.slice(CONNECT_LIMIT)), context);
    },
  };
}

class PostgresLine implements Line<PostgresCredential> {
  public constructor(private readonly socket: TLSSocket, private readonly context: EngineContext) {}

  public async login(credential: PostgresCredential): Promise<Session<PostgresCredential>> {
    return new PostgresSession(await PostgresConnection.login(this.socket, credential, this.context));
  }

  public async close(): Promise<void> {
    this.socket.destroy();
  }
}

class PostgresSession implements Session<PostgresCredential> {
  public constructor(private readonly connection: PostgresConnection) {}

  /**
   * The lock belongs to the session, since it must outlive the commit. That there is an open transaction all the time makes
   * the server end a session that is silent for longer than the lease.
   */
  public async lock(name: string): Promise<boolean> {
    const key = lockKey(name);
    const limit = this.connection.context.slice(STATEMENT_LIMIT);
    const results = await this.connection.run([
      BEGIN,
      `SET idle_in_transaction_session_timeout = ${this.connection.context.lease}`,
      `SET statement_timeout = ${limit}`,
      // A little less, so that it is the server that says why.
      `SET lock_timeout = ${Math.ceil(limit * 0.9)}`,
      // A role with a default role of its own could not change its password.
      'SET ROLE NONE',
      // Nobody's functions take the place of the server's.
      'SET search_path = pg_catalog, pg_temp',
      SAVEPOINT,
      `SELECT pg_try_advisory_lock(${key}) AS free`,
    ], CANNOT_WRITE);
    if (results.at(-1)?.[0].free === true) return true;
    await this.connection.run([`SELECT pg_advisory_lock(${key})`]);
    return false;
  }

  public async exists(username: string): Promise<boolean> {
    const [rows] = await this.connection.run([`SELECT FROM pg_catalog.pg_roles WHERE rolname = ${escapeLiteral(username)}`]);
    return rows.length > 0;
  }

  public async rehearse(next: PostgresCredential, wish: Wish<PostgresCredential> = {}): Promise<void> {
    await this.prepare(next, wish);
    await this.change(next, [`ROLLBACK TO ${SAVEPOINT}`]);
  }

  public async apply(next: PostgresCredential, wish: Wish<PostgresCredential> = {}): Promise<void> {
    if (wish.rights && !isTakenAlike(next.password)) {
      throw new RotationError('POLICY', 'clients differ in what they take the password for', { hint: 'store one in ASCII, or in the Unicode form NFKC without special spaces' });
    }
    await this.prepare(next, wish);
    await this.change(next, ['COMMIT', BEGIN, SAVEPOINT]);
  }

  public async close(): Promise<void> {
    await this.connection.close();
  }

  /** Everything but the password. It takes effect together with it, or not at all. */
  private async prepare({ username }: PostgresCredential, { rights, beside }: Wish<PostgresCredential>): Promise<void> {
    if (beside) throw new RotationError('CONFIG', 'a login of PostgreSQL has one password only', { hint: 'alternate between two logins instead of keeping the old password' });
    if (rights?.like?.username === username) throw new RotationError('CONFIG', `the login ${escapeIdentifier(username)} cannot be made like itself`, { hint: 'give the two logins of a pair different names' });
    if (username !== this.connection.username) await provideLogin(this.connection, username, rights);
  }

  /** One round trip: from the commit on AWSCURRENT may not log in. */
  private async change({ username, password }: PostgresCredential, end: string[]): Promise<void> {
    const verifier = await scramVerifier(password);
    this.connection.context.conceal(verifier);
    const statement = `ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(verifier)}`;
    const refusal = username === this.connection.username ? MAY_NOT_CHANGE_ITS_PASSWORD : mayNotChange(this.connection, username);
    await this.connection.run([statement, ...end], { ...refusal, ...PASSWORD_REFUSED });
  }
}
