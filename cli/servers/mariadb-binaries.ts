import { accessSync, constants, existsSync } from 'fs';
import * as path from 'path';

/** Folders in which distributions keep the server and its tools. */
const USUAL_PLACES = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/libexec',
  '/usr/local/bin',
  '/usr/local/opt/mariadb/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/mysql/bin',
];

export const INSTALL_HINT = 'apt-get install mariadb-server';

/** Below the project: packages of a distribution that were unpacked, not installed. */
export const CACHE_FOLDER = path.join('node_modules', '.cache', 'guarded-secrets', 'mariadb');

/** A MariaDB server that can be started. */
export interface MariadbBinaries {
  /** `mariadbd`. */
  readonly server: string;
  /** `mariadb-install-db`, which makes the system tables. */
  readonly installer: string;
  /** Where it was found, for the report. */
  readonly source: string;
  /** Set where the server is not at the place that it was built for: the folder that stands for `/`. */
  readonly root?: string;
}

/**
 * Finds a MariaDB server: on the PATH, then in the usual places of a distribution, then in the cache of the project.
 *
 * @throws an error that names the one command that installs one
 */
export function findMariadb(
  projectFolder: string, environment: NodeJS.ProcessEnv = process.env, usualPlaces: string[] = USUAL_PLACES,
): MariadbBinaries {
  const onPath = (environment.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const found = inFolders([...onPath, ...usualPlaces]) ?? inCaches(projectFolder);
  if (found) return found;
  throw new Error(`no MariaDB server was found: not on the PATH, not in ${USUAL_PLACES[0]}, not in ${CACHE_FOLDER} of ${JSON.stringify(projectFolder)}; install one with \`${INSTALL_HINT}\``);
}

/** The server and its tool may lie in two folders. */
function inFolders(folders: string[]): MariadbBinaries | undefined {
  const server = find('mariadbd', folders);
  const installer = find('mariadb-install-db', folders);
  return server && installer ? { server, installer, source: path.dirname(server) } : undefined;
}

function inCaches(projectFolder: string): MariadbBinaries | undefined {
  for (let folder = path.resolve(projectFolder); ; folder = path.dirname(folder)) {
    const root = path.join(folder, CACHE_FOLDER);
    const found = existsSync(root) ? inFolders([path.join(root, 'usr', 'sbin'), path.join(root, 'usr', 'bin')]) : undefined;
    if (found) return { ...found, source: CACHE_FOLDER, root };
    if (folder === path.dirname(folder)) return undefined;
  }
}

function find(program: string, folders: string[]): string | undefined {
  return folders.map((folder) => path.join(folder, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
