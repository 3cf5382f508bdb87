/**
 * What becomes of a rotation that was cancelled, where an administrator sets the password.
 */
import { FunctionProcess } from '../support/process';
import { MemoryWorld, prepared, STEPS, VALUE } from '../support/rotation';

describe.each(['admin-assisted', 'dual passwords'] as const)('%s, after a rotation that was cancelled', (strategy) => {
  async function cancelled(changed: boolean) {
    const { world, token } = await prepared(MemoryWorld.of(strategy));
    if (changed) world.server.passwords.set(VALUE.username, world.secrets.value(token).password);
    world.secrets.removeLabel('AWSPENDING');
    return { world, token };
  }

  test('the password that the database has becomes AWSCURRENT before the journal label leaves it', async () => {
    const { world, token } = await cancelled(true);
    const next = world.start();
    await world.function().step('createSecret', next);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn, world.passwordIsReachable]).toEqual([token, true, true]);
    for (const step of STEPS.slice(1)) await world.function().step(step, next);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([next, true]);
  });

  test('AWSCURRENT stays where the database has its password', async () => {
    const { world } = await cancelled(false);
    await world.function().step('createSecret', world.start());
    expect([world.secrets.holder('AWSCURRENT'), world.server.log]).toEqual(['version-0', []]);
  });

  test('AWSCURRENT stays where somebody has stored the password of the database in it', async () => {
    const { world, token } = await cancelled(true);
    world.secrets.edit('by-hand', { ...VALUE, password: world.secrets.value(token).password, note: 'edited' });
    await world.function().step('createSecret', world.start());
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn, world.server.log]).toEqual(['by-hand', true, []]);
  });

  test('neither logs in, since somebody changed the password by hand: AWSCURRENT logs in again', async () => {
    const { world } = await cancelled(true);
    world.server.passwords.set(VALUE.username, 'changed by hand');
    await world.function().step('createSecret', world.start());
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual(['version-0', true]);
  });

  test('a promotion that was frozen and goes on after the next rotation began', async () => {
    const world = MemoryWorld.of(strategy);
    const frozen = new FunctionProcess();
    const token = world.start();
    const lambda = world.function(frozen);
    for (const step of STEPS.slice(0, 3)) await lambda.step(step, token);
    frozen.freezeAt('UpdateSecretVersionStage', 'before');
    const first = lambda.step('finishSecret', token).catch(() => {});
    await frozen.frozen;
    world.secrets.removeLabel('AWSPENDING');
    const next = world.start();
    await world.function().step('createSecret', next);
    frozen.thaw();
    await first;
    expect([world.currentLogsIn, world.passwordIsReachable]).toEqual([true, true]);
    await world.function().rotate(next);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([next, true]);
  });
});
