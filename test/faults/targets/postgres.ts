import { randomInt } from 'crypto';
import { Client, DatabaseError, escapeIdentifier, escapeLiteral, Pool, QueryResult } from 'pg';
import { Cast, Login, Setting, Target } from './target';
import { generatePassword } from '../../../lambda/core/password';
import { scramVerifier } from '../../../lambda/engines/sql/postgres/scram-verifier';
import { PostgresVersion, startPostgres, TestPostgres } from '../../lambda/support/postgres';

const SUITE = 'fault_suite';
const CONNECTIONS = 400;
const CONNECTIONS_OF_SUITE = 6;
const BROKEN = /^(57P0|ECONNRE)|terminated/;

/** Wrong password, and no login. */
const REFUSED = new Set(['28P01', '28000']);

/** PostgreSQL with the engine that trusts its certificate. */
export class PostgresTarget implements Target {
  public static async start(version: PostgresVersion): Promise<PostgresTarget> {
    const database = await startPostgres({ version, settings: { max_connections: String(CONNECTIONS) } });
    const login = { username: SUITE, password: password() };
    await database.server.createLogin(login.username, login.password);
    await database.server.query(`ALTER ROLE ${SUITE} SUPERUSER`);
    // The suite itself sets passwords in clear text; the log is searched for those of the function.
    await database.server.query(`ALTER ROLE ${SUITE} SET log_statement = none`);
    return new PostgresTarget(version, database, new Pool({ ...database.server.connection(login.username, login.password), max: CONNECTIONS_OF_SUITE }));
  }

  public readonly name: string;
  private casts = 0;
  /** What was found out about a verifier and a password: each try takes milliseconds of the processor. */
  private readonly verified = new Map<string, Promise<boolean>>();

  private constructor(version: PostgresVersion, private readonly database: TestPostgres, private readonly pool: Pool) {
    this.name = `PostgreSQL ${version}`;
    // A connection that rests when the server ends is no concern of the suite.
    pool.on('error', () => {});
  }

  public get engine() {
    return this.database.engine;
  }

  public get port(): number {
    return this.database.server.port;
  }

  public fields({ username, password: current }: Login) {
    return { engine: 'postgres', host: 'localhost', port: this.port, username, password: current, dbname: 'postgres' };
  }

  public async arrange(setting: Setting): Promise<Cast> {
    const number = ++this.casts;
    const cast: Cast = {
      user: { username: `App ${number} "%'`, password: password() },
      other: `App ${number} other "%'`,
      role: `app_${number}_rights`,
      administrator: { username: `admin_${number}`, password: password() },
    };
    const [user, other, role, administrator] = [cast.user.username, cast.other, cast.role, cast.administrator.username].map(escapeIdentifier);
    const statements = [`CREATE ROLE ${user} LOGIN PASSWORD ${escapeLiteral(cast.user.password)}`];
    if (setting.strategy !== 'single-user') {
      statements.push(
        `CREATE ROLE ${administrator} LOGIN CREATEROLE PASSWORD ${escapeLiteral(cast.administrator.password)}`,
        `GRANT ${user} TO ${administrator} WITH ADMIN OPTION`,
      );
    }
    if (setting.strategy === 'alternating-users') {
      const holder = setting.role ? role : user;
      statements.push(
        `CREATE ROLE ${role} NOLOGIN`,
        `GRANT ${role} TO ${administrator} WITH ADMIN OPTION`,
        `CREATE SCHEMA ${role} AUTHORIZATION ${role}`,
        `CREATE TABLE ${role}.orders (id int)`,
        `CREATE TABLE ${role}.customers (id int)`,
        `ALTER TABLE ${role}.orders OWNER TO ${role}`,
        `ALTER TABLE ${role}.customers OWNER TO ${role}`,
        `GRANT USAGE ON SCHEMA ${role} TO ${holder}`,
        `GRANT SELECT, INSERT ON ${role}.orders TO ${holder}`,
        `GRANT SELECT ON ${role}.customers TO ${holder}`,
        `ALTER ROLE ${user} CONNECTION LIMIT 90`,
        `ALTER ROLE ${user} SET lock_timeout = '7s'`,
        `ALTER ROLE ${user} SET search_path = ${role}, public`,
        ...setting.role ? [`GRANT ${role} TO ${user}`, `ALTER ROLE ${user} SET role = ${escapeLiteral(cast.role)}`] : [],
      );
      if (setting.role) {
        statements.push(
          `CREATE ROLE ${other} LOGIN CONNECTION LIMIT 90`,
          `GRANT ${other} TO ${administrator} WITH ADMIN OPTION`,
          `GRANT ${role} TO ${other}`,
          `ALTER ROLE ${other} SET lock_timeout = '7s'`,
          `ALTER ROLE ${other} SET search_path = ${role}, public`,
          `ALTER ROLE ${other} SET role = ${escapeLiteral(cast.role)}`,
        );
      }
    }
    await this.query(statements.join('; '));
    return cast;
  }

