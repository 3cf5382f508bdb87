import { Random, SEED } from '../../random';
import { FunctionProcess } from '../support/process';
import { MemoryWorld, STRATEGY_NAMES, StrategyName } from '../support/rotation';

const SCHEDULES = 300;
const ACTIONS = 6;
const EFFECTS = 24;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise(setImmediate);
}

/** Rotations that die, freeze or pause anywhere, overtaken by others, while people cancel and edit. */
async function play(strategy: StrategyName, seed: number): Promise<{ readonly history: string[]; readonly good: boolean }> {
  const random = new Random(seed);
  const world = MemoryWorld.of(strategy);
  const history: string[] = [];
  let note = world.secrets.current.note;
  const running: { readonly process: FunctionProcess; readonly end: Promise<void> }[] = [];

  const begin = (): string => {
    const pending = world.secrets.holder('AWSPENDING');
    return pending !== undefined && pending !== world.secrets.holder('AWSCURRENT') ? pending : world.start(`version-${history.length}`);
  };
  const rotate = async (process: FunctionProcess, what: string): Promise<void> => {
    const token = begin();
    history.push(`${token}: ${what}`);
    const end = world.function(process).rotate(token).catch(() => {});
    running.push({ process, end });
    await Promise.race([end, process.frozen, settle()]);
  };
  const actions = [
    async () => rotate(new FunctionProcess(), 'rotates'),
    async () => {
      const [effect, moment] = [random.below(EFFECTS) + 1, random.below(2) === 0 ? 'before' as const : 'after' as const];
      const plan = (['killAt', 'freezeAt', 'pauseAt'] as const)[random.below(3)];
      await rotate(new FunctionProcess()[plan](effect, moment), `${plan} ${moment} ${effect}`);
    },
    async () => {
      const [first, second] = [random.below(EFFECTS) + 1, random.below(EFFECTS) + 1];
      await rotate(new FunctionProcess().pauseAt(first, 'before').killAt(second, 'after'), `pause before ${first}, kill after ${second}`);
    },
    async () => {
      const index = random.below(running.length || 1);
      history.push(`thaw ${index}`);
      running[index]?.process.thaw();
      await settle();
    },
    async () => {
      history.push('cancel');
      world.secrets.removeLabel('AWSPENDING');
    },
    async () => {
      history.push('edit');
      note = `edit ${history.length}`;
      world.secrets.edit(`edit-${history.length}`, { ...world.secrets.current, note });
    },
  ];

  const interrupts = strategy === 'single user' || strategy === 'admin-assisted';
  let worked = true;
  for (let action = 0; action < ACTIONS; action++) {
    await actions[random.below(actions.length)]();
    worked &&= interrupts || world.currentLogsIn;
  }
  // Everybody comes to an end; then the schedule rotates, and what could not be finished is cancelled.
  let left = running.length;
  running.forEach(({ end }) => void end.then(() => left--));
  while (left > 0) {
    for (const { process } of running) process.thaw();
    await settle();
  }
  for (let rotation = 0; rotation < 3; rotation++) await world.function().rotate(begin()).catch((error) => history.push(String(error)));
  return { history, good: worked && world.currentLogsIn && world.passwordIsReachable && world.rightsAreKept && world.secrets.current.note === note };
}

test.each(STRATEGY_NAMES)(`%s: ${SCHEDULES} random schedules end with an AWSCURRENT that logs in and has the last edit, without anybody's help`, async (strategy) => {
  const harmful: object[] = [];
  for (let number = 0; number < SCHEDULES; number++) {
    const { history, good } = await play(strategy, SEED + number);
    if (!good) harmful.push({ seed: SEED + number, history });
  }
  expect(harmful).toEqual([]);
}, 60_000);
