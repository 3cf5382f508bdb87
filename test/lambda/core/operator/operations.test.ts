/**
 * What operators can do, for each way to rotate, from each state that a rotation can leave.
 */
import { randomUUID } from 'crypto';
import { RotationError } from '../../../../lambda/core/errors';
import { serviceException } from '../../support/memory-secrets';
import { FunctionProcess } from '../../support/process';
import { ADMIN, MemoryWorld, STRATEGY_NAMES, StrategyName, VALUE } from '../../support/rotation';

const ADMINISTRATED: readonly StrategyName[] = ['admin-assisted', 'dual passwords', 'alternating users'];

/** The ways to rotate in which AWSCURRENT fails between the change and the promotion. */
const INTERRUPTING: readonly StrategyName[] = ['single user', 'admin-assisted'];

/** A rotation that died when the database had the new password, and AWSCURRENT the old one. */
async function interrupted(strategy: StrategyName) {
  const world = MemoryWorld.of(strategy);
  const token = world.start();
  await world.function(new FunctionProcess().killAt('apply', 'after')).rotate(token).catch(() => {});
  return { world, token };
}

/** Somebody changed the password in the database. */
function drifted(strategy: StrategyName): MemoryWorld {
  const world = MemoryWorld.of(strategy);
  world.server.passwords.set(VALUE.username, 'changed by hand');
  return world;
}

