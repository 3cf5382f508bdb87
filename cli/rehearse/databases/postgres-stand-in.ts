import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ProxiedServer, startProxy } from './proxied-server';
import { CANARY, DatabaseKind, Login, LoginExists, MadeByFunction, SeenLogin, StandIn } from './stand-in';
import { scramVerifier } from '../../../lambda/engines/sql/postgres/scram-verifier';
import { CertificateAuthority } from '../../servers/certificate-authority';
import { findPostgres, PostgresBinaries } from '../../servers/postgres-binaries';
import { PostgresServer } from '../../servers/postgres-server';

/** The database that every server has. */
const DEFAULT_DATABASE = 'postgres';

/** SQLSTATE of a role that exists already. */
const DUPLICATE_OBJECT = '42710';

/** Since then an administrator may only change roles that he was given. */
const ADMIN_OPTION_VERSION = 160_000;

export const POSTGRES: DatabaseKind = {
  title: 'PostgreSQL',
  engineNames: ['postgres', 'aurora-postgresql'],
  secretEngine: 'postgres',
  find: (projectFolder) => {
    const binaries = findPostgres(projectFolder);
    return { source: binaries.source, start: (authority) => PostgresStandIn.start(binaries, authority) };
  },
};

class PostgresStandIn extends ProxiedServer<PostgresServer> implements StandIn {
  public static async start(binaries: PostgresBinaries, authority: CertificateAuthority): Promise<PostgresStandIn> {
    const server = await PostgresServer.start({ binaries, authority });
    return new PostgresStandIn(server, await startProxy(server));
  }

  public get connections(): number {
    return this.proxy.outgoingPorts.length;
  }

  public async prepareDatabase(dbname: string = DEFAULT_DATABASE, administrator?: string): Promise<void> {
    const { rowCount } = await this.server.query('SELECT 1 FROM pg_database WHERE datname = $1', [dbname]);
    if (rowCount === 0) await this.server.query(`CREATE DATABASE ${escapeIdentifier(dbname)}`);
    await this.server.query(`CREATE TABLE IF NOT EXISTS ${CANARY} ()`, [], dbname);
    if (administrator === undefined) return;
    await this.server.query(`ALTER DATABASE ${escapeIdentifier(dbname)} OWNER TO ${escapeIdentifier(administrator)}`);
    await this.server.query(`ALTER TABLE ${CANARY} OWNER TO ${escapeIdentifier(administrator)}`, [], dbname);
  }

  public async createAdministrator(login: Login): Promise<void> {
    await this.create(login);
    await this.server.query(`ALTER ROLE ${escapeIdentifier(login.username)} CREATEROLE CREATEDB`);
  }

  public async createLogin(login: Login, { administrator, role }: { administrator?: string; role?: string }): Promise<void> {
    const username = escapeIdentifier(login.username);
    await this.create(login);
    if (administrator !== undefined && await this.version() >= ADMIN_OPTION_VERSION) {
      // What the administrator has of a role that he makes himself.
      await this.server.query(`GRANT ${username} TO ${escapeIdentifier(administrator)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
    }
    if (administrator !== undefined && role !== undefined) {
      await this.server.query([
        `SET SESSION AUTHORIZATION ${escapeIdentifier(administrator)}`,
        // Several pairs may work as one role.
        ...await this.exists(role) ? [] : [`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`],
        `GRANT ${escapeIdentifier(role)} TO ${username}`,
        `ALTER ROLE ${username} SET role TO ${escapeLiteral(role)}`,
      ].join(';'));
    }
    await this.server.query(`GRANT SELECT ON ${CANARY} TO ${role === undefined ? username : escapeIdentifier(role)}`, [], login.dbname);
  }

  public async setPassword({ username, password }: Login): Promise<void> {
    const verifier = await scramVerifier(password);
    await this.server.query(`ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(verifier)}`);
  }

  public async remove({ logins, role }: MadeByFunction, dbname: string = DEFAULT_DATABASE): Promise<void> {
    for (const name of role === undefined ? logins : [...logins, role]) {
      if (!await this.exists(name)) continue;
      await this.server.query(`DROP OWNED BY ${escapeIdentifier(name)}`, [], dbname);
      await this.server.query(`DROP ROLE ${escapeIdentifier(name)}`);
    }
  }

  public readsCanary(login: Login): Promise<boolean> {
    return this.succeeds(login, `SELECT FROM ${CANARY}`);
  }

  public seenLogins(after: number): SeenLogin[] {
    const ports = new Set(this.proxy.outgoingPorts.slice(after));
    return this.server.logins().filter(({ remotePort }) => ports.has(remotePort));
  }

  private async create({ username, password, dbname }: Login): Promise<void> {
    await this.server.createLogin(username, password, dbname).catch((error) => {
      throw error.code === DUPLICATE_OBJECT ? new LoginExists() : error;
    });
  }

  private async exists(role: string): Promise<boolean> {
    return (await this.server.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount === 1;
  }

  private async version(): Promise<number> {
    const { rows } = await this.server.query('SHOW server_version_num');
    return Number(rows[0].server_version_num);
  }

  protected async succeeds({ username, password, dbname }: Login, statement: string): Promise<boolean> {
    const client = new Client(this.server.connection(username, password, dbname));
    // A server may end a connection that is being closed.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(statement);
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
