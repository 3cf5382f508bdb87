import * as fc from 'fast-check';
import { SCHEDULES } from './schedules';
import { SEED } from '../../random';
import { playRandom, replay } from '../random';
import { ADMIN_ASSISTED, ALTERNATING_CLONE, ALTERNATING_ROLE, DUAL_PASSWORDS, SINGLE_USER } from '../settings';
import { INTERVENTIONS } from '../suite';

const SETTINGS = [SINGLE_USER, ADMIN_ASSISTED, DUAL_PASSWORDS, ALTERNATING_ROLE, ALTERNATING_CLONE];
/** Where the first change of a function that waits for it is another statement. */
const FIRST_STATEMENT = new Map([[DUAL_PASSWORDS.name, 'create'], [ALTERNATING_CLONE.name, 'create']]);
const REPLAYS = 20;
const TIME_LIMIT = 120_000;

describe.each(SETTINGS)('$name', (setting) => {
  test.each(SCHEDULES)('$name', async ({ moves }) => {
    const fitting = moves.map((move) => ('run' in move && move.until === 'apply' ? { ...move, until: FIRST_STATEMENT.get(setting.name) ?? 'apply' } : move));
    expect(await replay(setting, fitting)).toMatchObject({ violations: [] });
  }, TIME_LIMIT);
});

test('a schedule that was written down ends as it did when it was found', async () => {
  await fc.assert(fc.asyncProperty(INTERVENTIONS, async (interventions) => {
    const { schedule, end } = await playRandom(SINGLE_USER, interventions);
    expect((await replay(SINGLE_USER, schedule)).end).toBe(end);
  }), { numRuns: REPLAYS, seed: SEED });
}, TIME_LIMIT);