describe('adopt', () => {
  test.each(INTERRUPTING)('%s: the password that the database has becomes AWSCURRENT', async (strategy) => {
    const { world, token } = await interrupted(strategy);
    expect(world.currentLogsIn).toBe(false);
    expect(await world.function().operate('adopt')).toEqual({ outcome: 'adopted', current: token, next: 'nothing to do' });
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test.each(STRATEGY_NAMES)('%s: AWSCURRENT that logs in stays', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    expect(await world.function().operate('adopt')).toEqual({ outcome: 'unchanged', current: 'version-0', next: 'nothing to do' });
    expect(world.secrets.calls).not.toContain('UpdateSecretVersionStage');
    expect(world.server.failedLogins).toBe(0);
  });

  test('what was edited in AWSCURRENT is kept', async () => {
    const { world } = await interrupted('single user');
    world.secrets.edit(randomUUID(), { ...world.secrets.current, note: 'edited' });
    await world.function().operate('adopt');
    expect([world.secrets.current.note, world.currentLogsIn]).toEqual(['edited', true]);
  });

  test('what was edited may itself be wrong: then nothing is moved', async () => {
    const world = MemoryWorld.of('single user');
    world.secrets.edit(randomUUID(), { ...VALUE, username: 'nobody' });
    const before = world.secrets.holder('AWSCURRENT');
    await expect(world.function().operate('adopt', 'version-0')).rejects.toThrow('AUTH: with "username" as edited in AWSCURRENT, version version-0 does not log in (correct what was edited, then adopt again)');
    expect(world.secrets.holder('AWSCURRENT')).toBe(before);
  });

  test('a version that is named', async () => {
    const { world, token } = await interrupted('single user');
    expect(await world.function().operate('adopt', token)).toMatchObject({ outcome: 'adopted', current: token });
  });

  test('a version that is named, and does not log in, is refused', async () => {
    const { world } = await interrupted('single user');
    await expect(world.function().operate('adopt', 'version-0')).rejects.toThrow('AUTH');
    expect(world.secrets.holder('AWSCURRENT')).toBe('version-0');
  });

  test('a version without a label is refused', async () => {
    await expect(MemoryWorld.of('single user').function().operate('adopt', 'version-9')).rejects.toThrow('EVENT: version version-9 has no label ("VersionId" is one of version-0)');
  });

  test('none that logs in', async () => {
    await expect(drifted('single user').function().operate('adopt')).rejects.toThrow('DRIFT: no version of the secret that has a label logs in');
  });

  test('of a pair, the other login', async () => {
    const world = MemoryWorld.of('alternating users');
    await world.function().rotate(world.start());
    world.server.passwords.set(world.secrets.current.username, 'changed by hand');
    expect(await world.function().operate('adopt')).toMatchObject({ outcome: 'adopted', current: 'version-0' });
    expect([world.secrets.current.username, world.currentLogsIn]).toEqual([VALUE.username, true]);
  });

  test('more than one that logs in: the operator says which', async () => {
    const world = MemoryWorld.of('alternating users');
    await world.function().rotate(world.start());
    const bad = { ...world.secrets.current, password: 'wrong' };
    world.secrets.versions.set('other', { text: JSON.stringify({ ...VALUE, username: 'app_clone', password: world.secrets.current.password }), labels: new Set(['KEPT']) });
    world.secrets.edit('bad', bad);
    world.secrets.versions.set('old', { text: JSON.stringify(VALUE), labels: new Set(['OLD']) });
    await expect(world.function().operate('adopt')).rejects.toThrow(/^EVENT: more than one version logs in: .+ \(say by "VersionId" which one is to be AWSCURRENT\)/);
    expect(world.secrets.holder('AWSCURRENT')).toBe('bad');
    await world.function().operate('adopt', 'old');
    expect([world.secrets.current.username, world.currentLogsIn]).toEqual([VALUE.username, true]);
  });

  test('a rotation that is pending is told', async () => {
    const world = MemoryWorld.of('single user');
    world.secrets.edit('wrong', { ...VALUE, password: 'wrong' });
    world.start();
    expect(await world.function().operate('adopt')).toEqual({
      outcome: 'adopted', current: 'version-0', next: 'a rotation is pending, and Secrets Manager goes on with it: abort it if it should not',
    });
  });
});

describe('abort', () => {
  test.each(STRATEGY_NAMES)('%s: after a rotation that was interrupted AWSCURRENT has its password, and nothing is pending', async (strategy) => {
    const { world } = await interrupted(strategy);
    expect(await world.function().operate('abort')).toMatchObject({ outcome: 'aborted' });
    expect([world.currentLogsIn, world.passwordIsReachable, world.secrets.current.password]).toEqual([true, true, VALUE.password]);
    expect([undefined, world.secrets.holder('AWSCURRENT')]).toContain(world.secrets.holder('AWSPENDING'));
  });

  test.each(['single user', 'admin-assisted', 'dual passwords'] as const)('%s: the password that was given up is not taken any more, and has no label', async (strategy) => {
    const { world, token } = await interrupted(strategy);
    const { username, password } = world.secrets.value(token);
    await world.function().operate('abort');
    expect(world.server.accepts(username, password)).toBe(false);
    expect(world.secrets.versions.get(token)!.labels.size).toBe(0);
  });

  test('the password that the other login of a pair may have keeps its label, and is used next', async () => {
    const { world, token } = await interrupted('alternating users');
    const { password } = world.secrets.value(token);
    await world.function().operate('abort');
    expect([...world.secrets.versions.get(token)!.labels]).toEqual(['GUARDED_JOURNAL']);
    await world.function().rotate(world.start());
    expect([world.secrets.current.password, world.currentLogsIn]).toEqual([password, true]);
  });

  test.each(STRATEGY_NAMES)('%s: a rotation that did not begin is given up without the database', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    world.start();
    await world.function().operate('abort');
    expect([world.server.logins, world.secrets.holder('AWSPENDING'), world.currentLogsIn]).toEqual([0, undefined, true]);
  });

  test.each(STRATEGY_NAMES)('%s: a rotation that was prepared leaves no label', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    const token = world.start();
    await world.function().step('createSecret', token);
    await world.function().operate('abort');
    expect(world.secrets.holder('AWSPENDING')).not.toBe(token);
    expect(world.currentLogsIn).toBe(true);
    await world.function().rotate(world.start());
    expect(world.currentLogsIn).toBe(true);
  });

  test.each(STRATEGY_NAMES)('%s: nothing to give up', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    await world.function().rotate(world.start());
    world.secrets.removeLabel('AWSPENDING');
    expect(await world.function().operate('abort')).toEqual({ outcome: 'unchanged', next: 'nothing to do' });
  });

  test('rotation that is turned off can be given up, too', async () => {
    const { world } = await interrupted('single user');
    world.secrets.rotationEnabled = false;
    await world.function().operate('abort');
    expect(world.currentLogsIn).toBe(true);
  });

  test('too little time: nothing is changed', async () => {
    const { world, token } = await interrupted('single user');
    await expect(world.function().operate('abort', undefined, { remaining: 10_000 })).rejects.toThrow('TIMEOUT: too little time is left');
    expect([world.secrets.holder('AWSPENDING'), world.secrets.holder('AWSCURRENT')]).toEqual([token, 'version-0']);
  });

  test('a server that does not take the old password: nothing is moved, and adopt is named', async () => {
    const { world, token } = await interrupted('single user');
    world.server.faults.set('rehearse', () => new RotationError('REUSE', 'used before'));
    await expect(world.function().operate('abort')).rejects.toThrow('REUSE: the server does not take the password of AWSCURRENT back (adopt the version that logs in, or let Secrets Manager finish the rotation)');
    expect([world.secrets.holder('AWSPENDING'), world.secrets.holder('AWSCURRENT')]).toEqual([token, 'version-0']);
    await world.function().operate('adopt');
    expect(world.currentLogsIn).toBe(true);
  });

  test('AWSCURRENT that was moved meanwhile stays where it is', async () => {
    const { world } = await interrupted('single user');
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('InvalidParameterException'), moment: 'before' });
    await expect(world.function().operate('abort')).rejects.toThrow('CONFLICT: AWSCURRENT was moved meanwhile; the database was not changed (inspect the secret again)');
    expect([world.secrets.holder('AWSCURRENT'), world.passwordIsReachable]).toEqual(['version-0', true]);
  });
});

