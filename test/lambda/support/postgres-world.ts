import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { LoginFields, TestPostgres } from './postgres';
import { EngineContext, Rights, Session } from '../../../lambda/core/engine';
import { PostgresCredential } from '../../../lambda/engines/postgres';
import { engineContext, logIn, logsIn } from '../engine-contract';

type Row = { readonly [column: string]: unknown };

let worlds = 0;

/** A database of its own, whose owner is an administrator as managed services have them: no superuser, but with CREATEROLE. */
export class PostgresWorld {
  public static async create(server: TestPostgres): Promise<PostgresWorld> {
    const world = new PostgresWorld(server, ++worlds);
    for (const [{ username, password }, attributes] of [[world.admin, 'CREATEROLE CREATEDB'], [world.superuser, 'SUPERUSER']] as const) {
      await server.server.query(`CREATE ROLE ${escapeIdentifier(username)} LOGIN ${attributes} PASSWORD ${escapeLiteral(password)}`);
    }
    await server.server.query(`CREATE DATABASE ${escapeIdentifier(world.database)} OWNER ${escapeIdentifier(world.admin.username)}`);
    return world;
  }

  public readonly database: string;
  public readonly admin: LoginFields;
  public readonly superuser: LoginFields;
  private readonly sessions: Session<PostgresCredential>[] = [];

  private constructor(private readonly server: TestPostgres, private readonly number: number) {
    this.database = `shop ${number}`;
    this.admin = this.fields(this.name('admin'));
    this.superuser = this.fields(this.name('superuser'));
  }

  /** Roles are common to all databases of a server. */
  public name(role: string): string {
    return `${role} "${this.number}"`;
  }

  /** In place of $x the quoted name of the role x. */
  public text(statement: string): string {
    return statement.replace(/\$(\w+)/g, (_text, role) => escapeIdentifier(this.name(role)));
  }

  public fields(username: string, password: string = `password of ${username}`): LoginFields {
    return { engine: 'postgres', host: 'localhost', port: this.server.server.port, dbname: this.database, username, password };
  }

  public credential(role: string, password?: string): PostgresCredential {
    return this.server.engine.parse(this.fields(this.name(role), password));
  }

  /** Runs a statement. */
  public async sql(statement: string, as: LoginFields = this.superuser): Promise<Row[]> {
    const client = new Client(this.server.server.connection(as.username, as.password, this.database));
    await client.connect();
    try {
      return (await client.query(this.text(statement))).rows ?? [];
    } finally {
      await client.end();
    }
  }

  public asAdmin(statement: string): Promise<Row[]> {
    return this.sql(statement, this.admin);
  }

  /** The session of an administrator, with the lock. */
  public async session(as: LoginFields = this.admin, context: EngineContext = engineContext(), lock: string = 'lock'): Promise<Session<PostgresCredential>> {
    const credential = this.server.engine.parse(as);
    const session = await logIn(this.server.engine, credential, context);
    this.sessions.push(session);
    await session.lock(lock);
    return session;
  }

  /** Gives a login its password as the administrator does in a rotation: first for a try. */
  public async apply(role: string, rights?: Rights<PostgresCredential>, as?: LoginFields): Promise<PostgresCredential> {
    const session = await this.session(as, engineContext(), role);
    const next = this.credential(role);
    try {
      await session.rehearse!(next, { rights });
      await session.apply(next, { rights });
      return next;
    } finally {
      await session.close();
    }
  }

  /** What an expression is, with `$x` for the name of a role. */
  public async value(expression: string): Promise<unknown> {
    const [row] = await this.sql(`SELECT (${expression}) AS value`);
    return row.value;
  }

  /** A text with the name of a role in it. */
  public literal(role: string): string {
    return `'${this.name(role)}'`;
  }

  public logsIn(credential: PostgresCredential): Promise<boolean> {
    return logsIn(this.server.engine, credential);
  }

  public async close(): Promise<void> {
    for (const session of this.sessions) await session.close();
  }
}
