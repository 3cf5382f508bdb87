/**
 * Runs jest after providing what the selected projects need: `npm run test:unit -- --selectProjects src --watch`. Everything
 * that is there already is kept.
 */
import { program } from './lib/root';
import { AT_ONCE, tryRun } from './lib/run';
import { needsOf, TEST_PROJECTS, TestProject } from './lib/test-projects';

/** jest takes a share of the cores only up to 100 %: of '150%' it makes 150 workers. */
const WORKERS = ['--maxWorkers', String(AT_ONCE)];

/** What says how many workers there are, or that there are none. */
const SAYS_WORKERS = /^(-w|-i$|--maxWorkers|--runInBand)/;

const PROJECTS = Object.keys(TEST_PROJECTS) as TestProject[];

/** The names behind `--selectProjects`; all, if it is not there. */
function selected(args: readonly string[]): TestProject[] {
  const from = args.indexOf('--selectProjects') + 1;
  if (from === 0) return PROJECTS;
  const next = args.findIndex((arg, index) => index >= from && arg.startsWith('-'));
  const names = args.slice(from, next === -1 ? undefined : next);
  const projects = PROJECTS.filter((project) => names.includes(project));
  const unknown = names.find((name) => !PROJECTS.some((project) => project === name));
  if (names.length === 0 || unknown !== undefined) {
    throw new Error(`--selectProjects ${names.join(' ')}: ${unknown ?? 'nothing'} is not a project; pass one or more of: ${PROJECTS.join(', ')}`);
  }
  return projects;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  for (const { provide } of needsOf(selected(args))) await provide();
  const workers = args.some((arg) => SAYS_WORKERS.test(arg)) ? [] : WORKERS;
  process.exitCode = (await tryRun(program('jest'), [...workers, ...args], { show: true })).code;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
