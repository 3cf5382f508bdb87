import { Client, escapeIdentifier } from 'pg';
import { CertificateAuthority } from '../../cli/servers/certificate-authority';
import { randomPassword } from '../../cli/servers/own-server';
import { findPostgres } from '../../cli/servers/postgres-binaries';
import { PostgresServer } from '../../cli/servers/postgres-server';
import { ROOT } from '../lib/root';

const NAME = 'shop';
const ADMINISTRATOR = 'master';

/** SQLSTATE of a wrong password. */
const INVALID_PASSWORD = '28P01';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** The database that exists before the app: a real PostgreSQL with an administrator who is no superuser. */
export class Database {
  public static async start(authority: CertificateAuthority): Promise<Database> {
    const server = await PostgresServer.start({ binaries: findPostgres(ROOT), authority });
    const password = randomPassword();
    await server.createLogin(ADMINISTRATOR, password, NAME);
    await server.query(`ALTER ROLE ${escapeIdentifier(ADMINISTRATOR)} CREATEROLE`);
    await server.query(`ALTER DATABASE ${escapeIdentifier(NAME)} OWNER TO ${escapeIdentifier(ADMINISTRATOR)}`);
    return new Database(server, { engine: 'postgres', host: 'localhost', port: server.port, dbname: NAME, username: ADMINISTRATOR, password });
  }

  private constructor(private readonly server: PostgresServer, public readonly administrator: Credential & { readonly [field: string]: unknown }) {}

  public get port(): number {
    return this.server.port;
  }

  /** Whether a password is accepted, over TLS and for the name in the certificate. */
  public async accepts({ username, password }: Credential): Promise<boolean> {
    const client = new Client(this.server.connection(username, password, NAME));
    try {
      await client.connect();
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === INVALID_PASSWORD) return false;
      throw error;
    } finally {
      await client.end();
    }
  }

  public stop(): Promise<void> {
    return this.server.stop();
  }
}
