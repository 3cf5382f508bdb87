import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { fingerprint } from './fingerprint';
import { ROOT } from './root';
import { run, tryRun } from './run';

const SOURCES = path.join('test', 'peers', 'go-mysql-server');
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'guarded-secrets', 'go-mysql-server');

/**
 * The program of the go-mysql-server peer, built when there is none for these sources. The first time takes a minute or two,
 * most of it for downloading and compiling its modules.
 */
export async function provideGoMysqlServer(): Promise<string> {
  const program = path.join(CACHE, 'server');
  const mark = path.join(CACHE, 'sources');
  const sources = fingerprint([SOURCES]);
  if (existsSync(program) && existsSync(mark) && readFileSync(mark, 'utf8') === sources) return program;
  await requireGo();
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(path.join(CACHE, 'build-'));
  try {
    const built = path.join(folder, 'server');
    // go.mod and go.sum say what is built; a machine's own flags do not.
    await run('go', ['build', '-trimpath', '-buildvcs=false', '-mod=readonly', '-o', built], { cwd: path.join(ROOT, SOURCES), env: { GOFLAGS: '', CGO_ENABLED: '0' } });
    renameSync(built, program);
    writeFileSync(mark, sources);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}

async function requireGo(): Promise<void> {
  const { code } = await tryRun('go', ['version']).catch(() => ({ code: 1 }));
  if (code === 0) return;
  throw new Error('Go was not found on the PATH, but the MySQL engine is tested against go-mysql-server; install Go 1.24 or newer, for example with `apt-get install golang`, or run the other tests with `npm run test:unit -- --testPathIgnorePatterns mysql`');
}
