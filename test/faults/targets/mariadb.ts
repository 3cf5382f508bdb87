import { createHash, randomInt } from 'crypto';
import { createConnection, createPool, escape, escapeId, Pool, RowDataPacket } from 'mysql2/promise';
import { Cast, Login, Setting, Target } from './target';
import { generatePassword } from '../../../lambda/core/password';
import { startMariadb, TestMariadb } from '../../lambda/support/mariadb';

const SUITE = 'fault_suite';
const CONNECTIONS_OF_SUITE = 6;

/** What the administrator of a managed service has, as far as a rotation needs it; not the right to write on a read-only server. */
const OF_ADMINISTRATOR = 'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, REFERENCES, INDEX, ALTER, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, TRIGGER';

/** Wrong password, and a locked account. */
const REFUSED = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_ACCOUNT_HAS_BEEN_LOCKED']);

const BROKEN = /PROTOCOL_CONNECTION_LOST|ECONNRE|EPIPE|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED|closed state/;

/** MariaDB with the engine that trusts its certificate. */
export class MariadbTarget implements Target {
  public static async start(): Promise<MariadbTarget> {
    const database = await startMariadb({ settings: { 'max-connections': '400' } });
    const login = { username: SUITE, password: password() };
    await database.server.createLogin(login.username, login.password);
    await database.server.query(`GRANT ALL ON *.* TO ${SUITE}@'%' WITH GRANT OPTION`);
    const pool = createPool({ ...database.server.connection(login.username, login.password), connectionLimit: CONNECTIONS_OF_SUITE, multipleStatements: true });
    // The suite itself sets passwords in clear text; the log is searched for those of the function.
    pool.on('connection', (connection) => void connection.query('SET sql_log_off = ON'));
    return new MariadbTarget(database, pool);
  }

  public readonly name = 'MariaDB';
  private casts = 0;

  private constructor(private readonly database: TestMariadb, private readonly pool: Pool) {}

  public get engine() {
    return this.database.engine;
  }

  public get port(): number {
    return this.database.server.port;
  }

  public fields({ username, password: current }: Login) {
    return { engine: 'mariadb', host: 'localhost', port: this.port, username, password: current };
  }

  public async arrange(setting: Setting): Promise<Cast> {
    const number = ++this.casts;
    const cast: Cast = {
      user: { username: `App ${number} "%'\\`, password: password() },
      other: `App ${number} other "%'\\`,
      role: `app_${number}_rights`,
      administrator: { username: `admin_${number}`, password: password() },
    };
    const [user, other, administrator] = [cast.user.username, cast.other, cast.administrator.username].map(account);
    const role = escapeId(cast.role);
    const statements = [`CREATE USER ${user} IDENTIFIED BY ${escape(cast.user.password)}`];
    if (setting.strategy !== 'single-user') {
      statements.push(
        `CREATE USER ${administrator} IDENTIFIED BY ${escape(cast.administrator.password)}`,
        `GRANT ${OF_ADMINISTRATOR} ON *.* TO ${administrator} WITH GRANT OPTION`,
      );
    }
    if (setting.strategy === 'alternating-users') {
      const holder = setting.role ? role : user;
      statements.push(
        `CREATE ROLE ${role}`,
        `GRANT ${role} TO ${administrator} WITH ADMIN OPTION`,
        `CREATE DATABASE ${role}`,
        `CREATE TABLE ${role}.orders (id int)`,
        `CREATE TABLE ${role}.customers (id int)`,
        `GRANT SELECT, INSERT ON ${role}.orders TO ${holder}`,
        `GRANT SELECT ON ${role}.customers TO ${holder}`,
        `ALTER USER ${user} REQUIRE SSL WITH MAX_USER_CONNECTIONS 90`,
      );
      if (setting.role) {
        statements.push(
          `GRANT ${role} TO ${user}`,
          `SET DEFAULT ROLE ${role} FOR ${user}`,
          `CREATE USER ${other} IDENTIFIED BY ${escape(password())} REQUIRE SSL WITH MAX_USER_CONNECTIONS 90`,
          `GRANT ${role} TO ${other}`,
          `SET DEFAULT ROLE ${role} FOR ${other}`,
        );
      }
    }
    await this.query(statements.join('; '));
    return cast;
  }

  public async run(statement: string, names: { readonly [placeholder: string]: string } = {}): Promise<void> {
    await this.query(statement.replace(/\$(\w+)/g, (_text, placeholder) => account(names[placeholder])));
  }

  public async setPassword({ username, password: next }: Login): Promise<void> {
    await this.query(`SET PASSWORD FOR ${account(username)} = PASSWORD(${escape(next)})`);
  }

  public async logsIn({ username, password: current }: Login): Promise<boolean> {
    try {
      const connection = await createConnection({ ...this.database.server.connection(username, current), connectTimeout: 30_000 });
      await connection.end();
      return true;
    } catch (error) {
      if (REFUSED.has(String((error as { code?: unknown }).code))) return false;
      throw error;
    }
  }

  public async accepted<L extends Login>(logins: readonly L[]): Promise<L[]> {
    if (logins.length === 0) return [];
    const usernames = [...new Set(logins.map(({ username }) => username))];
    const rows = await this.query(`SELECT User, Priv FROM mysql.global_priv WHERE User IN (${usernames.map((each) => escape(each)).join(', ')})`);
    const hashes = new Map(rows.map(({ User, Priv }) => [User, hashesIn(Priv)]));
    return logins.filter(({ username, password: each }) => hashes.get(username)?.includes(hashOf(each)));
  }

  public async rightsOf(username: string, { role }: Cast): Promise<string[]> {
    const rows = [...await this.query(`SHOW GRANTS FOR ${account(username)}`), ...await this.query(`SHOW CREATE USER ${account(username)}`), ...await this.query(`SHOW GRANTS FOR ${escapeId(role)}`)];
    return rows.map((row) => String(Object.values(row)[0])
      .replaceAll(escapeId(username, true), '(the login)')
      .replace(/ IDENTIFIED (BY PASSWORD '[^']*'|VIA .*?(?= REQUIRE| WITH| ACCOUNT| PASSWORD|$))/, '')).sort();
  }

  public log(): string {
    return this.database.server.log();
  }

  public restart(): Promise<void> {
    return this.database.server.restart();
  }

  public setReadOnly(readOnly: boolean): Promise<void> {
    return this.database.server.setReadOnly(readOnly);
  }

  public async stop(): Promise<void> {
    await this.pool.end().catch(() => {});
    await this.database.server.stop();
  }

  /** Connections that rest are gone after an outage. */
  private async query(text: string): Promise<RowDataPacket[]> {
    for (let tries = 0; ; tries++) {
      try {
        return (await this.pool.query<RowDataPacket[]>(text))[0];
      } catch (error) {
        if (tries === CONNECTIONS_OF_SUITE || !BROKEN.test(`${(error as { code?: unknown }).code} ${(error as Error).message}`)) throw error;
      }
    }
  }
}

function account(username: string): string {
  return `${escape(username)}@'%'`;
}

/** All that the server compares a password with: an account may have two. */
function hashesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { account_locked: locked, authentication_string: own, auth_or: alternatives } = value as { [name: string]: unknown };
  if (locked === true) return [];
  return [...typeof own === 'string' ? [own] : [], ...Array.isArray(alternatives) ? alternatives.flatMap(hashesIn) : []];
}

/** Of the plugin mysql_native_password. */
function hashOf(text: string): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest();
  return `*${sha1(sha1(text)).toString('hex').toUpperCase()}`;
}

function password(): string {
  return generatePassword(randomInt);
}