describe('reset', () => {
  test.each(ADMINISTRATED)('%s: the login has the password of AWSCURRENT again', async (strategy) => {
    const world = drifted(strategy);
    expect(await world.function().operate('reset')).toEqual({ outcome: 'reset', next: 'nothing to do' });
    expect(world.currentLogsIn).toBe(true);
    expect(await world.function().operate('reset')).toEqual({ outcome: 'unchanged', next: 'nothing to do' });
  });

  test.each(ADMINISTRATED)('%s: rights stay as they are', async (strategy) => {
    const world = drifted(strategy);
    await world.function().operate('reset');
    expect(world.rightsAreKept).toBe(true);
  });

  test('after a rotation that was interrupted it ends that rotation', async () => {
    const { world, token } = await interrupted('admin-assisted');
    await world.function().operate('reset');
    expect([world.currentLogsIn, world.secrets.current.password, world.secrets.versions.get(token)!.labels.size]).toEqual([true, VALUE.password, 0]);
  });

  test('a login that is missing is created, if the deployment says so', async () => {
    const world = MemoryWorld.of('admin-assisted');
    world.facts = { ...world.facts, create: 'read-only' };
    world.server.passwords.delete(VALUE.username);
    await world.function().operate('reset');
    expect([world.currentLogsIn, [...world.server.rights.get(VALUE.username)!]]).toEqual([true, ['read-only']]);
  });

  test('nobody can but an administrator', async () => {
    const world = drifted('single user');
    await expect(world.function().operate('reset')).rejects.toThrow('CONFIG: only an administrator can reset a password, and a single-user rotation has none '
      + '(adopt a version that logs in, set the password of AWSCURRENT in the database by hand, or deploy the rotation with an administrator)');
    expect([world.server.logins, world.secrets.calls]).toEqual([0, []]);
  });

});

test.each(['adopt', 'abort', 'reset'])('%s: the labels were moved while it waited for the lock, and nothing is changed', async (operation) => {
  const { world } = await interrupted('admin-assisted');
  const password = world.server.passwords.get(VALUE.username);
  const process = new FunctionProcess().pauseAt('lock', 'before');
  const running = world.function(process).operate(operation);
  await process.frozen;
  world.start();
  const calls = world.secrets.calls.length;
  process.thaw();
  await expect(running).rejects.toThrow('CONFLICT: the labels of the secret were moved meanwhile; nothing was changed (inspect the secret again)');
  expect([world.server.passwords.get(VALUE.username), world.secrets.calls.slice(calls)]).toEqual([password, ['DescribeSecret']]);
});

test('what operators do is told in the log, without a password, and is no metric', async () => {
  const { world } = await interrupted('single user');
  const used = world.function();
  await used.operate('abort');
  expect(used.records[0]).toMatchObject({ level: 'INFO', message: 'operation started', operation: 'abort' });
  expect(used.last).toMatchObject({ level: 'INFO', message: 'operation succeeded', operation: 'abort', FailedLogins: 1 });
  expect(used.last).not.toHaveProperty('_aws');
  const log = JSON.stringify(used.records);
  for (const password of [...world.server.passwords.values(), ADMIN.password, VALUE.password]) expect(log).not.toContain(password);
});

test('what fails is told with code and hint', async () => {
  const used = drifted('single user').function();
  await used.operate('adopt').catch(() => {});
  expect(used.last).toMatchObject({ level: 'ERROR', message: 'operation failed', operation: 'adopt', code: 'DRIFT', hint: expect.any(String) });
});
