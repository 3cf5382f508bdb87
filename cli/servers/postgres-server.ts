import { spawn, spawnSync } from 'child_process';
import { chownSync, cpSync, existsSync, lchownSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Client, ClientConfig, QueryResult } from 'pg';
import { failureOf, freePort, lastLines, OwnServerOptions, randomPassword, SUPERUSER, untilReady } from './own-server';
import { PostgresBinaries } from './postgres-binaries';
import { LOG_LINE_PREFIX, Login, loginsIn } from './postgres-log';
import { serverUser } from './server-user';
import { Supervisor } from './supervisor';
import { ServerUser, temporaryFolder } from './temporary-folder';

export interface PostgresServerOptions extends OwnServerOptions {
  readonly binaries: PostgresBinaries;
  /** Lines of pg_hba.conf before the usual ones. */
  readonly access?: string[];
}

/** A real PostgreSQL, on loopback, in a temporary folder. It ends with its parent. */
export class PostgresServer {
  public static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const user = serverUser();
    const folder = temporaryFolder('guarded-secrets-postgres-', user);
    try {
      const bin = usableBinaries(options.binaries, folder, user);
      const password = randomPassword();
      const data = path.join(folder, 'data');
      await initialise(bin, folder, data, password, user);
      await configure(options, data, user);
      const port = await freePort();
      const server = new PostgresServer(() => launch(bin, folder, data, port, options, user), folder, port, password, options, user);
      await server.untilReady().catch(async (error) => {
        await server.stop();
        throw error;
      });
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private readonly logFile: string;
  private supervisor: Supervisor;

  private constructor(
    private readonly supervise: () => Supervisor,
    public readonly folder: string,
    public readonly port: number,
    private readonly password: string,
    private readonly options: PostgresServerOptions,
    private readonly user: ServerUser | undefined,
  ) {
    this.supervisor = supervise();
    this.logFile = path.join(folder, 'server.log');
  }

  /** How a client connects to a database of the server over verified TLS. */
  public connection(username: string, password: string, database: string = 'postgres'): ClientConfig {
    return {
      host: 'localhost',
      port: this.port,
      user: username,
      password,
      database,
      connectionTimeoutMillis: 5_000,
      ssl: this.options.tls === false ? false : { ca: this.options.authority.certificate, servername: this.options.names?.[0] ?? 'localhost' },
    };
  }

  /** Runs a statement as the superuser. */
  public query(text: string, values: unknown[] = [], database: string = 'postgres'): Promise<QueryResult> {
    return this.asSuperuser((client) => client.query(text, values), database);
  }

  /** Makes a login, and the database that it connects to. The password does not get into the log. */
  public createLogin(username: string, password: string, database: string = 'postgres'): Promise<void> {
    return this.asSuperuser(async (client) => {
      await client.query('SET log_statement TO none');
      await client.query(`CREATE ROLE ${client.escapeIdentifier(username)} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    });
  }

  /** The connections that the server saw, from its log. */
  public logins(): Login[] {
    return loginsIn(this.log());
  }

  /** The log of the server. Nothing is left out: also the text of statements. */
  public log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Ends all connections. The data and the port stay. */
  public async restart(): Promise<void> {
    await this.supervisor.stop('keep');
    this.supervisor = this.supervise();
    await this.untilReady();
  }

  /** Starts anew as what a failover makes of the old writer: a hot standby, which lets logins in and refuses changes. */
  public async demote(): Promise<void> {
    writeOwn(path.join(this.folder, 'data', 'standby.signal'), '', this.user);
    await this.restart();
  }

  /** Makes a standby the writer. */
  public async promote(): Promise<void> {
    await this.query('SELECT pg_promote()');
  }

  public async stop(): Promise<void> {
    await this.supervisor.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async asSuperuser<T>(work: (client: Client) => Promise<T>, database?: string): Promise<T> {
    const client = new Client({ ...this.connection(SUPERUSER, this.password, database), application_name: 'guarded-secrets superuser' });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private untilReady(): Promise<void> {
    return untilReady(() => this.query('SELECT 1'), {
      title: `PostgreSQL from ${this.options.binaries.source}`,
      supervisor: this.supervisor,
      log: () => (existsSync(this.logFile) ? lastLines(this.log(), 5) : ''),
    });
  }
}

/** The programs as the server's user can run them: a project folder may be closed to that user. */
function usableBinaries(binaries: PostgresBinaries, folder: string, user: ServerUser | undefined): string {
  const reachable = spawnSync(path.join(binaries.folder, 'postgres'), ['--version'], { ...user, cwd: folder }).status === 0;
  if (reachable) return binaries.folder;
  if (!binaries.packageFolder) throw new Error(`PostgreSQL in ${JSON.stringify(binaries.folder)} cannot be run by the user that it has to run as`);
  const copy = path.join(folder, 'native');
  cpSync(binaries.packageFolder, copy, { recursive: true, verbatimSymlinks: true });
  hydrateLinks(copy);
  // The copy is removed by the user of the server, when nobody else is left to do it.
  if (user) for (const name of ['', ...readdirSync(copy, { recursive: true, encoding: 'utf8' })]) lchownSync(path.join(copy, name), user.uid, user.gid);
  return path.join(copy, 'bin');
}

/** The npm package lists its symbolic links, which its install script makes; npm may not have run that. */
function hydrateLinks(copy: string): void {
  const list = path.join(copy, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(copy, '..', target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), path.join(copy, '..', source)), link);
  }
}

async function initialise(bin: string, folder: string, data: string, password: string, user: ServerUser | undefined): Promise<void> {
  const passwordFile = path.join(folder, 'password');
  writeOwn(passwordFile, password, user);
  // In a session of its own, so that a Ctrl-C in the terminal does not end it half-way.
  const child = spawn(path.join(bin, 'initdb'), [
    '--pgdata', data, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync',
  ], { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const failure = await failureOf(child);
  rmSync(passwordFile, { force: true });
  if (failure !== undefined) throw new Error(`initdb ended with ${failure}: ${withoutStatements(errors)}`);
}

/** The server repeats statements in its errors, and one of them sets a password. */
function withoutStatements(errors: string): string {
  return errors.split('\n').filter((line) => !/STATEMENT:/.test(line)).join('\n').trim();
}

async function configure(options: PostgresServerOptions, data: string, user: ServerUser | undefined): Promise<void> {
  const { certificate, key } = await options.authority.issue(options.names);
  writeOwn(path.join(data, 'server.crt'), certificate, user);
  writeOwn(path.join(data, 'server.key'), key, user);
  // Clear text would be let in: a function that falls back to it must be seen, not stopped. Two lines, since the log names the one that a refused login met.
  writeOwn(path.join(data, 'pg_hba.conf'), [...options.access ?? [], 'hostssl all all 127.0.0.1/32 scram-sha-256', 'hostnossl all all 127.0.0.1/32 scram-sha-256', ''].join('\n'), user);
}

function launch(bin: string, folder: string, data: string, port: number, options: PostgresServerOptions, user: ServerUser | undefined): Supervisor {
  const settings: { [name: string]: string } = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    ssl: options.tls === false ? 'off' : 'on',
    fsync: 'off',
    log_connections: 'on',
    log_disconnections: 'on',
    log_statement: 'all',
    log_line_prefix: LOG_LINE_PREFIX,
    ...options.settings,
  };
  const command = [path.join(bin, 'postgres'), '-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  return new Supervisor({ command, folder, signal: 'INT', user });
}

function writeOwn(file: string, text: string, user: ServerUser | undefined): void {
  writeFileSync(file, text, { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}
