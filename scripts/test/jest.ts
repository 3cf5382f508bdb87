import { existsSync, mkdirSync, readFileSync, rmSync } from 'fs';
import * as path from 'path';
import Table from 'cli-table3';
import { JestResults } from '../lib/fault-matrix';
import { program, ROOT } from '../lib/root';
import { tryRun } from '../lib/run';

const FOLDER = path.join(ROOT, 'build', 'tests');

const SLOWEST = 10;

interface Results extends JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly (JestResults['testResults'][number] & { readonly startTime: number; readonly endTime: number })[];
}

/** What jest found, in all of its processes. */
export class JestRuns {
  private readonly runs: { readonly name: string; readonly results: Results }[] = [];

  /**
   * Runs test files one after the other, in one process.
   *
   * @param name of the file that jest writes its results to
   * @returns the numbers of tests
   */
  public async run(name: string, args: readonly string[]): Promise<string> {
    const file = path.join(FOLDER, `${name}.json`);
    mkdirSync(FOLDER, { recursive: true });
    rmSync(file, { force: true });
    const { code, output } = await tryRun(program('jest'), ['--ci', '--runInBand', '--json', `--outputFile=${file}`, ...args]);
    if (!existsSync(file)) throw new Error(output);
    const results: Results = JSON.parse(readFileSync(file, 'utf8'));
    this.runs.push({ name, results });
    const counts = `${results.numPassedTests} passed, ${results.numFailedTests} failed, ${results.numPendingTests} skipped`;
    if (code !== 0) throw new Error(`${counts}\n${output}`);
    return counts;
  }

  public get passed(): number {
    return this.sum(({ numPassedTests }) => numPassedTests);
  }

  public get failed(): number {
    return this.sum(({ numFailedTests, numRuntimeErrorTestSuites }) => numFailedTests + numRuntimeErrorTestSuites);
  }

  /** The results of all files. */
  public get results(): JestResults {
    return { testResults: this.runs.flatMap(({ results }) => results.testResults) };
  }

  /** A table of the files that took longest; nothing, if none ran. */
  public slowest(): string {
    if (this.runs.length === 0) return '';
    const files = this.runs.flatMap(({ name, results }) => results.testResults.map((file) => ({
      name, file: path.relative(ROOT, file.name), tests: file.assertionResults.length, seconds: (file.endTime - file.startTime) / 1000,
    })));
    const table = new Table({ head: ['slowest test files', 'run', 'tests', 'seconds'], style: { head: [], border: [], compact: true } });
    for (const { name, file, tests, seconds } of files.sort((one, other) => other.seconds - one.seconds).slice(0, SLOWEST)) {
      table.push([file, name, tests, seconds.toFixed(1)]);
    }
    return table.toString();
  }

  private sum(count: (results: Results) => number): number {
    return this.runs.reduce((all, { results }) => all + count(results), 0);
  }
}
