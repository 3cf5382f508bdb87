import * as path from 'path';
import { checkTemplates, rehearse, rehearseInEmptyFolder, synthesise } from './examples';
import { checkBundlesAreReproducible, Committed } from './generated';
import { JestRuns } from './jest';
import { Stage } from './stage';
import { installExamples, packLibrary, topics } from '../lib/packed';
import { program, ROOT } from '../lib/root';
import { run } from '../lib/run';
import { BUNDLES, needsOf, PACKAGE, SERVERS, TestProject } from '../lib/test-projects';

const PACKED = PACKAGE.title;
const API = 'API.md is up to date';
const EXAMPLES = 'the examples: the newest CDK and the packed library installed';
const ROWS = ['faults on PostgreSQL', 'faults on MariaDB'];

/** The example that is rehearsed in an empty folder; the others are rehearsed in place. */
const NEW_USER = 'rds-postgres';

/** Everything that must hold. */
export function allStages(jest: JestRuns): Stage[] {
  const committed = new Committed();
  return [...sourceStages(committed), ...testStages(jest, committed), ...exampleStages(jest)];
}

function sourceStages(committed: Committed): Stage[] {
  const languages = ['python', 'java', 'go', 'dotnet'].flatMap((language) => ['-t', language]);
  return [
    { name: 'types', seconds: 4, run: types('--noEmit', '--project', 'test/tsconfig.json') },
    { name: 'lint', seconds: 18, run: command('eslint', ['--ext', '.ts', 'src', 'lambda', 'cli', 'scripts', 'test', '.projenrc.ts'], { ESLINT_USE_FLAT_CONFIG: 'false' }) },
    { name: PACKED, seconds: 14, run: () => packLibrary(quietly) },
    { name: API, seconds: 4, after: [PACKED], run: () => committed.checkApi() },
    { name: 'NOTICE is up to date', seconds: 1, after: [PACKED], run: () => committed.checkNotice() },
    { name: 'code in README and doc comments compiles', seconds: 18, after: [PACKED], run: command('projen', ['rosetta']) },
    { name: 'names are legal in Python, Java, Go and .NET', seconds: 4, after: [PACKED], run: command('jsii-pacmak', ['--code-only', '--outdir', 'build/languages', ...languages]) },
    { name: 'bundles are the same byte for byte', seconds: 2, after: [PACKED], run: checkBundlesAreReproducible },
  ];
}

function testStages(jest: JestRuns, committed: Committed): Stage[] {
  const tests = (name: string, seconds: number, projects: readonly TestProject[], patterns: readonly string[] = []): Stage => ({
    name,
    seconds,
    after: needsOf(projects).map((need) => (need === BUNDLES ? PACKAGE : need).title),
    run: () => jest.run(name.replace(/\W+/g, '-'), ['--selectProjects', ...projects, ...patterns.flatMap((pattern) => ['--testPathPatterns', pattern])]),
  });
  return [
    ...SERVERS.map(({ title, provide }): Stage => ({ name: title, seconds: 5, run: async () => void await provide() })),
    tests('constructs, public API, scripts', 35, ['src', 'api', 'scripts']),
    tests('simulation of rotations', 30, ['simulation']),
    tests('functions', 100, ['lambda']),
    tests('engines of the functions', 100, ['engines']),
    tests('command line tool', 100, ['cli']),
    tests(ROWS[0], 150, ['faults'], ['postgres']),
    tests(ROWS[1], 120, ['faults'], ['mariadb', 'matrix']),
    { name: 'docs/fault-matrix.md is what the tests found', seconds: 1, after: ROWS, run: () => committed.checkFaultMatrix(jest.results) },
  ];
}

function exampleStages(jest: JestRuns): Stage[] {
  const synthesised = (topic: string): string => `examples/${topic}: synthesised, validated`;
  return [
    // The generator of API.md would find what is installed below the project.
    { name: EXAMPLES, seconds: 20, after: [API], run: () => installExamples(quietly) },
    { name: 'constructs under the newest CDK', seconds: 35, after: [EXAMPLES], run: () => jest.run('newest-cdk', ['--config', 'test/jest.newest.config.js']) },
    { name: 'types of the examples', seconds: 2, after: [EXAMPLES], run: types('--project', 'examples') },
    ...topics().flatMap((topic): Stage[] => [
      { name: synthesised(topic), seconds: 6, after: [EXAMPLES], run: () => synthesise(topic) },
      { name: `examples/${topic}: plain templates, scoped policies`, seconds: 0, after: [synthesised(topic)], run: () => checkTemplates(topic) },
      ...topic === NEW_USER ? [] : [{ name: `examples/${topic}: rehearsed`, seconds: 4, after: [synthesised(topic)], run: () => rehearse(topic) }],
    ]),
    { name: `the package in an empty folder: installed, examples/${NEW_USER} synthesised, rehearsed`, seconds: 20, after: [EXAMPLES], run: () => rehearseInEmptyFolder(NEW_USER) },
    { name: 'an app deployed, rotated, changed and destroyed in an emulator of AWS', seconds: 40, after: [EXAMPLES], run: command('tsx', ['scripts/e2e.ts']) },
    {
      name: 'rule packs, Control Tower, CloudFormation and cfn-lint find nothing unexplained, and docs/controls.md says so',
      seconds: 70,
      after: [EXAMPLES],
      run: command('tsx', ['scripts/judge.ts', '--check']),
    },
  ];
}

function quietly(_step: string, action: () => Promise<unknown>): Promise<unknown> {
  return action();
}

/** Not by the name of the program: TypeScript 6 has the same one. */
function types(...args: string[]): () => Promise<void> {
  return async () => void await run(path.join(ROOT, 'node_modules', 'typescript-7', 'bin', 'tsc'), args);
}

function command(name: string, args: string[], env: NodeJS.ProcessEnv = {}): () => Promise<void> {
  return async () => void await run(program(name), args, { env });
}
