/**
 * Runs jest after providing what the selected projects need: `npm run test:unit -- --selectProjects src --watch`. Everything
 * that is there already is kept.
 */
import { provideGoMysqlServer } from './lib/go-mysql-server';
import { provideMariadb } from './lib/mariadb';
import { bundleLibrary, packLibrary } from './lib/packed';
import { provideOldPostgres } from './lib/postgres-13';
import { program } from './lib/root';
import { tryRun } from './lib/run';

const PROJECTS: { readonly [project: string]: readonly (() => Promise<unknown>)[] } = {
  src: [bundleLibrary],
  api: [packLibrary],
  lambda: [bundleLibrary, provideOldPostgres, provideMariadb, provideGoMysqlServer],
  engines: [provideOldPostgres, provideMariadb, provideGoMysqlServer],
  cli: [bundleLibrary, provideMariadb],
  faults: [provideOldPostgres, provideMariadb],
  simulation: [],
  scripts: [],
};

/** The names behind `--selectProjects`; all, if it is not there. */
function selected(args: readonly string[]): string[] {
  const from = args.indexOf('--selectProjects') + 1;
  if (from === 0) return Object.keys(PROJECTS);
  const next = args.findIndex((arg, index) => index >= from && arg.startsWith('-'));
  const names = args.slice(from, next === -1 ? undefined : next);
  const unknown = names.filter((name) => !Object.hasOwn(PROJECTS, name));
  if (names.length === 0 || unknown.length > 0) {
    throw new Error(`--selectProjects ${names.join(' ')}: ${unknown[0] ?? 'nothing'} is not a project; pass one or more of: ${Object.keys(PROJECTS).join(', ')}`);
  }
  return names;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const providers = new Set(selected(args).flatMap((project) => PROJECTS[project]));
  for (const provide of providers) await provide();
  process.exitCode = (await tryRun(program('jest'), args, { show: true })).code;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
