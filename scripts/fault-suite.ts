/**
 * Faults at every boundary of a rotation, on real servers: the long mode of the tests in test/faults.
 *
 * `npm run test:faults -- --cases 2000 --only "PostgreSQL 18/single user"`; GUARDED_SECRETS_SEED repeats a run. Each strategy
 * has a process and a server of its own, as many at once as there are processors.
 */
import { fork } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import { availableParallelism } from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { ROOT } from './lib/root';
import { needsOf } from './lib/test-projects';
import { outagesOf } from '../test/faults/outages';
import { FAULTS, parseCase } from '../test/faults/plan';
import { Failure, runCases, runSuite } from '../test/faults/suite';
import { passwordsIn, summarise, Summary, toTable } from '../test/faults/summary';
import { combinations, SERVERS } from '../test/faults/targets/all';
import { SEED } from '../test/random';

interface Report {
  readonly summary: Summary;
  readonly failures: readonly Failure[];
  readonly seconds: number;
}

const { values: { cases, outages, only, case: text, child } } = parseArgs({
  options: {
    cases: { type: 'string', default: '2000' },
    outages: { type: 'string', default: '12' },
    only: { type: 'string', default: '' },
    case: { type: 'string' },
    child: { type: 'string' },
  },
});

/** Runs one combination, and tells the parent. */
async function runChild(name: string): Promise<void> {
  const start = Date.now();
  const [server, strategy] = name.split('/');
  const { start: startServer, settings } = SERVERS[server];
  const target = await startServer();
  try {
    const setting = settings.find((each) => each.name === strategy)!;
    const { results, failures } = text === undefined
      ? await runSuite(target, setting, { seed: SEED, cases: Number(cases), outages: Number(outages) })
      : await runCases(target, setting, [parseCase(text, [...FAULTS, ...outagesOf(target)])]);
    const leaked = passwordsIn(target.log(), new Set(results.flatMap(({ passwords }) => passwords)));
    const all = leaked === 0 ? failures : [...failures, { case: 'all', violations: [`I5: ${leaked} passwords stand in the log of the server`] }];
    process.send!({ summary: summarise(server, strategy, results), failures: all, seconds: Math.round((Date.now() - start) / 1000) } satisfies Report);
  } finally {
    await target.stop();
  }
}

function inProcess(name: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const process_ = fork(__filename, [...process.argv.slice(2), '--child', name], { env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
    process_.once('message', (report) => resolve(report as Report));
    process_.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code}`)));
  });
}

async function main(): Promise<void> {
  const queue = combinations().filter((name) => name.includes(only));
  const total = queue.length;
  if (total === 0) throw new Error(`--only ${JSON.stringify(only)} is part of none of: ${combinations().join(', ')}`);
  for (const { provide } of needsOf(['faults'])) await provide();
  console.log(`seed ${SEED}, ${cases} cases for each of ${total} strategies`);
  const reports: Report[] = [];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const report = await inProcess(name);
      reports.push(report);
      console.log(`${name}: ${report.summary.cases} cases in ${report.seconds} s, ${report.failures.length} harmful`);
      for (const failure of report.failures) {
        console.log(`  ${failure.violations.join('; ')}\n  npm run test:faults -- --only ${JSON.stringify(name)} --case ${JSON.stringify(failure.case)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const summaries = reports.map(({ summary }) => summary).sort((a, b) => combinations().indexOf(`${a.target}/${a.setting}`) - combinations().indexOf(`${b.target}/${b.setting}`));
  const table = toTable(summaries);
  mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  writeFileSync(path.join(ROOT, 'build', 'fault-suite.txt'), `${table}\n`);
  console.log(table);
  if (reports.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

(child === undefined ? main() : runChild(child)).catch((error) => {
  console.error(child === undefined && error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
