import { spawn } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { connect } from 'net';
import * as os from 'os';
import * as path from 'path';
import { ConnectionOptions, createConnection } from 'mysql2/promise';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { CACHE_FOLDER, findMariadb } from '../../../cli/servers/mariadb-binaries';
import { MariadbServer } from '../../../cli/servers/mariadb-server';

const ROOT = path.join(__dirname, '..', '..', '..');
const LOGIN = 'o\'brien "app" % @x on \\';
const PASSWORD = 'Passw0rd-of-the-login';

jest.setTimeout(60_000);

let authority: CertificateAuthority;
let server: MariadbServer;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  server = await MariadbServer.start({ binaries: findMariadb(ROOT), authority });
  await server.createLogin(LOGIN, PASSWORD, 'shop_1');
});

afterAll(() => server?.stop());

async function attempt(options: ConnectionOptions): Promise<string> {
  try {
    const connection = await createConnection(options);
    const [[{ Value: version }]] = await connection.query<any>('SHOW STATUS LIKE \'Ssl_version\'');
    await connection.end();
    return version === '' ? 'clear text' : 'encrypted';
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}

function listens(port: number, host: string = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host).once('connect', () => resolve(true)).once('error', () => resolve(false));
    setTimeout(() => socket.destroy(), 1_500).unref();
    setTimeout(() => resolve(false), 1_500).unref();
  });
}

test('a login works over verified TLS, in its database and in no other one', async () => {
  expect(await attempt(server.connection(LOGIN, PASSWORD, 'shop_1'))).toBe('encrypted');
  await server.query('CREATE DATABASE shop01');
  expect(await attempt(server.connection(LOGIN, PASSWORD, 'shop01'))).toBe('ER_DBACCESS_DENIED_ERROR');
});

test('temporary tables are in a folder that no other server clears, the port is none that the system gives to clients', async () => {
  const [{ folder }] = await server.query('SELECT @@tmpdir AS folder');
  expect(folder).toBe(server.folder);
  expect(server.port).toBeGreaterThanOrEqual(20_000);
  expect(server.port).toBeLessThan(32_768);
});

test('a wrong password, no password, another authority and another name are refused', async () => {
  const options = server.connection(LOGIN, PASSWORD);
  const other = await CertificateAuthority.create();
  expect(await attempt({ ...options, password: 'wrong' })).toBe('ER_ACCESS_DENIED_ERROR');
  expect(await attempt({ ...options, user: 'root', password: '' })).toBe('ER_ACCESS_DENIED_ERROR');
  expect(await attempt({ ...options, ssl: { ca: other.certificate, verifyIdentity: true } })).toBe('HANDSHAKE_SSL_ERROR');
});

test('its log tells logins apart by number, encrypted or not, refused; also after a restart', async () => {
  const options = server.connection(LOGIN, PASSWORD);
  const before = server.logins().length;
  await attempt(options);
  await attempt({ ...options, password: 'wrong' });
  await attempt({ ...options, ssl: undefined });
  await server.restart();
  await attempt({ ...options, ssl: undefined, password: 'wrong' });
  expect(server.logins().slice(before).filter(({ user }) => user === LOGIN).map(({ ssl, outcome }) => ({ ssl, outcome }))).toEqual([
    { ssl: true, outcome: 'authorised' },
    { ssl: true, outcome: 'failed' },
    { ssl: false, outcome: 'authorised' },
    { ssl: false, outcome: 'failed' },
  ]);
});

test('its log holds all statements, but not the password of a login that was made here', async () => {
  await server.query('SELECT \'a statement\n of two lines\'');
  expect(server.statements()).toContain('SELECT \'a statement\n of two lines\'');
  expect(server.log()).toContain('ready for connections');
  expect(server.log()).not.toContain(PASSWORD);
});

test('can refuse changes', async () => {
  const connection = await createConnection(server.connection(LOGIN, PASSWORD, 'shop_1'));
  await server.setReadOnly(true);
  await expect(connection.query('CREATE TABLE t (id INT)')).rejects.toThrow('--read-only');
  await server.setReadOnly(false);
  await connection.query('CREATE TABLE t (id INT)');
  await connection.end();
});

test('listens on loopback only', async () => {
  const outside = Object.values(os.networkInterfaces()).flat().find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  expect(await listens(server.port)).toBe(true);
  expect(outside === undefined || !await listens(server.port, outside)).toBe(true);
});

test('a server without TLS lets clear text in and nothing else', async () => {
  const plain = await MariadbServer.start({ binaries: findMariadb(ROOT), authority, tls: false });
  try {
    await plain.createLogin('app', PASSWORD);
    expect(await attempt(plain.connection('app', PASSWORD))).toBe('clear text');
    expect(await attempt({ ...plain.connection('app', PASSWORD), ssl: { ca: authority.certificate } })).toBe('HANDSHAKE_NO_SSL_SUPPORT');
  } finally {
    await plain.stop();
  }
});

test('a server that does not start says why', async () => {
  const start = MariadbServer.start({ binaries: findMariadb(ROOT), authority, settings: { 'no-such-setting': '1' } });
  await expect(start).rejects.toThrow(/did not start: it ended\n[^]*no-such-setting/);
});

test('the server and its folder go when the parent is killed', async () => {
  const script = path.join(mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-')), 'parent.ts');
  writeFileSync(script, `
    import { CertificateAuthority } from ${JSON.stringify(path.join(ROOT, 'cli/servers/certificate-authority'))};
    import { findMariadb } from ${JSON.stringify(path.join(ROOT, 'cli/servers/mariadb-binaries'))};
    import { MariadbServer } from ${JSON.stringify(path.join(ROOT, 'cli/servers/mariadb-server'))};
    (async () => {
      const server = await MariadbServer.start({ binaries: findMariadb(${JSON.stringify(ROOT)}), authority: await CertificateAuthority.create() });
      console.log(JSON.stringify({ port: server.port, folder: server.folder }));
      setInterval(() => {}, 1000);
    })();
  `);
  const parent = spawn(process.execPath, ['--import', 'tsx', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const { port, folder } = await new Promise<{ port: number; folder: string }>((resolve) => parent.stdout.once('data', (data) => resolve(JSON.parse(String(data)))));
  expect(await listens(port)).toBe(true);
  parent.kill('SIGKILL');
  const end = Date.now() + 10_000;
  while ((await listens(port) || existsSync(folder)) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await listens(port), existsSync(folder)]).toEqual([false, false]);
});

test('fails without a server, with the one command that installs one', () => {
  const empty = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  expect(() => findMariadb(empty, { PATH: '' }, [])).toThrow(/^no MariaDB server was found: .*; install one with `apt-get install mariadb-server`$/);
});

test('finds a server that is installed before one in the cache, and the cache from a folder below', () => {
  const project = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  const installed = path.join(project, 'installed');
  for (const folder of [path.join(project, CACHE_FOLDER, 'usr', 'bin'), installed, path.join(project, 'app')]) mkdirSync(folder, { recursive: true });
  for (const folder of [path.join(project, CACHE_FOLDER, 'usr', 'bin'), installed]) {
    for (const program of ['mariadbd', 'mariadb-install-db']) writeFileSync(path.join(folder, program), '', { mode: 0o755 });
  }
  expect(findMariadb(path.join(project, 'app'), { PATH: '' }, [])).toMatchObject({ source: CACHE_FOLDER, root: path.join(project, CACHE_FOLDER) });
  expect(findMariadb(path.join(project, 'app'), { PATH: installed }, [])).toEqual({ server: path.join(installed, 'mariadbd'), installer: path.join(installed, 'mariadb-install-db'), source: installed });
});