  public async run(statement: string, names: { readonly [placeholder: string]: string } = {}): Promise<void> {
    await this.query(statement.replace(/\$(\w+)/g, (_text, placeholder) => escapeIdentifier(names[placeholder])));
  }

  public async setPassword({ username, password: next }: Login): Promise<void> {
    await this.query(`ALTER ROLE ${escapeIdentifier(username)} PASSWORD ${escapeLiteral(next)}`);
  }

  public async logsIn({ username, password: current }: Login): Promise<boolean> {
    const client = new Client({ ...this.database.server.connection(username, current), connectionTimeoutMillis: 30_000, application_name: 'fault suite client' });
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch (error) {
      if (REFUSED.has(String((error as DatabaseError).code))) return false;
      throw error;
    } finally {
      await client.end().catch(() => {});
    }
  }

  public async accepted<L extends Login>(logins: readonly L[]): Promise<L[]> {
    const usernames = [...new Set(logins.map(({ username }) => username))];
    const { rows } = await this.query('SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY($1) AND rolcanlogin', [usernames]);
    const found: L[] = [];
    for (const { rolname, rolpassword } of rows) {
      const own = logins.filter(({ username }) => username === rolname);
      // A login has one password.
      for (const candidate of new Set(own.map(({ password: each }) => each))) {
        if (!await this.verifies(rolpassword, candidate)) continue;
        found.push(...own.filter((login) => login.password === candidate));
        break;
      }
    }
    return found;
  }

  public async rightsOf(username: string, { role }: Cast): Promise<string[]> {
    const { rows } = await this.query(RIGHTS, [username, role]);
    return rows.map(({ line }) => String(line).replaceAll(username, '(the login)')).sort();
  }

  public log(): string {
    return this.database.server.log();
  }

  public restart(): Promise<void> {
    return this.database.server.restart();
  }

  public setReadOnly(readOnly: boolean): Promise<void> {
    return readOnly ? this.database.server.demote() : this.database.server.promote();
  }

  public async stop(): Promise<void> {
    await this.pool.end();
    await this.database.server.stop();
  }

  private verifies(verifier: string | null, candidate: string): Promise<boolean> {
    const key = JSON.stringify([verifier, candidate]);
    const result = this.verified.get(key) ?? isVerifierOf(verifier, candidate);
    this.verified.set(key, result);
    return result;
  }

  /** Connections that rest are gone after an outage. */
  private async query(text: string, values?: unknown[]): Promise<QueryResult> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.pool.query(text, values);
      } catch (error) {
        if (tries === CONNECTIONS_OF_SUITE || !BROKEN.test(`${(error as DatabaseError).code} ${(error as Error).message}`)) throw error;
      }
    }
  }
}

/** $1 is the login, $2 the schema and role of the case. */
const RIGHTS = `
  SELECT format('attributes: %s %s %s %s %s %s, limit %s, valid %s', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil) AS line
    FROM pg_roles WHERE rolname = $1
  UNION ALL SELECT format('setting in %s: %s', datname, setting)
    FROM (SELECT setrole, setdatabase, unnest(setconfig) AS setting FROM pg_db_role_setting) s JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase
    WHERE rolname = $1 AND setting NOT LIKE 'role=%'
  UNION ALL SELECT format('has the rights of %s: %s', $2::text, pg_has_role($1, $2, 'USAGE'))
  UNION ALL SELECT format('schema: usage %s, create %s', has_schema_privilege($1, n.oid, 'USAGE'), has_schema_privilege($1, n.oid, 'CREATE'))
    FROM pg_namespace n WHERE n.nspname = $2
  UNION ALL SELECT format('table %s: %s %s', c.relname, p, has_table_privilege($1, c.oid, p))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p WHERE n.nspname = $2 AND c.relkind = 'r'`;

async function isVerifierOf(verifier: string | null, candidate: string): Promise<boolean> {
  const [, , salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier ?? '') ?? [];
  return salt !== undefined && await scramVerifier(candidate, Buffer.from(salt, 'base64')) === verifier;
}

function password(): string {
  return generatePassword(randomInt);
}
