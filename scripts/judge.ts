/**
 * Has every example, and every public construct in all partitions, judged by rules that others wrote, and says in
 * docs/controls.md what they found. With `--check` that file must be up to date already.
 */
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { lint, provideCfnLint } from './judges/cfn-lint';
import { renderControls } from './judges/controls';
import { ours, unexplained } from './judges/judgement';
import { example, installExamples, packLibrary, topics } from './lib/packed';
import { program, ROOT } from './lib/root';
import { run, step } from './lib/run';
import { Verdict } from '../examples/judges/verdict';

const VERDICTS = path.join(ROOT, 'build', 'judges.json');
const CONTROLS = path.join(ROOT, 'docs', 'controls.md');

/** Where an app goes that says nothing about it. */
const DEFAULT_REGION = 'us-east-1';

async function judge(): Promise<Verdict[]> {
  await run(program('tsx'), ['judges/judge.ts', VERDICTS, ...topics()], { cwd: path.dirname(example('judges')) });
  return JSON.parse(readFileSync(VERDICTS, 'utf8'));
}

async function lintAll(packages: string, verdicts: Verdict[]): Promise<string[]> {
  const regions = verdicts.map(({ region = DEFAULT_REGION }) => region);
  const waiting = [...new Set(regions)];
  const worker = async (): Promise<string[]> => {
    const region = waiting.shift();
    if (region === undefined) return [];
    const folders = verdicts.filter((_verdict, index) => regions[index] === region).map(({ folder }) => folder);
    return [...await lint(packages, folders, region), ...await worker()];
  };
  return (await Promise.all([worker(), worker()])).flat();
}

async function main(): Promise<void> {
  const { values: { check } } = parseArgs({ options: { check: { type: 'boolean' } } });
  const start = Date.now();
  await packLibrary();
  await installExamples();
  const packages = await step('cfn-lint', provideCfnLint);
  const verdicts = await step('rule packs, Control Tower, CloudFormation', judge);
  const lines = [...unexplained(verdicts), ...await step('cfn-lint of all templates', () => lintAll(packages, verdicts))];

  for (const verdict of verdicts) {
    const { app, stacks, resources, findings } = verdict;
    console.log(`${app}: ${resources} resources of ours in ${stacks} stacks; ${ours([verdict]).length} findings, ${findings.length - ours([verdict]).length} about what surrounds them`);
  }
  const text = renderControls(verdicts);
  if (check && readFileSync(CONTROLS, 'utf8') !== text) lines.push('the judges found something else than docs/controls.md says; write it anew with `npm run judge`, and read the difference');
  if (!check) writeFileSync(CONTROLS, text);
  console.log(`${lines.length} unexplained, ${Math.round((Date.now() - start) / 1000)} s`);
  if (lines.length > 0) throw new Error(lines.join('\n'));
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
