import { arrange, Case, CaseResult, runCase, Start } from './case';
import { Boundary } from './container';
import { outageGroups } from './outages';
import { describeCase, Recording, singleFaults, STARTS, withDoubleFaults } from './plan';
import { Random } from '../random';
import { Scene } from './scene';
import { Setting, Target } from './targets/target';

/** At once; most of a case is waiting. */
const WORKERS = 8;

/** More of them tell nothing new. */
const ENOUGH_FAILURES = 20;

/** One of so many cases has a second fault. */
const DOUBLE = 5;

export interface SuiteOptions {
  readonly seed: number;
  /** How many cases are to differ. */
  readonly cases: number;
  /** How many outages of the server, of each of which several cases have their share. */
  readonly outages: number;
  /** Whether some cases have a second fault; they have, if left out. */
  readonly doubles?: boolean;
  /** Which cases are taken; all, if left out. */
  readonly filter?: (planned: Case) => boolean;
}

export interface Failure {
  readonly case: string;
  readonly violations: readonly string[];
}

export interface Outcome {
  readonly results: readonly CaseResult[];
  readonly failures: readonly Failure[];
}

/**
 * Runs cases of one strategy on one server until enough of them differ. Which ones those are depends on the seed and on what
 * became of the cases before, not on how fast they are.
 */
export async function runSuite(target: Target, setting: Setting, options: SuiteOptions): Promise<Outcome> {
  const { seed, cases, outages, doubles = true, filter = () => true } = options;
  const random = new Random(seed);
  const singles = singleFaults(await record(target, setting), setting, random).filter(filter);
  const results: CaseResult[] = [];
  const failures: Failure[] = [];
  const take = async (running: Promise<CaseResult | undefined>): Promise<void> => {
    const result = await running;
    if (result?.distinct) results.push(result);
  };
  const run = (planned: Case) => attempt(target, setting, planned, failures);
  // Outages hit everybody on the server: they come first, with nothing beside them.
  for (const group of outageGroups(target, singles, random).slice(0, outages)) {
    for (const running of group.map(run)) await take(running);
  }
  // The oldest of those that run is waited for, also when a younger one has ended.
  const running: Promise<CaseResult | undefined>[] = [];
  for (const planned of doubles ? withDoubleFaults(singles, DOUBLE, random) : singles) {
    if (running.length === WORKERS) await take(running.shift()!);
    if (results.length >= cases || failures.length >= ENOUGH_FAILURES) break;
    running.push(run(planned));
  }
  for (const last of running) await take(last);
  return { results, failures };
}

async function attempt(target: Target, setting: Setting, planned: Case, failures: Failure[]): Promise<CaseResult | undefined> {
  try {
    const result = await runCase(target, setting, planned);
    if (result.violations.length > 0) failures.push({ case: describeCase(planned), violations: result.violations });
    return result;
  } catch (error) {
    failures.push({ case: describeCase(planned), violations: [`the case could not be run: ${error instanceof Error ? error.stack : String(error)}`] });
    return undefined;
  }
}

/** Runs the given cases, one after the other. */
export async function runCases(target: Target, setting: Setting, cases: readonly Case[]): Promise<Outcome> {
  const results: CaseResult[] = [];
  const failures: Failure[] = [];
  for (const planned of cases) {
    const result = await attempt(target, setting, planned, failures);
    if (result) results.push(result);
  }
  return { results, failures };
}

/** The boundaries of rotations without a fault. */
async function record(target: Target, setting: Setting): Promise<Recording> {
  const recording: { [start in Start]?: readonly Boundary[] } = {};
  for (const start of STARTS) {
    const scene = await Scene.open(target, setting);
    await arrange(scene, start);
    const before = scene.attempts.length;
    const { status, attempts } = await scene.rotate();
    if (status !== 'succeeded' || attempts.length > 1) throw new Error(`a rotation without a fault did not succeed at once: ${JSON.stringify(attempts)}`);
    recording[start] = scene.attempts[before];
    await scene.close();
  }
  return recording as Recording;
}
