import { randomUUID } from 'crypto';
import { RotationError } from '../../../lambda/core/errors';
import { JOURNAL_LABEL } from '../../../src/handler-contract';
import { serviceException } from '../support/memory-secrets';
import { environment, MemoryWorld, prepared, STEPS, VALUE } from '../support/rotation';

describe('what is refused before anything happens', () => {
  test.each(STEPS.filter((step) => step !== 'setSecret'))('%s of a rotation that was cancelled, disabled, or never begun', async (step) => {
    const { world, rotator, token } = await prepared();
    const before = world.server.logins;
    await expect(rotator.step(step, randomUUID())).rejects.toThrow(/^STALE: version .+ is not known to the secret/);
    world.secrets.rotationEnabled = false;
    await expect(rotator.step(step, token)).rejects.toThrow(/^STALE: rotation of the secret is not enabled/);
    world.start();
    await expect(rotator.step(step, token)).rejects.toThrow(/^STALE: version .+ is not pending any more/);
    // finishSecret sees under the lock only that rotation is disabled.
    expect(world.server.logins - before).toBe(step === 'finishSecret' ? 1 : 0);
    expect(world.currentLogsIn).toBe(true);
  });

  test.each(STEPS)('%s of a rotation that has succeeded is a success, also when rotation was disabled since', async (step) => {
    const { world, rotator, token } = await prepared();
    await rotator.step('finishSecret', token);
    world.secrets.rotationEnabled = false;
    await rotator.step(step, token);
    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
  });

  test('a secret that the function was not deployed for', async () => {
    const { rotator, token } = await prepared();
    await expect(rotator.step('createSecret', token, 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-AbCdEf')).rejects.toThrow('CONFIG');
    expect(rotator.last).toMatchObject({ level: 'ERROR', message: 'step failed', code: 'CONFIG', step: 'createSecret', SecretsManagerCalls: 0 });
  });

  test('an environment that is not valid is told by each invocation', async () => {
    const world = new MemoryWorld();
    const rotator = world.function(undefined, { environment: environment({ port: 'x' }) });
    for (const _time of [1, 2]) await expect(rotator.step('createSecret', world.start())).rejects.toThrow('CONFIG: the environment of the function is not valid');
  });

  test('an event that is none', async () => {
    const rotator = new MemoryWorld().function();
    await expect(rotator.step('', '')).rejects.toThrow('EVENT');
  });

  test.each([
    [{ host: 'other.example.com' }, 'INVALID_SECRET: "host" of the secret is not database.example.com, for which the function was deployed'],
    [{ port: 2 }, 'INVALID_SECRET: "port" of the secret is not 1, for which the function was deployed'],
    [{ host: undefined }, 'INVALID_SECRET: the secret has no "host" (add "host" to the value of the secret)'],
    [{ engine: 'mysql' }, 'INVALID_SECRET: "engine" of the secret is not one of memory'],
    [{ ssl: 'false' }, 'INVALID_SECRET: "ssl" of the secret is false, but clear text is never used'],
  ])('a secret with %j', async (changes, message) => {
    const world = new MemoryWorld({ ...VALUE, ...changes });
    await expect(world.function().step('createSecret', world.start())).rejects.toThrow(message);
    expect([world.server.logins, world.secrets.calls.includes('PutSecretValue')]).toEqual([0, false]);
  });

  test('the case of the host, and a dot at its end, do not matter', async () => {
    const world = new MemoryWorld({ ...VALUE, host: 'Database.Example.COM.' });
    await world.function().rotate(world.start());
    expect(world.secrets.current.host).toBe('Database.Example.COM.');
  });
});

describe('createSecret: who may act', () => {
  test('nobody: nothing is written', async () => {
    const world = new MemoryWorld();
    world.server.passwords.set('app', 'changed by hand');
    const rotator = world.function();
    await expect(rotator.step('createSecret', world.start())).rejects.toThrow(/^DRIFT: no version of the secret that has a label logs in \(store the password/);
    expect(world.secrets.calls).not.toContain('PutSecretValue');
    expect(rotator.last).toMatchObject({ Logins: 1, FailedLogins: 1, cause: expect.stringContaining('AUTH') });
  });

  test('AWSPREVIOUS, when AWSCURRENT was set to something wrong', async () => {
    const world = new MemoryWorld();
    await world.function().rotate(world.start());
    world.secrets.removeLabel('AWSPENDING');
    world.secrets.edit('by-hand', { ...world.secrets.current, password: 'wrong' });
    const token = world.start();
    await world.function().rotate(token);
    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
    expect(world.currentLogsIn).toBe(true);
  });

  test.each(['LOCKED', 'NETWORK', 'TIMEOUT', 'UNKNOWN'] as const)('after %s no other password is tried', async (code) => {
    const world = new MemoryWorld();
    await world.function().rotate(world.start());
    world.server.faults.set('login', () => new RotationError(code, 'x'));
    const before = world.secrets.calls.length;
    await expect(world.function().step('createSecret', world.start())).rejects.toThrow(code);
    expect(world.secrets.calls.slice(before)).toEqual(['DescribeSecret', 'GetSecretValue']);
  });

  test('a version of another login is passed over', async () => {
    const world = new MemoryWorld();
    world.secrets.edit('by-hand', { ...VALUE, username: 'other', password: 'wrong' });
    await expect(world.function().step('createSecret', world.start())).rejects.toThrow('DRIFT');
    expect(world.server.logins).toBe(1);
  });

  test.each(['PRIVILEGE', 'POLICY', 'READ_ONLY'] as const)('a login that could not change its password (%s): nothing is written', async (code) => {
    const world = new MemoryWorld();
    world.server.faults.set('rehearse', () => new RotationError(code, 'x'));
    await expect(world.function().step('createSecret', world.start())).rejects.toThrow(code);
    expect(world.secrets.calls).not.toContain('PutSecretValue');
  });
});

describe('createSecret: writing', () => {
  test('labels and the token of the origin are sent along', async () => {
    const { world, token } = await prepared();
    expect(world.secrets.inputs[3]).toMatchObject({ ClientRequestToken: token, VersionStages: ['AWSPENDING'], RotationToken: 'rotation-token' });
    expect(world.secrets.inputs[4]).toMatchObject({ VersionStage: JOURNAL_LABEL, MoveToVersionId: token });
  });

  test('an answer that was lost is found again', async () => {
    const world = new MemoryWorld();
    const token = world.start();
    world.secrets.faults.push({ operation: 'PutSecretValue', error: serviceException('InternalServiceError', 'x', 500), moment: 'after' });
    await expect(world.function().step('createSecret', token)).rejects.toThrow('SERVICE: PutSecretValue failed');
    await world.function().rotate(token);
    expect(world.currentLogsIn).toBe(true);
  });

  test('a value that another function wrote is taken, and gets the journal label', async () => {
    const world = new MemoryWorld();
    const token = world.start();
    world.secrets.versions.get(token)!.text = JSON.stringify({ ...VALUE, password: 'of another function' });
    await world.function().rotate(token);
    expect(world.secrets.holder(JOURNAL_LABEL)).toBe(token);
    expect(world.secrets.current.password).toBe('of another function');
    expect(world.currentLogsIn).toBe(true);
  });
});

describe('testSecret alone, as the service calls it when rotation is configured without rotating', () => {
  test.each(['a copy of AWSCURRENT', 'no value'])('with %s', async (content) => {
    const world = new MemoryWorld();
    const token = world.start();
    if (content !== 'no value') world.secrets.versions.get(token)!.text = JSON.stringify(VALUE);
    await world.function().step('testSecret', token);
    expect([world.server.logins, world.server.failedLogins]).toEqual([1, 0]);
  });

  test('fails when the rotation could not work', async () => {
    const world = new MemoryWorld();
    world.server.faults.set('rehearse', () => new RotationError('PRIVILEGE', 'x'));
    await expect(world.function().step('testSecret', world.start())).rejects.toThrow('PRIVILEGE');
  });
});

describe('the log', () => {
  test('says for each step what it took', async () => {
    const { world, rotator, token } = await prepared();
    await rotator.step('finishSecret', token);
    const ends = rotator.records.filter(({ message }) => message === 'step succeeded');
    expect(ends).toEqual([
      ['createSecret', 5, 1], ['setSecret', 0, 0], ['testSecret', 1, 0], ['finishSecret', 4, 2],
    ].map(([step, SecretsManagerCalls, Logins]) => expect.objectContaining({ level: 'INFO', engine: 'memory', step, version: token, SecretsManagerCalls, Logins, FailedLogins: 0, StepDuration: expect.any(Number) })));
    expect(rotator.records).toContainEqual(expect.objectContaining({ message: 'AWSCURRENT has the new password', windowMillis: expect.any(Number) }));
    expect(JSON.stringify(rotator.records)).not.toContain(world.secrets.current.password);
  });

  test('says what failed, why, and what to do', async () => {
    const world = new MemoryWorld();
    world.server.faults.set('dial', () => new RotationError('TLS', 'the server does not offer TLS', { cause: Object.assign(new Error('no'), { code: 'E1' }) }));
    const rotator = world.function();
    await expect(rotator.step('createSecret', world.start())).rejects.toThrow('TLS');
    expect(rotator.last).toMatchObject({ level: 'ERROR', message: 'step failed', code: 'TLS', step: 'createSecret', hint: expect.stringContaining('turn on TLS'), cause: 'Error E1: no' });
  });

  test('the time of the function is over: the step says so', async () => {
    const world = new MemoryWorld();
    await expect(world.function().step('createSecret', world.start(), undefined, 0)).rejects.toThrow('TIMEOUT: the time of the function is over');
  });
});
