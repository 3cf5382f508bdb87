import { randomUUID } from 'crypto';
import { FunctionProcess, Moment } from '../support/process';
import { MemoryWorld, STEPS, STRATEGY_NAMES, StrategyName } from '../support/rotation';

const MOMENTS: Moment[] = ['before', 'after'];

/** How many effects a clean rotation has; each is a place to die. */
async function effectsOfRotation(strategy: StrategyName): Promise<string[]> {
  const world = MemoryWorld.of(strategy);
  const recorder = new FunctionProcess();
  await world.function(recorder).rotate(world.start());
  return recorder.effects;
}

/** Runs the steps until one fails, in a process that may die on the way. */
async function rotateUntilDeath(world: MemoryWorld, process: FunctionProcess, token: string): Promise<void> {
  await world.function(process).rotate(token).catch(() => {});
}

describe.each(STRATEGY_NAMES)('%s: the process dies at any effect', (strategy) => {
  const interrupts = strategy === 'single user' || strategy === 'admin-assisted';
  const starts = [
    { name: 'the first rotation', rotations: 0 },
    { name: 'a later rotation', rotations: 2 },
  ];
  const ends = [
    { name: 'the service tries again', next: (world: MemoryWorld, token: string) => world.function().rotate(token) },
    {
      name: 'an operator cancels and rotates anew',
      next: async (world: MemoryWorld) => {
        world.secrets.removeLabel('AWSPENDING');
        await world.function().rotate(world.start());
      },
    },
    {
      name: 'somebody edits the secret, then the service tries again, then the schedule rotates',
      next: async (world: MemoryWorld, token: string) => {
        world.secrets.edit(randomUUID(), { ...world.secrets.current, note: 'edited' });
        await world.function().rotate(token).catch(() => {});
        expect(world.currentLogsIn).toBe(true);
        await world.function().rotate(world.start());
        expect(world.secrets.current.note).toBe('edited');
      },
    },
  ];

  test.each(starts.flatMap((start) => ends.map((end) => ({ start, end }))))('$start.name, then $end.name', async ({ start, end }) => {
    const effects = await effectsOfRotation(strategy);
    for (let effect = 1; effect <= effects.length; effect++) {
      for (const moment of MOMENTS) {
        const world = MemoryWorld.of(strategy);
        for (let rotation = 0; rotation < start.rotations; rotation++) await world.function().rotate(world.start());
        const token = world.start();
        await rotateUntilDeath(world, new FunctionProcess().killAt(effect, moment), token);
        const place = `${moment} effect ${effect}, ${effects[effect - 1]}`;
        expect([place, world.passwordIsReachable, world.currentLogsIn || interrupts]).toEqual([place, true, true]);
        const failedBefore = world.server.failedLogins;

        await end.next(world, token);

        expect([place, world.currentLogsIn, world.passwordIsReachable, world.rightsAreKept]).toEqual([place, true, true, true]);
        expect([place, world.server.failedLogins - failedBefore <= (strategy === 'alternating users' ? 0 : 2)]).toEqual([place, true]);
        await world.function().rotate(world.start());
        expect([place, world.currentLogsIn]).toEqual([place, true]);
      }
    }
  });

  test('AWSCURRENT fails after a death at the change or at the promotion only', async () => {
    const effects = await effectsOfRotation(strategy);
    const dead: string[] = [];
    for (let effect = 1; effect <= effects.length; effect++) {
      for (const moment of MOMENTS) {
        const world = MemoryWorld.of(strategy);
        await rotateUntilDeath(world, new FunctionProcess().killAt(effect, moment), world.start());
        if (!world.currentLogsIn) dead.push(`${moment} ${effects[effect - 1]}`);
      }
    }
    expect(dead).toEqual(interrupts ? ['after apply', 'before login', 'after login', 'before UpdateSecretVersionStage'] : []);
  });
});

describe.each(STRATEGY_NAMES)('%s: the process is frozen at any effect, overtaken by another rotation, and goes on', (strategy) => {
  test.each(['cancelled', 'tried again'])('%s', async (how) => {
    const effects = await effectsOfRotation(strategy);
    for (let effect = 1; effect <= effects.length; effect++) {
      for (const moment of MOMENTS) {
        const world = MemoryWorld.of(strategy);
        await world.function().rotate(world.start());
        const frozen = new FunctionProcess().freezeAt(effect, moment);
        const token = world.start();
        const place = `${how}: ${moment} effect ${effect}, ${effects[effect - 1]}`;

        const first = world.function(frozen).rotate(token).catch(() => {});
        await Promise.race([frozen.frozen, first]);
        if (how === 'cancelled') {
          world.secrets.removeLabel('AWSPENDING');
          await world.function().rotate(world.start());
        } else {
          await world.function().rotate(token);
        }
        frozen.thaw();
        await first;

        expect([place, world.currentLogsIn, world.passwordIsReachable, world.rightsAreKept]).toEqual([place, true, true, true]);
        // Of a pair, the version that was overtaken may be for the login that is in use now: it is given up.
        await world.function().rotate(world.secrets.holder('AWSPENDING') ?? world.start()).catch((error) => expect([strategy, error.code]).toEqual(['alternating users', 'EDITED']));
        expect([place, world.currentLogsIn]).toEqual([place, true]);
        await world.function().rotate(world.start());
        expect([place, world.currentLogsIn]).toEqual([place, true]);
      }
    }
  });
});

describe.each(STRATEGY_NAMES)('%s: the same step twice at once', (strategy) => {
  test.each(STEPS)('%s', async (step) => {
    const world = MemoryWorld.of(strategy);
    const token = world.start();
    for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) await world.function().step(earlier, token);

    await Promise.all([world.function().step(step, token), world.function().step(step, token)]);
    for (const later of STEPS.slice(STEPS.indexOf(step))) await world.function().step(later, token);

    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
    expect(world.currentLogsIn).toBe(true);
  });
});

describe('whoever waited for the lock looks again', () => {
  test('createSecret of another rotation, while one changes the password and dies', async () => {
    const world = new MemoryWorld();
    await world.function().rotate(world.start());
    const first = new FunctionProcess().pauseAt('apply', 'before').killAt('apply', 'after');
    const dying = world.function(first).rotate(world.start()).catch(() => {});
    await first.frozen;

    world.secrets.removeLabel('AWSPENDING');
    const token = world.start();
    const second = world.function();
    const before = world.secrets.calls.length;
    const waiting = second.step('createSecret', token);
    while (world.secrets.calls.length < before + 2) await new Promise(setImmediate);
    await new Promise(setImmediate);
    first.thaw();
    await dying;
    await waiting;

    await second.rotate(token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
    expect(second.records).toContainEqual(expect.objectContaining({ message: 'waited for another rotation of the secret' }));
  });
});
