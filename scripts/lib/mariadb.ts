import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'fs';
import * as path from 'path';
import { ROOT } from './root';
import { run, tryRun } from './run';
import { CACHE_FOLDER, findMariadb, INSTALL_HINT } from '../../cli/servers/mariadb-binaries';

const SERVER_PACKAGE = 'mariadb-server-core';

/** A tool that makes the system tables, and plugins that lock logins and refuse passwords. */
const FURTHER_PACKAGES = ['mariadb-client-core', 'mariadb-server'];

/** Libraries that every system has, or that must be those of the system. */
const OF_THE_SYSTEM = /^lib(c6|crypt1|gcc|stdc|ssl|systemd|elogind)/;

/**
 * Sees to it that there is a MariaDB server for the tests. Where none is installed, the packages of the distribution are
 * downloaded and unpacked below node_modules: that needs no rights, and leaves the system as it is.
 */
export async function provideMariadb(): Promise<string> {
  try {
    return findMariadb(ROOT).source;
  } catch (error) {
    if ((await tryRun('apt-get', ['--version']).catch(() => ({ code: 1 }))).code !== 0) throw error;
  }
  const cache = path.join(ROOT, CACHE_FOLDER);
  mkdirSync(path.dirname(cache), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  try {
    await download(folder);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', path.join(folder, file), path.join(folder, 'root')]);
    }
    rmSync(cache, { recursive: true, force: true });
    renameSync(path.join(folder, 'root'), cache);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return findMariadb(ROOT).source;
}

async function download(folder: string): Promise<void> {
  const attempt = async () => tryRun('apt-get', ['download', SERVER_PACKAGE, ...FURTHER_PACKAGES, ...await libraries()], { cwd: folder });
  let { code, output } = await attempt();
  if (code !== 0) {
    // The lists of a fresh container are empty or old.
    await tryRun('apt-get', ['update']);
    ({ code, output } = await attempt());
  }
  if (code !== 0) throw new Error(`no MariaDB server was found, and its packages cannot be downloaded; install one with \`${INSTALL_HINT}\`\n${output}`);
}

async function libraries(): Promise<string[]> {
  const { output } = await tryRun('apt-cache', ['depends', SERVER_PACKAGE]);
  const names = [...output.matchAll(/^ *\|?Depends: (lib\S+)$/gm)].map(([, name]) => name);
  return [...new Set(names)].filter((name) => !OF_THE_SYSTEM.test(name));
}
