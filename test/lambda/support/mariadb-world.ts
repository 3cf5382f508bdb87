import { Connection, createConnection, escape, escapeId, RowDataPacket } from 'mysql2/promise';
import { LoginFields, TestMariadb } from './mariadb';
import { EngineContext, Session, Wish } from '../../../lambda/core/engine';
import { MysqlCredential } from '../../../lambda/engines/sql/mysql-family/connection';
import { engineContext, logIn, logsIn } from '../engine-contract';

let worlds = 0;

/** A database of its own, with an administrator as managed services have them. */
export class MariadbWorld {
  public static async create(server: TestMariadb): Promise<MariadbWorld> {
    const world = new MariadbWorld(server, ++worlds, await server.createAdministrator());
    await world.sql(`CREATE DATABASE ${escapeId(world.database, true)}`);
    return world;
  }

  /** In grants, `_` and `%` are patterns. */
  public readonly database: string;
  private readonly sessions: Session<MysqlCredential>[] = [];

  private constructor(private readonly server: TestMariadb, private readonly number: number, public readonly admin: LoginFields) {
    this.database = `shop_%\`${number}`;
  }

  /** Logins are common to all databases of a server. */
  public name(login: string): string {
    return login === 'admin' ? this.admin.username : `${login} "${this.number}'\``;
  }

  /** In place of $x the login x from anywhere, of $x@host from there, of $$x the role x, of $DB the database as a pattern. */
  public text(statement: string): string {
    return statement
      .replace(/\$DB/g, () => escapeId(this.database.replace(/[_%]/g, '\\$&'), true))
      .replace(/\$\$(\w+)/g, (_text, role) => escapeId(this.name(role), true))
      .replace(/\$(\w+)(?:@(\w+))?/g, (_text, login, host = '%') => `${escape(this.name(login))}@${escape(host)}`);
  }

  public fields(login: string, password: string = `password of ${login}`): LoginFields {
    return { engine: 'mariadb', host: 'localhost', port: this.server.server.port, dbname: this.database, username: this.name(login), password };
  }

  public credential(login: string, password?: string): MysqlCredential {
    return this.server.engine.parse(this.fields(login, password));
  }

  /** Runs a statement as the superuser. */
  public sql(statement: string): Promise<RowDataPacket[]> {
    return this.server.server.query(this.text(statement));
  }

  /** Runs a statement as a login, in its database. */
  public async as(login: string, statement: string, password?: string): Promise<RowDataPacket[]> {
    const { username, password: own } = this.fields(login, password);
    const connection: Connection = await createConnection(this.server.server.connection(username, own, this.database));
    try {
      return (await connection.query<RowDataPacket[]>(this.text(statement)))[0];
    } finally {
      await connection.end();
    }
  }

  /** The session of an administrator, with the lock. */
  public async session(as: LoginFields = this.admin, context: EngineContext = engineContext()): Promise<Session<MysqlCredential>> {
    const credential = this.server.engine.parse(as);
    const session = await logIn(this.server.engine, credential, context);
    this.sessions.push(session);
    await session.lock(`lock ${this.number}`);
    return session;
  }

  /** Gives a login its password as the administrator does in a rotation: first for a try. */
  public async apply(next: MysqlCredential, wish?: Wish<MysqlCredential>, as?: LoginFields): Promise<void> {
    const session = await this.session(as);
    try {
      await session.rehearse!(next, wish);
      await session.apply(next, wish);
    } finally {
      await session.close();
    }
  }

  /** Without a database, in which the login may have no right. */
  public logsIn(login: MysqlCredential): Promise<boolean> {
    return logsIn(this.server.engine, { ...login, database: undefined });
  }

  /** What the server tells of an account, without its name and its passwords. */
  public async describe(account: string): Promise<string[]> {
    const name = this.text(account);
    const lines = [...await this.sql(`SHOW CREATE USER ${name}`), ...await this.sql(`SHOW GRANTS FOR ${name}`)].map((row) => String(Object.values(row)[0]));
    const written = name.split('@').map((part) => part.replace(/^'|'$/g, '').replace(/\\(.)/g, '$1')).map((part) => escapeId(part, true)).join('@');
    return lines.map((line) => line
      .replaceAll(written, '$')
      // Which column comes first is chance.
      .replace(/\(((?:`(?:[^`]|``)*`,? ?)+)\)/g, (_text, columns) => `(${columns.match(/`(?:[^`]|``)*`/g).sort()})`)
      .replace(/ IDENTIFIED (BY PASSWORD '[^']*'|VIA .*?(?= REQUIRE| WITH| ACCOUNT| PASSWORD|$))/, '')).sort();
  }

  /** All that the server has about an account. */
  public async stored(login: string): Promise<string> {
    return JSON.stringify(await this.sql(`SELECT * FROM mysql.global_priv WHERE User = ${escape(this.name(login))}`));
  }

  public async close(): Promise<void> {
    for (const session of this.sessions) await session.close();
  }
}
