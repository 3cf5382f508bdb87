import { spawnSync } from 'child_process';
import { existsSync, readdirSync } from 'fs';
import * as os from 'os';
import * as path from 'path';

/** The npm packages that carry Node.js. */
const PACKAGES = ['node', `node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];

/** A Node.js that can run a function. */
export interface NodeRuntime {
  readonly program: string;
  readonly version: string;
  /** Whether it is the one that the template asks for. */
  readonly exact: boolean;
}

/** Finds the Node.js of a Lambda runtime: this one, one of the project, one on the PATH, one of a version manager. */
export function findNode(runtime: string, projectFolder: string): NodeRuntime {
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1] ?? '';
  for (const program of candidates(major, projectFolder)) {
    const version = versionOf(program);
    if (version?.startsWith(`v${major}.`)) return { program, version, exact: true };
  }
  return { program: process.execPath, version: process.version, exact: false };
}

function candidates(major: string, projectFolder: string): string[] {
  const fromPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => ['node', `node${major}`].map((name) => path.join(folder, name)));
  return [process.execPath, ...fromPackages(projectFolder), ...fromPath, ...fromVersionManagers(major)].filter(existsSync);
}

function fromPackages(projectFolder: string): string[] {
  const found: string[] = [];
  for (let folder = path.resolve(projectFolder); ; folder = path.dirname(folder)) {
    for (const name of PACKAGES) found.push(path.join(folder, 'node_modules', name, 'bin', 'node'));
    if (folder === path.dirname(folder)) return found;
  }
}

function fromVersionManagers(major: string): string[] {
  const home = os.homedir();
  return [
    { folder: path.join(process.env.NVM_DIR ?? path.join(home, '.nvm'), 'versions', 'node'), program: 'bin/node' },
    { folder: path.join(process.env.FNM_DIR ?? path.join(home, '.local', 'share', 'fnm'), 'node-versions'), program: 'installation/bin/node' },
    { folder: path.join(process.env.VOLTA_HOME ?? path.join(home, '.volta'), 'tools', 'image', 'node'), program: 'bin/node' },
  ].flatMap(({ folder, program }) => (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.replace(/^v/, '').startsWith(`${major}.`))
    .map((name) => path.join(folder, name, program)));
}

function versionOf(program: string): string | undefined {
  if (program === process.execPath) return process.version;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 });
  return status === 0 ? stdout.trim() : undefined;
}
