import * as fc from 'fast-check';
import { explore } from './exhaustive';
import { Intervention, playRandom, Report } from './random';
import { LONG_SCENARIOS, SCENARIOS } from './scenarios';
import { Setting } from './settings';
import { SEED } from '../random';

/** The nightly mode: 100,000 random schedules in all, and every scenario with every fault. */
const LONG = process.env.GUARDED_SECRETS_LONG === 'true';

const RANDOM_SCHEDULES = LONG ? 20_000 : 250;
const TIME_LIMIT = LONG ? 3_600_000 : 300_000;

const LONGEST_PAUSE = 25;
const MOST_CHOICES = 10_000;
const MOST_INTERVENTIONS = 6;

export const INTERVENTIONS = fc.array(
  fc.record<Intervention>({ after: fc.nat({ max: LONGEST_PAUSE }), choice: fc.nat({ max: MOST_CHOICES }) }),
  { maxLength: MOST_INTERVENTIONS },
);

/** Everything that is simulated of one way to rotate. */
export function simulate(setting: Setting): void {
  // Traces cost more than the schedules themselves.
  Error.stackTraceLimit = 0;

  describe('every order of the effects of two actors, with at most one fault', () => {
    test.each(LONG ? LONG_SCENARIOS : SCENARIOS)('$name', async (scenario) => {
      const start = Date.now();
      const { states, schedules, ends, harmful } = await explore(setting, scenario);
      print(`${setting.name}: ${scenario.name}: ${states} states, ${schedules} schedules, ${ends} ends, ${Date.now() - start} ms`);
      expect(harmful).toEqual([]);
      expect(ends).toBeGreaterThan(0);
    }, TIME_LIMIT);
  });

  test(`${RANDOM_SCHEDULES} random schedules`, async () => {
    const start = Date.now();
    const harm = await findHarm(setting, RANDOM_SCHEDULES, SEED);
    print(`${setting.name}: ${RANDOM_SCHEDULES} random schedules, GUARDED_SECRETS_SEED=${SEED}, ${Date.now() - start} ms`);
    expect(harm).toBeUndefined();
  }, TIME_LIMIT);
}

/** The shortest schedule that violates an invariant, of those that were tried. */
export async function findHarm(setting: Setting, numRuns: number, seed: number): Promise<Report | undefined> {
  const recovered = new Set<string>();
  const { counterexample } = await fc.check(fc.asyncProperty(INTERVENTIONS, async (interventions) => {
    const { violations } = await playRandom(setting, interventions, recovered);
    return violations.length === 0;
  }), { numRuns, seed });
  return counterexample ? playRandom(setting, counterexample[0]) : undefined;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
