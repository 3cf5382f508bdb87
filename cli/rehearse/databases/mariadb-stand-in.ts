import { randomInt } from 'crypto';
import { createConnection, escape, escapeId } from 'mysql2/promise';
import { ProxiedServer, startProxy } from './proxied-server';
import { CANARY, DatabaseKind, Login, LoginExists, MadeByFunction, SeenLogin, StandIn } from './stand-in';
import { mysqlVerifier } from '../../../lambda/engines/sql/mysql-family/verifier';
import { CertificateAuthority } from '../../servers/certificate-authority';
import { findMariadb, MariadbBinaries } from '../../servers/mariadb-binaries';
import { connectionNumberIn } from '../../servers/mariadb-log';
import { MariadbServer } from '../../servers/mariadb-server';

/** Has the canary of logins that connect to no database. */
const OWN_DATABASE = 'guarded_secrets_rehearsal';

/** Number of the error for a user that exists already. */
const CANNOT_USER = 1396;

/** What RDS keeps from its administrators. */
const FOR_SUPERUSERS = [
  'SUPER', 'SHUTDOWN', 'FILE', 'CREATE TABLESPACE', 'SET USER', 'FEDERATED ADMIN', 'CONNECTION ADMIN', 'READ_ONLY ADMIN',
  'REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'BINLOG ADMIN', 'BINLOG REPLAY',
];

export const MARIADB: DatabaseKind = {
  title: 'MariaDB',
  engineNames: ['mariadb'],
  secretEngine: 'mariadb',
  find: (projectFolder) => {
    const binaries = findMariadb(projectFolder);
    return { source: binaries.source, start: (authority) => MariadbStandIn.start(binaries, authority) };
  },
};

class MariadbStandIn extends ProxiedServer<MariadbServer> implements StandIn {
  public static async start(binaries: MariadbBinaries, authority: CertificateAuthority): Promise<MariadbStandIn> {
    const server = await MariadbServer.start({ binaries, authority });
    return new MariadbStandIn(server, await startProxy(server));
  }

  public get connections(): number {
    return this.proxy.greetings.length;
  }

  public async prepareDatabase(dbname: string = OWN_DATABASE): Promise<void> {
    await this.server.query(`CREATE DATABASE IF NOT EXISTS ${escapeId(dbname, true)}`);
    await this.server.query(`CREATE TABLE IF NOT EXISTS ${canaryIn(dbname)} (number INT)`);
  }

  public async createAdministrator(login: Login): Promise<void> {
    await this.create(login);
    await this.server.query(`GRANT ALL ON *.* TO ${user(login.username)} WITH GRANT OPTION`);
    await this.server.query(`REVOKE ${FOR_SUPERUSERS.join(', ')} ON *.* FROM ${user(login.username)}`);
  }

  public async createLogin(login: Login, { administrator, role }: { administrator?: string; role?: string }): Promise<void> {
    const username = user(login.username);
    if (administrator === undefined || role === undefined) {
      await this.create(login);
      await this.server.query(`GRANT SELECT ON ${canaryIn(login.dbname)} TO ${username}`);
      return;
    }
    await this.create({ ...login, dbname: undefined });
    await this.server.query(`CREATE ROLE IF NOT EXISTS ${escape(role)}`);
    await this.server.query(`GRANT ${escape(role)} TO ${user(administrator)} WITH ADMIN OPTION`);
    await this.server.query(`GRANT SELECT ON ${canaryIn(login.dbname)} TO ${escape(role)}`);
    await this.server.query(`GRANT ${escape(role)} TO ${username}`);
    await this.server.query(`SET DEFAULT ROLE ${escape(role)} FOR ${username}`);
  }

  public async setPassword({ username, password }: Login): Promise<void> {
    await this.server.query(`ALTER USER ${user(username)} IDENTIFIED BY PASSWORD ${escape(mysqlVerifier('mysql_native_password', password, randomInt))}`);
  }

  public async remove({ logins, role }: MadeByFunction): Promise<void> {
    for (const username of logins) await this.server.query(`DROP USER IF EXISTS ${user(username)}`);
    if (role !== undefined) await this.server.query(`DROP ROLE IF EXISTS ${escape(role)}`);
  }

  public readsCanary(login: Login): Promise<boolean> {
    return this.succeeds(login, `SELECT 1 FROM ${canaryIn(login.dbname)}`);
  }

  public seenLogins(after: number): SeenLogin[] {
    const numbers = new Set(this.proxy.greetings.slice(after).map(connectionNumberIn));
    return this.server.logins().filter(({ connection }) => numbers.has(connection));
  }

  private async create({ username, password, dbname }: Login): Promise<void> {
    await this.server.createLogin(username, password, dbname).catch((error) => {
      throw error.errno === CANNOT_USER ? new LoginExists() : error;
    });
  }

  protected async succeeds({ username, password, dbname }: Login, statement: string): Promise<boolean> {
    const connection = await createConnection(this.server.connection(username, password, dbname)).catch(() => undefined);
    if (connection === undefined) return false;
    try {
      await connection.query(statement);
      return true;
    } catch {
      return false;
    } finally {
      await connection.end().catch(() => {});
    }
  }
}

function user(name: string): string {
  return `${escape(name)}@'%'`;
}

function canaryIn(dbname: string = OWN_DATABASE): string {
  return `${escapeId(dbname, true)}.${CANARY}`;
}
