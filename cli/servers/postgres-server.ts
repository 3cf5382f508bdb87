import { spawn, spawnSync, ChildProcess } from 'child_process';
import { chownSync, cpSync, existsSync, lchownSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { AddressInfo, createServer } from 'net';
import * as path from 'path';
import { Client, ClientConfig, QueryResult } from 'pg';
import { CertificateAuthority } from './certificate-authority';
import { PostgresBinaries } from './postgres-binaries';
import { LOG_LINE_PREFIX, Login, loginsIn } from './postgres-log';
import { serverUser } from './server-user';
import { ServerUser, temporaryFolder } from './temporary-folder';

const SUPERUSER = 'rehearsal_superuser';
const START_LIMIT = 20_000;

/**
 * Runs the server and ends it when standard input ends: when its parent says so, and also when the parent was killed. Then
 * the folder goes too.
 */
const SUPERVISOR = `
exec 3<&0
"$@" & server=$!
(cat <&3 >/dev/null; kill -INT $server) & watcher=$!
wait $server
kill $watcher 2>/dev/null
rm -rf "$GUARDED_SECRETS_FOLDER"
`;

export interface PostgresServerOptions {
  readonly binaries: PostgresBinaries;
  readonly authority: CertificateAuthority;
  /** DNS names in the certificate. */
  readonly names?: string[];
  /** Whether the server offers TLS; false is for the test of what happens then. */
  readonly tls?: boolean;
  /** Further settings of the server. */
  readonly settings?: { [name: string]: string };
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
      const server = new PostgresServer(launch(bin, folder, data, port, options, user), folder, port, password, options);
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

  private constructor(
    private readonly supervisor: ChildProcess,
    public readonly folder: string,
    public readonly port: number,
    private readonly password: string,
    private readonly options: PostgresServerOptions,
  ) {
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
  public query(text: string, values: unknown[] = []): Promise<QueryResult> {
    return this.asSuperuser((client) => client.query(text, values));
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

  public async stop(): Promise<void> {
    if (this.supervisor.exitCode !== null || this.supervisor.signalCode !== null) return;
    const ended = new Promise((resolve) => this.supervisor.once('exit', resolve));
    this.supervisor.stdin?.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ ...this.connection(SUPERUSER, this.password), application_name: 'guarded-secrets superuser' });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private async untilReady(): Promise<void> {
    const end = Date.now() + START_LIMIT;
    for (;;) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (error) {
        const gone = this.supervisor.exitCode !== null;
        if (gone || Date.now() > end) {
          const log = existsSync(this.logFile) ? this.log().trim().split('\n').slice(-5).join('\n') : '';
          throw new Error(`PostgreSQL from ${this.options.binaries.source} did not start: ${gone ? 'it ended' : String((error as Error).message)}\n${log}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    }
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
  const status = await new Promise<number | string | null>((resolve) => child.once('error', ({ message }) => resolve(message)).once('close', resolve));
  rmSync(passwordFile, { force: true });
  if (status !== 0) throw new Error(`initdb ended with ${typeof status === 'number' ? `exit code ${status}` : status}: ${withoutStatements(errors)}`);
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

function launch(bin: string, folder: string, data: string, port: number, options: PostgresServerOptions, user: ServerUser | undefined): ChildProcess {
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
  const log = openSync(path.join(folder, 'server.log'), 'a', 0o600);
  const program = [path.join(bin, 'postgres'), '-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  return spawn('/bin/sh', ['-c', SUPERVISOR, 'supervisor', ...program], {
    ...user,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C', GUARDED_SECRETS_FOLDER: folder },
    // Its own session: a Ctrl-C in the terminal ends the parent, and the parent's end ends the server.
    detached: true,
    stdio: ['pipe', log, log],
  });
}

function writeOwn(file: string, text: string, user: ServerUser | undefined): void {
  writeFileSync(file, text, { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}

function randomPassword(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
