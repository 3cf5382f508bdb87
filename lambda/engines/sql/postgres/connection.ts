import { TLSSocket } from 'tls';
import { Client } from 'pg';
import { CONNECT_LIMIT, FAREWELL_LIMIT, limited, STATEMENT_LIMIT } from '../limited';
import { forWantOfPrivileges, Meanings, translateError } from './errors';
import { Credential, EngineContext } from '../../../core/engine';

export interface PostgresCredential extends Credential {
  readonly database: string;
}

export type Row = { readonly [column: string]: unknown };

/** A connection on which somebody has logged in. */
export class PostgresConnection {
  public static async login(socket: TLSSocket, credential: PostgresCredential, context: EngineContext): Promise<PostgresConnection> {
    const { username: user, ...address } = credential;
    const client = new Client({ ...address, user, application_name: 'guarded-secrets', ssl: false, stream: () => connected(socket) });
    // Also a session that says nothing may be ended by the server; the next statement notices.
    client.on('error', () => {});
    try {
      await limited(socket, context.slice(CONNECT_LIMIT), () => client.connect());
    } catch (error) {
      throw translateError(error, forWantOfPrivileges({
        sentence: 'the login may not connect to the database',
        hint: 'name a database in "dbname" of the secret that the login may connect to; without it, the database is "postgres"',
      }));
    }
    return new PostgresConnection(client, socket, context, user);
  }

  private constructor(
    private readonly client: Client, private readonly socket: TLSSocket, public readonly context: EngineContext, public readonly username: string,
  ) {}

  /**
   * Runs statements in one round trip. After an error the connection is given up, and with it the transaction.
   *
   * @param meanings what errors of the server mean here
   * @returns the rows of each statement
   */
  public async run(statements: readonly string[], meanings?: Meanings): Promise<Row[][]> {
    try {
      const result: unknown = await limited(this.socket, this.context.slice(STATEMENT_LIMIT), () => this.client.query(statements.join('; ')));
      return (Array.isArray(result) ? result : [result]).map(({ rows }: { rows: Row[] }) => rows);
    } catch (error) {
      throw translateError(error, meanings);
    }
  }

  /** Rolls back what is open. Waits for the farewell: a function that is frozen before it is sent would keep the lock. */
  public async close(): Promise<void> {
    await limited(this.socket, FAREWELL_LIMIT, () => this.client.end()).catch(() => {});
    this.socket.destroy();
  }
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
