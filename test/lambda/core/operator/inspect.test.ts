import { RotationError } from '../../../../lambda/core/errors';
import { Inspection } from '../../../../lambda/core/operator/inspect';
import { serviceException } from '../../support/memory-secrets';
import { FunctionProcess } from '../../support/process';
import { MemoryWorld, STRATEGY_NAMES, StrategyName, VALUE } from '../../support/rotation';

const NOW = Date.UTC(2026, 10, 24, 12);

async function inspect(world: MemoryWorld): Promise<Inspection> {
  return await world.function(undefined, { date: () => NOW }).operate('inspect') as Inspection;
}

async function rotated(strategy: StrategyName): Promise<MemoryWorld> {
  const world = MemoryWorld.of(strategy);
  await world.function().rotate(world.start());
  return world;
}

/** The next rotation died after its n-th effect of a kind. */
async function diedAt(strategy: StrategyName, effect: string): Promise<MemoryWorld> {
  const world = await rotated(strategy);
  await world.function(new FunctionProcess().killAt(effect, 'after')).rotate(world.start()).catch(() => {});
  return world;
}

test('a secret that was never rotated', async () => {
  const world = MemoryWorld.of('single user');
  world.secrets.versions.get('version-0')!.created = new Date(NOW - 90 * 60_000);
  expect(await inspect(world)).toEqual({
    outcome: 'healthy',
    next: 'nothing to do',
    strategy: 'single-user',
    rotation: 'idle',
    journal: 'clean',
    versions: [{ version: 'version-0', labels: ['AWSCURRENT'], created: '2026-11-24T10:30:00.000Z', ageHours: 2, username: 'app', logsIn: 'yes' }],
  });
});

test.each(STRATEGY_NAMES)('%s after a rotation: AWSCURRENT first, one login each, nothing changed, no lock, no password', async (strategy) => {
  const world = await rotated(strategy);
  const labelsNow = () => [...world.secrets.versions].map(([id, { labels: own }]) => [id, ...own]);
  const [labels, logins] = [labelsNow(), world.server.logins];
  const process = new FunctionProcess();
  const answer = await world.function(process).operate('inspect') as Inspection;
  expect(answer).toMatchObject({ outcome: 'healthy', journal: 'clean' });
  expect(answer.versions.map(({ labels: own }) => own.includes('AWSCURRENT'))).toEqual([true, false]);
  expect(answer.versions[1]).toMatchObject(strategy === 'single user' || strategy === 'admin-assisted' ? { logsIn: 'no', code: 'AUTH' } : { logsIn: 'yes' });
  expect(world.server.logins - logins).toBe(2);
  expect(process.effects.filter((effect) => !['DescribeSecret', 'GetSecretValue', 'dial', 'login'].includes(effect))).toEqual([]);
  expect(labelsNow()).toEqual(labels);
  for (const password of world.secrets.labelled()) expect(JSON.stringify(answer)).not.toContain(password);
});

test.each([
  ['single user', 'apply', 'interrupted', 'adopt or abort, if Secrets Manager does not repair it by trying again'],
  ['admin-assisted', 'apply', 'interrupted', 'adopt or abort, if Secrets Manager does not repair it by trying again'],
  ['dual passwords', 'apply', 'pending', 'Secrets Manager goes on with the rotation; abort it if it should not'],
  ['alternating users', 'apply', 'pending', 'Secrets Manager goes on with the rotation; abort it if it should not'],
  ['single user', 'UpdateSecretVersionStage', 'pending', 'Secrets Manager goes on with the rotation; abort it if it should not'],
] as const)('%s, dead after %s: %s', async (strategy, effect, outcome, next) => {
  expect(await inspect(await diedAt(strategy, effect))).toMatchObject({ outcome, next, rotation: 'pending', journal: 'unfinished' });
});

test('the same, cancelled by hand', async () => {
  const world = await diedAt('single user', 'apply');
  world.secrets.removeLabel('AWSPENDING');
  expect(await inspect(world)).toMatchObject({ outcome: 'interrupted', next: 'adopt', rotation: 'idle' });
});

