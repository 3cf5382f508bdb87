import { existsSync, mkdirSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { fingerprint, unlessDone } from './fingerprint';
import { program, ROOT } from './root';
import { run, step } from './run';

/** Everything that the built library depends on. */
const SOURCES = ['src', 'lambda', 'cli', 'scripts/bundle.ts', 'scripts/lib/notice.ts', 'package.json', 'package-lock.json', 'README.md'];

/** The folder of the examples, a project of their own. */
export const EXAMPLES = path.join(ROOT, 'examples');

/** Path of the packed library, as npm would publish it. */
export function tarball(): string {
  const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return path.join(ROOT, 'build', `${name}-${version}.tgz`);
}

/** Performs a step of the work; `step` prints its name and its time. */
type Perform = (name: string, action: () => Promise<unknown>) => Promise<unknown>;

/** Bundles the functions and the command line tool, unless that is done for the same sources. */
export async function bundleLibrary(perform: Perform = step): Promise<void> {
  await unlessDone('bundle', fingerprint(SOURCES), ['assets'], async () => {
    await perform('bundling functions and command line tool', () => run(program('tsx'), ['scripts/bundle.ts']));
  });
}

/** Bundles, compiles and packs the library, unless that is done for the same sources. */
export async function packLibrary(perform: Perform = step): Promise<void> {
  await bundleLibrary(perform);
  const packed = path.relative(ROOT, tarball());
  await unlessDone('pack', fingerprint(SOURCES), [packed, '.jsii', 'lib', 'assets'], async () => {
    await perform('compiling the library', () => run(program('projen'), ['compile']));
    mkdirSync(path.join(ROOT, 'build'), { recursive: true });
    await perform('packing the library', () => run('npm', ['pack', '--silent', '--pack-destination', path.join(ROOT, 'build')]));
  });
}

/** Gives the examples what any user has: their own CDK, and the packed library from outside. */
export async function installExamples(perform: Perform = step): Promise<void> {
  const dependencies = fingerprint(['examples/package.json', 'examples/package-lock.json']);
  const made = ['examples/node_modules/aws-cdk-lib/package.json'];
  await unlessDone('examples-dependencies', dependencies, made, async () => {
    await perform('installing the CDK for the examples', () => run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: EXAMPLES }));
  });
  const library = fingerprint(['examples/package-lock.json', path.relative(ROOT, tarball())]);
  await unlessDone('examples-library', library, ['examples/node_modules/cdk-guarded-secrets/package.json'], async () => {
    await perform('installing the packed library', () => run('npm', ['install', '--no-save', '--no-package-lock', '--prefer-offline', '--no-audit', '--no-fund', tarball()], { cwd: EXAMPLES }));
  });
}

/** Path of an example. */
export function example(topic: string): string {
  return path.join(EXAMPLES, topic);
}

/** The names of the examples. */
export function topics(): string[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(example(entry.name), 'cdk.json')))
    .map((entry) => entry.name);
}
