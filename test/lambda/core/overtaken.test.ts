/**
 * A rotation that another one overtakes between two of its effects, and one that runs out of time.
 */
import { MemoryWorld, prepared, STEPS, VALUE } from '../support/rotation';

test('the password changes between login and lock of createSecret: the one that works is found', async () => {
  const { world, token } = await prepared();
  const next = world.start();
  const take = world.server.take.bind(world.server);
  let overtaken = false;
  world.server.take = (...args) => {
    if (!overtaken) {
      overtaken = true;
      // The first rotation was past its fence; its connection breaks, and the server gives its lock back.
      world.server.passwords.set(VALUE.username, world.secrets.value(token).password);
    }
    return take(...args);
  };
  const lambda = world.function();
  for (const step of STEPS) await lambda.step(step, next);
  expect(world.currentLogsIn).toBe(true);
  expect(world.secrets.holder('AWSCURRENT')).toBe(next);
});

test('another rotation starts between login and lock of createSecret: the overtaken one writes nothing', async () => {
  const world = new MemoryWorld();
  const overtaken = world.start();
  const take = world.server.take.bind(world.server);
  let next: string | undefined;
  world.server.take = (...args) => {
    next ??= world.start();
    return take(...args);
  };
  await expect(world.function().step('createSecret', overtaken)).rejects.toThrow('STALE');
  expect(world.secrets.holder('AWSPENDING')).toBe(next);
  expect(world.secrets.holder('GUARDED_JOURNAL')).toBeUndefined();
  const lambda = world.function();
  for (const step of STEPS) await lambda.step(step, next!);
  expect(world.secrets.holder('AWSCURRENT')).toBe(next);
});

test('the rotation is cancelled between login and lock of createSecret: nothing becomes pending', async () => {
  const world = new MemoryWorld();
  const token = world.start();
  const take = world.server.take.bind(world.server);
  world.server.take = (...args) => {
    world.secrets.rotationEnabled = false;
    world.secrets.removeLabel('AWSPENDING');
    return take(...args);
  };
  await expect(world.function().step('createSecret', token)).rejects.toThrow('STALE');
  expect(world.secrets.holder('AWSPENDING')).toBeUndefined();
});

test('too little time is left before the change: nothing is changed', async () => {
  const { world, token } = await prepared();
  let now = 0;
  const slow = world.function(undefined, { clock: { now: () => now } });
  const take = world.server.take.bind(world.server);
  world.server.take = (...args) => {
    now = 50_000;
    return take(...args);
  };
  await expect(slow.step('finishSecret', token)).rejects.toThrow('TIMEOUT: too little time is left');
  expect(world.currentLogsIn).toBe(true);
  expect(world.secrets.holder('AWSPENDING')).toBe(token);
});
