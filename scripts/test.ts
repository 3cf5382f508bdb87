/**
 * Everything that must hold, in the order in which a failure is found soonest. Each stage prints one line; what a stage
 * said is shown when it fails.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { renderMatrix } from './lib/fault-matrix';
import { fingerprint } from './lib/fingerprint';
import { example, installExamples, packLibrary, tarball, topics } from './lib/packed';
import { ROOT } from './lib/root';
import { run, step, tryRun } from './lib/run';
import { SERVERS } from './lib/servers';
import { toTable } from '../test/faults/summary';

const UNIT_TESTS_OUTPUT = path.join(ROOT, 'build', 'unit-tests.json');
const NEWEST_CDK_OUTPUT = path.join(ROOT, 'build', 'newest-cdk-tests.json');

/** What the crash loop found. */
const CRASH_TABLE = path.join(ROOT, 'build', 'crash-loop.txt');

/** What became of the injected faults, a file for each server. */
const FAULTS = path.join(ROOT, 'build', 'faults');

/** Files that are made from others and committed, so that reviews see their changes. */
const GENERATED = ['API.md', 'NOTICE'];

interface Counts {
  passed: number;
  failed: number;
}

const checks: Counts = { passed: 0, failed: 0 };
const tests: Counts = { passed: 0, failed: 0 };

async function check(name: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await step(name, action);
    checks.passed++;
  } catch (error) {
    checks.failed++;
    console.error(error instanceof Error ? error.message : error);
  }
}

/** A change is tested with the same faults and schedules as the one before; `npm run test:long` takes others each night. */
const SEED = process.env.GUARDED_SECRETS_SEED ?? '1';

async function jest(name: string, outputFile: string, args: string[]): Promise<void> {
  await check(name, async () => {
    mkdirSync(path.dirname(outputFile), { recursive: true });
    rmSync(outputFile, { force: true });
    const { code, output } = await tryRun('npx', ['jest', '--ci', '--json', `--outputFile=${outputFile}`, ...args], { env: { GUARDED_SECRETS_SEED: SEED } });
    if (existsSync(outputFile)) {
      const result = JSON.parse(readFileSync(outputFile, 'utf8'));
      tests.passed += result.numPassedTests;
      tests.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
      process.stdout.write(`${result.numPassedTests} passed, ${result.numFailedTests} failed, ${result.numPendingTests} skipped, `);
    }
    if (code !== 0) throw new Error(output);
  });
}

async function bundlesAreReproducible(): Promise<void> {
  const before = fingerprint(['assets']);
  await run('npx', ['projen', 'bundle']);
  if (fingerprint(['assets']) !== before) throw new Error('the same sources gave other bundles; find what differs in assets/ between two runs of `npx projen bundle`');
}

async function generatedFilesAreCommitted(): Promise<void> {
  const committed = GENERATED.map((file) => read(file));
  await run('npx', ['projen', 'docgen']);
  const stale = GENERATED.filter((file, index) => read(file) !== committed[index]);
  if (stale.length > 0) throw new Error(`${stale.join(', ')} changed; commit what was generated`);
}

function printFaults(): void {
  if (!existsSync(FAULTS)) return;
  const summaries = readdirSync(FAULTS).flatMap((file) => JSON.parse(readFileSync(path.join(FAULTS, file), 'utf8')));
  console.log(`\nfaults at boundaries that a seed chose; all of them: npm run test:faults\n${toTable(summaries)}`);
}

async function faultMatrixIsCommitted(): Promise<void> {
  const found = renderMatrix(JSON.parse(readFileSync(UNIT_TESTS_OUTPUT, 'utf8'))).split('\n');
  const committed = read('docs/fault-matrix.md').split('\n');
  const line = Array.from({ length: Math.max(found.length, committed.length) }, (_line, index) => index).find((index) => found[index] !== committed[index]);
  if (line === undefined) return;
  throw new Error(`the tests found something else, first in line ${line + 1}:\n${found[line]}\ninstead of:\n${committed[line]}\nwrite it anew with \`npx tsx scripts/fault-matrix.ts\``);
}

function read(file: string): string {
  return existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '';
}

/** In the examples the CDK's own validation and the rule packs are on; a finding ends the synthesis with an error. */
async function examplePasses(topic: string): Promise<void> {
  const env = { CDK_VALIDATION: 'true' };
  await run('npx', ['cdk', 'synth', '--quiet'], { cwd: example(topic), env });
  await run('npx', ['guarded-secrets', 'rehearse'], { cwd: example(topic) });
}

