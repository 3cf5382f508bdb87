/**
 * Operators meet processes that died or were frozen, and may die or freeze themselves, at any effect.
 */
import { OperationName } from '../../../../lambda/core/event';
import { FunctionProcess } from '../../support/process';
import { MemoryWorld, STRATEGY_NAMES, StrategyName } from '../../support/rotation';

const REPAIRS = ['adopt', 'abort', 'reset'] as const satisfies readonly OperationName[];

/** Each way to rotate with each operation that it has. */
const CASES = STRATEGY_NAMES.flatMap((strategy) => REPAIRS.filter((operation) => operation !== 'reset' || strategy !== 'single user').map((operation) => ({ strategy, operation })));

/** A rotation after one that succeeded, whose process died. */
async function diedAt(strategy: StrategyName, effect: string) {
  const world = MemoryWorld.of(strategy);
  await world.function().rotate(world.start());
  const token = world.start();
  await world.function(new FunctionProcess().killAt(effect, 'after')).rotate(token).catch(() => {});
  return { world, token };
}

/** The database has the new password, AWSCURRENT the old one. */
const interrupted = async (strategy: StrategyName) => diedAt(strategy, 'apply');

/** The new password is stored, and nothing has it yet. */
const prepared = async (strategy: StrategyName) => diedAt(strategy, 'UpdateSecretVersionStage');

/** What happens while an operation is frozen. */
const OVERTAKING: readonly { name: string; by: (world: MemoryWorld, token: string) => Promise<void> }[] = [
  { name: 'the service tries again', by: (world, token) => world.function().rotate(token) },
  { name: 'the service tries again, and dies', by: (world, token) => world.function(new FunctionProcess().killAt('apply', 'after')).rotate(token) },
  { name: 'a new rotation', by: (world) => world.function().rotate(world.start()) },
  { name: 'a new rotation, which dies', by: (world) => world.function(new FunctionProcess().killAt('apply', 'after')).rotate(world.start()) },
];

/** Every place at which a process can die or freeze. Before an effect is the same as after the one before it. */
async function placesOf(run: (process: FunctionProcess) => Promise<unknown>): Promise<{ effect: number; name: string }[]> {
  const recorder = new FunctionProcess();
  await run(recorder);
  return recorder.effects.map((name, index) => ({ effect: index + 1, name: `after effect ${index + 1}, ${name}` }));
}

/** The service goes on with what is pending, then the schedule rotates. */
async function rotateOn(world: MemoryWorld): Promise<void> {
  const pending = world.secrets.holder('AWSPENDING');
  if (pending !== undefined && pending !== world.secrets.holder('AWSCURRENT')) await world.function().rotate(pending);
  await world.function().rotate(world.start());
}

describe.each(CASES)('$operation with $strategy', ({ strategy, operation }) => {
  test('dies at any effect, and is done again', async () => {
    const places = await placesOf(async (process) => (await interrupted(strategy)).world.function(process).operate(operation));
    expect(places.length).toBeGreaterThan(3);
    for (const { effect, name } of places) {
      const { world } = await interrupted(strategy);
      await world.function(new FunctionProcess().killAt(effect, 'after')).operate(operation).catch(() => {});
      expect([name, world.passwordIsReachable]).toEqual([name, true]);
      await world.function().operate(operation);
      expect([name, world.currentLogsIn, world.passwordIsReachable]).toEqual([name, true, true]);
      await rotateOn(world);
      expect([name, world.currentLogsIn, world.rightsAreKept]).toEqual([name, true, true]);
    }
  });

  test.each([{ state: 'interrupted', arrange: interrupted }, { state: 'prepared', arrange: prepared }])('is frozen at any effect, overtaken, and goes on: $state', async ({ arrange }) => {
    const places = await placesOf(async (process) => (await arrange(strategy)).world.function(process).operate(operation));
    for (const { effect, name } of places) {
      for (const overtaking of OVERTAKING) {
        const place = `${name}: ${overtaking.name}`;
        const { world, token } = await arrange(strategy);
        const process = new FunctionProcess().freezeAt(effect, 'after');
        const operating = world.function(process).operate(operation).catch(() => {});
        await Promise.race([process.frozen, operating]);
        await overtaking.by(world, token).catch(() => {});
        process.thaw();
        await operating;
        expect([place, world.passwordIsReachable]).toEqual([place, true]);
        await rotateOn(world);
        expect([place, world.currentLogsIn, world.passwordIsReachable]).toEqual([place, true, true]);
      }
    }
  });

  const placesOfRotation = async () => placesOf(async (process) => {
    const world = MemoryWorld.of(strategy);
    await world.function(process).rotate(world.start());
  });

  test('meets a rotation that is frozen at any effect and goes on later', async () => {
    const places = await placesOfRotation();
    for (const { effect, name } of places) {
      const world = MemoryWorld.of(strategy);
      const process = new FunctionProcess().freezeAt(effect, 'after');
      const rotating = world.function(process).rotate(world.start()).catch(() => {});
      await Promise.race([process.frozen, rotating]);
      await world.function().operate(operation);
      expect([name, world.currentLogsIn, world.passwordIsReachable]).toEqual([name, true, true]);
      process.thaw();
      await rotating;
      expect([name, world.currentLogsIn, world.passwordIsReachable]).toEqual([name, true, true]);
      await rotateOn(world);
      expect([name, world.currentLogsIn]).toEqual([name, true]);
    }
  });

  test('happens while a rotation is paused at any effect, holding the lock or not', async () => {
    const places = await placesOfRotation();
    for (const { effect, name } of places) {
      const world = MemoryWorld.of(strategy);
      const process = new FunctionProcess().pauseAt(effect, 'after');
      const rotating = world.function(process).rotate(world.start()).catch(() => {});
      await Promise.race([process.frozen, rotating]);
      const operating = world.function().operate(operation).catch(() => {});
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      process.thaw();
      await Promise.all([rotating, operating]);
      expect([name, world.currentLogsIn, world.passwordIsReachable]).toEqual([name, true, true]);
      await rotateOn(world);
      expect([name, world.currentLogsIn]).toEqual([name, true]);
    }
  });
});

test('an adoption that was frozen before it stored what was edited leaves the journal label to a later rotation', async () => {
  const world = MemoryWorld.of('single user');
  const dying = () => new FunctionProcess().killAt('apply', 'after');
  const token = world.start();
  await world.function(dying()).rotate(token).catch(() => {});
  world.secrets.edit('edit', { ...world.secrets.current, note: 'edited' });
  const process = new FunctionProcess().freezeAt('PutSecretValue', 'before');
  const adopting = world.function(process).operate('adopt').catch(() => {});
  await process.frozen;

  await expect(world.function().rotate(token)).rejects.toThrow('EDITED');
  const later = world.start();
  await world.function(dying()).rotate(later).catch(() => {});
  process.thaw();
  await adopting;

  world.secrets.removeLabel('AWSPENDING');
  expect([world.secrets.holder('GUARDED_JOURNAL'), world.passwordIsReachable]).toEqual([later, true]);
});
