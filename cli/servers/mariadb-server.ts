import { spawn } from 'child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Connection, ConnectionOptions, createConnection, escape, escapeId, RowDataPacket } from 'mysql2/promise';
import { MariadbBinaries } from './mariadb-binaries';
import { MariadbLogin, mariadbLoginsIn, mariadbStatementsIn } from './mariadb-log';
import { failureOf, freePort, lastLines, OwnServerOptions, randomPassword, SUPERUSER, untilReady } from './own-server';
import { Supervisor } from './supervisor';
import { temporaryFolder } from './temporary-folder';

export interface MariadbServerOptions extends OwnServerOptions {
  readonly binaries: MariadbBinaries;
}

/** A real MariaDB, on loopback, in a temporary folder. It ends with its parent. */
export class MariadbServer {
  public static async start(options: MariadbServerOptions): Promise<MariadbServer> {
    const folder = temporaryFolder('guarded-secrets-mariadb-', undefined);
    try {
      await initialise(options, folder);
      const password = randomPassword();
      // Runs at each start, before the first client.
      writeOwn(folder, 'init.sql', initialStatements(password));
      const server = new MariadbServer(folder, await freePort(), password, options);
      await server.launch();
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private supervisor!: Supervisor;

  private constructor(
    public readonly folder: string,
    public readonly port: number,
    private readonly password: string,
    private readonly options: MariadbServerOptions,
  ) {}

  /** How a client connects to the server over verified TLS. */
  public connection(username: string, password: string, database?: string): ConnectionOptions {
    const { tls, authority } = this.options;
    return {
      host: 'localhost',
      port: this.port,
      user: username,
      password,
      database,
      connectTimeout: 5_000,
      ssl: tls === false ? undefined : { ca: authority.certificate, verifyIdentity: true, minVersion: 'TLSv1.2' },
    };
  }

  /** Runs a statement as the superuser, and returns its rows. */
  public query(text: string, values: unknown[] = []): Promise<RowDataPacket[]> {
    return this.asSuperuser(async (connection) => (await connection.query<RowDataPacket[]>(text, values))[0]);
  }

  /** Makes a login that may connect from anywhere, and the database that it owns. The password does not get into the log. */
  public createLogin(username: string, password: string, database?: string): Promise<void> {
    return this.asSuperuser(async (connection) => {
      await connection.query('SET sql_log_off = ON');
      await connection.query(`CREATE USER ${escape(username)}@'%' IDENTIFIED BY ${escape(password)}`);
      if (database === undefined) return;
      await connection.query(`CREATE DATABASE IF NOT EXISTS ${escapeId(database, true)}`);
      // In a grant, the name of a database is a pattern.
      await connection.query(`GRANT ALL ON ${escapeId(database.replace(/[_%\\]/g, '\\$&'), true)}.* TO ${escape(username)}@'%'`);
    });
  }

  /** The connections that the server saw, from its log. */
  public logins(): MariadbLogin[] {
    return mariadbLoginsIn(this.read('general.log'));
  }

  /** The statements that the server got, from its log. */
  public statements(): string[] {
    return mariadbStatementsIn(this.read('general.log'));
  }

  /** The logs of the server: all statements with their text, then what went wrong. */
  public log(): string {
    return this.read('general.log') + this.read('server.log');
  }

  /** Whether changes are refused, as on a replica; the superuser can make them nevertheless. */
  public async setReadOnly(on: boolean): Promise<void> {
    await this.query('SET GLOBAL read_only = ?', [on]);
  }

  /** Ends all connections. The data and the port stay. */
  public async restart(): Promise<void> {
    await this.supervisor.stop('keep');
    await this.launch();
  }

  public async stop(): Promise<void> {
    await this.supervisor.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    this.supervisor = new Supervisor({
      command: [this.options.binaries.server, ...argumentsOf(this.options, this.folder, this.port)],
      folder: this.folder,
      signal: 'TERM',
      environment: environmentOf(this.options.binaries),
    });
    const start = {
      title: `MariaDB from ${this.options.binaries.source}`,
      supervisor: this.supervisor,
      log: () => lastLines(this.read('server.log'), 8),
    };
    await untilReady(() => this.query('SELECT 1'), start).catch(async (error) => {
      await this.stop();
      throw error;
    });
  }

  private async asSuperuser<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await createConnection(this.connection(SUPERUSER, this.password));
    try {
      return await work(connection);
    } finally {
      await connection.end().catch(() => {});
    }
  }

  private read(file: string): string {
    const whole = path.join(this.folder, file);
    return existsSync(whole) ? readFileSync(whole, 'utf8') : '';
  }
}

/** Makes the system tables, and the certificate. */
async function initialise({ binaries, authority, names }: MariadbServerOptions, folder: string): Promise<void> {
  const { certificate, key } = await authority.issue(names);
  writeOwn(folder, 'authority.pem', authority.certificate);
  writeOwn(folder, 'server.pem', certificate);
  writeOwn(folder, 'server.key', key);
  const root = binaries.root === undefined ? [] : [`--basedir=${path.join(binaries.root, 'usr')}`];
  const child = spawn(binaries.installer, [
    '--no-defaults', ...root, ...asRoot(), `--datadir=${path.join(folder, 'data')}`, `--tmpdir=${folder}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve',
  ], { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C', ...environmentOf(binaries) }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const failure = await failureOf(child);
  if (failure !== undefined) throw new Error(`mariadb-install-db ended with ${failure}: ${output.trim()}`);
}

function initialStatements(password: string): string {
  return [
    'SET sql_log_off = ON;',
    // Nobody gets in without a password.
    'DELETE FROM mysql.global_priv WHERE User IN (\'root\', \'\');',
    // What GRANT PROXY does; this is no session that may.
    `REPLACE INTO mysql.proxies_priv (Host, User, With_grant) VALUES ('%', '${SUPERUSER}', 1);`,
    'FLUSH PRIVILEGES;',
    `CREATE OR REPLACE USER ${SUPERUSER}@'%' IDENTIFIED BY ${escape(password)};`,
    `GRANT ALL ON *.* TO ${SUPERUSER}@'%' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

function argumentsOf({ binaries, tls, settings }: MariadbServerOptions, folder: string, port: number): string[] {
  const file = (name: string): string => path.join(folder, name);
  const all: { [name: string]: string } = {
    'datadir': file('data'),
    // A server that starts removes the temporary tables of all servers that have the same folder for them.
    'tmpdir': folder,
    'port': String(port),
    'bind-address': '127.0.0.1',
    'socket': '',
    'pid-file': file('server.pid'),
    'init-file': file('init.sql'),
    'general-log': 'ON',
    'general-log-file': file('general.log'),
    'innodb-flush-log-at-trx-commit': '0',
    'innodb-buffer-pool-size': '8M',
    ...binaries.root === undefined ? {} : { 'basedir': path.join(binaries.root, 'usr'), 'plugin-dir': path.join(binaries.root, 'usr', 'lib', 'mysql', 'plugin') },
    ...tls === false ? {} : { 'ssl-ca': file('authority.pem'), 'ssl-cert': file('server.pem'), 'ssl-key': file('server.key') },
    ...settings,
  };
  return ['--no-defaults', ...asRoot(), ...Object.entries(all).map(([name, value]) => `--${name}=${value}`)];
}

/** As root, the server wants to be told that this is meant. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Where the libraries of unpacked packages are. */
function environmentOf({ root }: MariadbBinaries): { [name: string]: string } {
  if (root === undefined) return {};
  const folders = ['lib', 'usr/lib']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => name.includes('-linux-')).map((name) => path.join(folder, name)));
  return { LD_LIBRARY_PATH: folders.join(path.delimiter) };
}

function writeOwn(folder: string, file: string, text: string): void {
  writeFileSync(path.join(folder, file), text, { mode: 0o600 });
}