/** docs/adr/0005 lists what AWS lets nobody scope. */
const UNSCOPED = new Set(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
}

/** No transform, no nested stack, and no Allow on everything in an identity policy. */
async function templatesArePlain(topic: string): Promise<void> {
  const folder = path.join(example(topic), 'cdk.out');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.template.json'))) {
    const { Transform, Resources } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    const resources = Object.values(Resources) as { Type: string; Properties?: { PolicyDocument?: { Statement: Statement[] } } }[];
    const nested = resources.filter(({ Type }) => /^AWS::(Serverless|CloudFormation::Stack)/.test(Type));
    const unscoped = resources.filter(({ Type }) => Type.startsWith('AWS::IAM::'))
      .flatMap(({ Properties }) => Properties?.PolicyDocument?.Statement ?? [])
      .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action)
      .filter((action) => !UNSCOPED.has(action));
    if (Transform !== undefined || nested.length > 0 || unscoped.length > 0) {
      throw new Error(`${file}: transform ${JSON.stringify(Transform)}, ${nested.length} nested stacks, allowed on everything: ${JSON.stringify(unscoped)}`);
    }
  }
}

/** What a new user does: an empty folder, the package, an app, a rehearsal. */
async function packageWorksElsewhere(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-package-'));
  try {
    const { dependencies, devDependencies } = JSON.parse(read('examples/package.json'));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { ...dependencies, ...devDependencies } }));
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball()], { cwd: folder });
    const app = path.join(folder, 'rds-postgres');
    cpSync(example('rds-postgres'), app, { recursive: true, filter: (file) => path.basename(file) !== 'cdk.out' });
    cpSync(example('surroundings.ts'), path.join(folder, 'surroundings.ts'));
    await run('npx', ['cdk', 'synth', '--quiet'], { cwd: app });
    await run('npx', ['guarded-secrets', 'rehearse'], { cwd: app });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const start = Date.now();
  await check('types', () => run('npx', ['projen', 'typecheck']));
  await check('lint', () => run('npx', ['eslint', '--ext', '.ts', 'src', 'lambda', 'cli', 'scripts', 'test', '.projenrc.ts'], { env: { ESLINT_USE_FLAT_CONFIG: 'false' } }));
  for (const [title, provide] of SERVERS) await check(title, provide);
  await packLibrary();
  await check('API.md and NOTICE are up to date', generatedFilesAreCommitted);
  await check('code in README and doc comments compiles', () => run('npx', ['projen', 'rosetta']));
  await check('names are legal in Python, Java, Go and .NET', () => run('npx', ['jsii-pacmak', '--code-only', '--outdir', 'build/languages', '-t', 'python', '-t', 'java', '-t', 'go', '-t', 'dotnet']));
  await check('bundles are the same byte for byte', bundlesAreReproducible);
  rmSync(CRASH_TABLE, { force: true });
  rmSync(FAULTS, { force: true, recursive: true });
  await jest('unit tests: ', UNIT_TESTS_OUTPUT, ['--coverage']);
  printFaults();
  await check('docs/fault-matrix.md is what the tests found', faultMatrixIsCommitted);
  if (existsSync(CRASH_TABLE)) console.log(`\nthe function killed after each of its effects, then the service's retry:\n${readFileSync(CRASH_TABLE, 'utf8')}`);
  await installExamples();
  await jest('constructs under the newest CDK: ', NEWEST_CDK_OUTPUT, ['--config', 'test/jest.newest.config.js']);
  await check('types of the examples', () => run('npx', ['tsc', '--project', '.'], { cwd: path.join(ROOT, 'examples') }));
  for (const topic of topics()) {
    await check(`examples/${topic}: synthesised, validated, rehearsed`, () => examplePasses(topic));
    await check(`examples/${topic}: plain templates, scoped policies`, () => templatesArePlain(topic));
  }
  await check('an app deployed, rotated, changed and destroyed in an emulator of AWS', () => run('npx', ['projen', 'e2e']));
  await check('rule packs, Control Tower, CloudFormation and cfn-lint find nothing unexplained, and docs/controls.md says so', () =>
    run('npx', ['tsx', 'scripts/judge.ts', '--check'], { show: true }));
  await check('the package in an empty folder: installed, synthesised, rehearsed', packageWorksElsewhere);

  console.log(`\n${checks.passed} checks passed, ${checks.failed} failed; ${tests.passed} tests passed, ${tests.failed} failed; ${Math.round((Date.now() - start) / 1000)} s\n`);
  console.log(`${tests.passed + checks.passed} passed, ${tests.failed + checks.failed} failed`);
  if (checks.failed + tests.failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
