/** The tests of a file run on one server. */
import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { CaseResult } from './case';
import { SEED } from '../random';
import { runSuite } from './suite';
import { passwordsIn, summarise, Summary } from './summary';
import { SERVERS } from './targets/all';
import { neverFails, Target } from './targets/target';

/** For each strategy: a small part of what `npm run test:faults` runs. */
const CASES = 16;
const OUTAGES = 1;

const FOLDER = path.join(__dirname, '..', '..', 'build', 'faults');

/** Faults at boundaries that the seed chooses, for each strategy on a server. */
export function testFaults(server: string): void {
  describe(`${server}, seed ${SEED}`, () => {
    const summaries: Summary[] = [];
    const passwords = new Set<string>();
    let target: Target;

    beforeAll(async () => {
      target = await SERVERS[server].start();
    }, 60_000);

    afterAll(async () => {
      await target.stop();
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(path.join(FOLDER, `${server}.json`), JSON.stringify(summaries));
    });

    test.each(SERVERS[server].settings.map((setting) => [setting.name, setting] as const))('%s: no fault leaves harm', async (name, setting) => {
      const { results, failures } = await runSuite(target, setting, { seed: SEED, cases: CASES, outages: OUTAGES });
      summaries.push(summarise(server, name, results));
      results.forEach((result: CaseResult) => result.passwords.forEach((password) => passwords.add(password)));
      expect(failures).toEqual([]);
      expect(results.length).toBeGreaterThanOrEqual(CASES);
      if (neverFails(setting)) expect(results.filter(({ dead }) => dead)).toEqual([]);
    }, 300_000);

    test('no password stands in the log of the server', () => {
      expect(passwords.size).toBeGreaterThan(CASES);
      expect(passwordsIn(target.log(), passwords)).toBe(0);
    });
  });
}