test('prepared, cancelled by hand', async () => {
  const world = await diedAt('single user', 'UpdateSecretVersionStage');
  world.secrets.removeLabel('AWSPENDING');
  expect(await inspect(world)).toMatchObject({ outcome: 'unfinished', next: 'nothing to do: the next rotation cleans up; abort does it now', journal: 'unfinished' });
});

test('turned off in the middle', async () => {
  const world = await diedAt('single user', 'UpdateSecretVersionStage');
  world.secrets.rotationEnabled = false;
  expect(await inspect(world)).toMatchObject({ outcome: 'pending', next: 'abort: rotation is turned off, so nobody goes on with it', rotation: 'disabled' });
});

test.each([
  ['single user', 'store the password that the login has as AWSCURRENT, or set the one of AWSCURRENT in the database'],
  ['admin-assisted', 'reset'],
] as const)('%s: the password was changed by hand in the database', async (strategy, next) => {
  const world = await rotated(strategy);
  world.server.passwords.set(VALUE.username, 'changed by hand');
  expect(await inspect(world)).toMatchObject({ outcome: 'drift', next, versions: [{ code: 'AUTH' }, { code: 'AUTH' }] });
});

test.each(['LOCKED', 'NETWORK', 'TIMEOUT', 'TLS'] as const)('%s: no further login is tried', async (code) => {
  const world = await rotated('single user');
  world.server.faults.set('login', () => new RotationError(code, 'refused'));
  const logins = world.server.logins;
  const answer = await inspect(world);
  expect(answer).toMatchObject({ outcome: 'blocked', next: new RotationError(code, 'refused').hint, versions: [{ logsIn: 'no', code, reason: 'refused' }, { logsIn: 'not tried' }] });
  expect(world.server.logins).toBe(logins);
});

test('locked at the second version: that AWSCURRENT drifted is not claimed', async () => {
  const world = await rotated('admin-assisted');
  world.server.passwords.set(VALUE.username, 'changed by hand');
  world.server.faults.set('login', () => {
    world.server.faults.set('login', () => new RotationError('LOCKED', 'too many'));
    return new RotationError('AUTH', 'refused');
  });
  expect(await inspect(world)).toMatchObject({ outcome: 'blocked', versions: [{ code: 'AUTH' }, { code: 'LOCKED' }] });
});

test('a version without a value, and one that is no login', async () => {
  const world = await rotated('single user');
  world.secrets.removeLabel('AWSPENDING');
  world.start('new');
  world.secrets.versions.set('odd', { text: '{"password":"a-password-of-somebody"}', labels: new Set(['MINE']) });
  const { outcome, versions } = await inspect(world);
  expect(outcome).toBe('pending');
  expect(versions.find(({ version }) => version === 'new')).toEqual({ version: 'new', labels: ['AWSPENDING'], logsIn: 'no', reason: 'it has no value' });
  expect(versions.find(({ version }) => version === 'odd')).toMatchObject({ logsIn: 'no', code: 'INVALID_SECRET' });
});

test('AWSCURRENT that is no login, or is not there', async () => {
  const world = await rotated('single user');
  world.secrets.edit('broken', { ...VALUE, host: 'elsewhere' });
  expect(await inspect(world)).toMatchObject({ outcome: 'blocked', next: expect.stringContaining('correct "host" in the secret') });
  world.secrets.removeLabel('AWSCURRENT');
  expect(await inspect(world)).toMatchObject({ outcome: 'blocked', next: 'give the secret a value' });
});

test('what Secrets Manager refuses is an error', async () => {
  const world = await rotated('single user');
  world.secrets.faults.push({ operation: 'GetSecretValue', error: serviceException('AccessDeniedException'), moment: 'before' });
  await expect(inspect(world)).rejects.toThrow('DENIED: Secrets Manager refused GetSecretValue');
});
