/**
 * docs/fault-matrix.md from the results of test/faults/rows-*.test.ts: `npx tsx scripts/fault-matrix.ts` runs them first. With
 * `--results FILE`, which jest wrote with `--json`, it takes those.
 */
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { renderMatrix, RESULTS_FILE } from './lib/fault-matrix';
import { program, ROOT } from './lib/root';
import { run } from './lib/run';
import { needsOf } from './lib/test-projects';

async function main(): Promise<void> {
  const { values: { results } } = parseArgs({ options: { results: { type: 'string' } } });
  const file = results ?? path.join(ROOT, RESULTS_FILE);
  if (results === undefined) {
    for (const { provide } of needsOf(['faults'])) await provide();
    await run(program('jest'), ['--ci', '--selectProjects', 'faults', '--testPathPatterns', 'faults/rows-', '--json', `--outputFile=${file}`]);
  }
  writeFileSync(path.join(ROOT, 'docs', 'fault-matrix.md'), renderMatrix(JSON.parse(readFileSync(file, 'utf8'))));
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
