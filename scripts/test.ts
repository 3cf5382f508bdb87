/**
 * Everything that must hold: `npm test`. Stages run side by side; each prints a line when it ends, and its output when it fails.
 * `npm test -- --only lint` runs the stages with that text in their names, and what they need.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { ROOT } from './lib/root';
import { AT_ONCE } from './lib/run';
import { JestRuns } from './test/jest';
import { runStages, stagesFor } from './test/stage';
import { allStages } from './test/stages';
import { toTable } from '../test/faults/summary';

/** What the crash loop found. */
const CRASH_TABLE = path.join(ROOT, 'build', 'crash-loop.txt');

/** What became of the injected faults, a file for each server. */
const FAULTS = path.join(ROOT, 'build', 'faults');

/** Compilers and tests make much that lives shortly: more room for it saves Node.js a tenth of their processor time. */
const NODE_OPTIONS = '--max-semi-space-size=64';

function printFaults(): void {
  if (!existsSync(FAULTS)) return;
  const summaries = readdirSync(FAULTS).sort().flatMap((file) => JSON.parse(readFileSync(path.join(FAULTS, file), 'utf8')));
  console.log(`\nfaults at boundaries that a seed chose; all of them: npm run test:faults\n${toTable(summaries)}`);
}

async function main(): Promise<void> {
  const { values: { only } } = parseArgs({ options: { only: { type: 'string' } } });
  process.env.NODE_OPTIONS ??= NODE_OPTIONS;
  const start = Date.now();
  const jest = new JestRuns();
  const all = allStages(jest);
  rmSync(CRASH_TABLE, { force: true });
  rmSync(FAULTS, { force: true, recursive: true });

  const outcomes = await runStages(only === undefined ? all : stagesFor(all, only), AT_ONCE);

  printFaults();
  if (existsSync(CRASH_TABLE)) console.log(`\nthe function killed after each of its effects, then the service's retry:\n${readFileSync(CRASH_TABLE, 'utf8')}`);
  console.log(`\n${jest.slowest()}`);
  const passed = outcomes.filter(({ status }) => status === 'passed').length;
  const failed = outcomes.length - passed;
  console.log(`\n${passed} checks passed, ${failed} failed; ${jest.passed} tests passed, ${jest.failed} failed; ${Math.round((Date.now() - start) / 1000)} s\n`);
  console.log(`${jest.passed + passed} passed, ${jest.failed + failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
