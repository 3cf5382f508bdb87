/**
 * What each way to rotate does on its own. What all have in common is tested for each of them in the other files.
 */
import { RotationError } from '../../../lambda/core/errors';
import { serviceException } from '../support/memory-secrets';
import { ADMIN, environment, MemoryWorld, prepared, STRATEGIES, VALUE } from '../support/rotation';

const ADMINISTRATED = ['admin-assisted', 'dual passwords', 'alternating users'] as const;

describe.each(ADMINISTRATED)('%s', (strategy) => {
  test('a clean rotation: twelve calls, three logins, none failed', async () => {
    const world = MemoryWorld.of(strategy);
    await world.function().rotate(world.start());
    expect(world.secrets.calls).toEqual([
      'DescribeSecret', 'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage',
      'DescribeSecret',
      'GetSecretValue', 'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage',
    ]);
    expect([world.server.logins, world.server.failedLogins, world.currentLogsIn]).toEqual([3, 0, true]);
  });

  test('a secret that names another login than the deployment is refused before anybody logs in', async () => {
    const world = new MemoryWorld({ ...VALUE, username: ADMIN.username }, STRATEGIES[strategy]);
    await expect(world.function().rotate(world.start())).rejects.toThrow(/^INVALID_SECRET: "username" of the secret is not app/);
    expect(world.server.logins).toBe(0);
  });

  test('an administrator in the middle of its own rotation', async () => {
    const world = MemoryWorld.of(strategy);
    world.secrets.admin.set('AWSCURRENT', { ...ADMIN, password: 'old' }).set('AWSPENDING', ADMIN);
    await world.function().rotate(world.start());
    expect(world.currentLogsIn).toBe(true);
  });

  test('an administrator whose labels are on one version is tried once', async () => {
    const world = MemoryWorld.of(strategy);
    const refused = { ...ADMIN, password: 'old-password' };
    world.secrets.admin.set('AWSCURRENT', refused).set('AWSPENDING', refused);
    await expect(world.function().rotate(world.start())).rejects.toThrow('AUTH: the administrator does not log in');
    expect(world.server.failedLogins).toBe(1);
  });

  test('a line that the server ended before it was used is dialled again', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of(strategy));
    world.server.afterApply = () => {
      world.server.afterApply = undefined;
      world.server.faults.set('login', () => new RotationError('NETWORK', 'ended'));
    };
    await rotator.step('finishSecret', token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('an administrator that does not log in', async () => {
    const world = MemoryWorld.of(strategy);
    world.secrets.admin.set('AWSCURRENT', { ...ADMIN, password: 'old-password' });
    const lambda = world.function();
    await expect(lambda.rotate(world.start())).rejects.toThrow('AUTH: the administrator does not log in');
    expect(world.secrets.calls).not.toContain('PutSecretValue');
    expect(JSON.stringify(lambda.records)).not.toContain('old-password');
  });

  test.each([[undefined, 'CONFIG: the secret of the administrator has no value'], [{ username: 'admin' }, 'INVALID_SECRET: the secret has no "password"']])(
    'a secret of the administrator with %j', async (value, message) => {
      const world = MemoryWorld.of(strategy);
      if (value) world.secrets.admin.set('AWSCURRENT', value);
      else world.secrets.admin.delete('AWSCURRENT');
      await expect(world.function().rotate(world.start())).rejects.toThrow(message);
    });

  test('a login that somebody gave another password works again after the rotation', async () => {
    const world = MemoryWorld.of(strategy);
    world.server.passwords.set(VALUE.username, 'changed by hand');
    await world.function().rotate(world.start());
    expect(world.currentLogsIn).toBe(true);
  });

  test('a new password that cannot be used: AWSCURRENT still logs in', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of(strategy));
    world.server.afterApply = () => {
      world.server.afterApply = undefined;
      world.server.faults.set('login', () => new RotationError('AUTH', 'refused'));
    };
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('ROLLED_BACK');
    expect(world.currentLogsIn).toBe(true);
    await rotator.rotate(token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('the promotion is denied: AWSCURRENT still logs in', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of(strategy));
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('AccessDeniedException'), moment: 'before' });
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('ROLLED_BACK');
    expect(world.currentLogsIn).toBe(true);
  });

  test('a server that does not take a password again, though it has it since an attempt that died', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of(strategy));
    const { username, password } = world.secrets.value(token);
    world.server.passwords.set(username, password);
    world.server.faults.set('apply', () => new RotationError('REUSE', 'x'));
    await rotator.step('finishSecret', token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('AWSCURRENT is given another value at the last moment: it is kept, and logs in', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of(strategy));
    world.server.afterApply = () => {
      world.server.afterApply = undefined;
      world.secrets.edit('edited', { ...world.secrets.current, note: 'edited' });
    };
    await expect(rotator.step('finishSecret', token)).rejects.toThrow(/CONFLICT|EDITED/);
    expect([world.secrets.current.note, world.currentLogsIn]).toEqual(['edited', true]);
  });
});

describe('when rotation is configured without rotating', () => {
  test.each(ADMINISTRATED)('%s: the administrator and AWSCURRENT log in, and nothing is changed', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    await world.function().step('testSecret', world.start());
    expect([world.server.log, world.server.logins, world.currentLogsIn]).toEqual([[], 2, true]);
  });

  test.each(ADMINISTRATED)('%s: a login with another password is told', async (strategy) => {
    const world = MemoryWorld.of(strategy);
    world.server.passwords.set(VALUE.username, 'changed by hand');
    await expect(world.function().step('testSecret', world.start())).rejects.toThrow('DRIFT: AWSCURRENT does not log in');
    expect(world.server.log).toEqual([]);
  });
});

describe.each(ADMINISTRATED)('%s: a login that does not exist yet', (strategy) => {
  function withoutLogin(create?: 'read-write'): MemoryWorld {
    const world = new MemoryWorld(VALUE, { ...STRATEGIES[strategy], create, role: 'owner' });
    world.server.passwords.delete(VALUE.username);
    world.server.rights.clear();
    return world;
  }

  test.each(['testSecret', 'createSecret'])('is created by %s with the password and the rights that were deployed', async (step) => {
    const world = withoutLogin('read-write');
    const lambda = world.function();
    const token = world.start();
    await lambda.step(step, token);
    expect([world.currentLogsIn, [...world.server.rights.get(VALUE.username) ?? []]]).toEqual([true, ['member of owner', 'read-write']]);
    await lambda.rotate(token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn, world.server.failedLogins]).toEqual([token, true, 0]);
  });

  test('is not created when the deployment does not say so', async () => {
    const world = withoutLogin();
    await expect(world.function().rotate(world.start())).rejects.toThrow('PRIVILEGE');
    expect([...world.server.passwords.keys()]).toEqual([ADMIN.username]);
  });
});

describe('alternating users', () => {
  test('the logins take turns; AWSCURRENT and AWSPREVIOUS both log in; what is not theirs to change stays', async () => {
    const world = MemoryWorld.of('alternating users');
    const usernames: string[] = [];
    for (let rotation = 0; rotation < 3; rotation++) {
      await world.function().rotate(world.start());
      const { username, note } = world.secrets.current;
      const previous = world.secrets.value(world.secrets.holder('AWSPREVIOUS'));
      expect([world.currentLogsIn, world.server.accepts(previous.username, previous.password), note]).toEqual([true, true, 'kept']);
      usernames.push(username);
    }
    expect(usernames).toEqual(['app_clone', 'app', 'app_clone']);
  });

  test('a password that was never promoted is taken up again, so that it never is without a label', async () => {
    const { world, token } = await prepared(MemoryWorld.of('alternating users'));
    const { password } = world.secrets.value(token);
    world.secrets.removeLabel('AWSPENDING');
    const next = world.start();
    await world.function().rotate(next);
    expect(world.secrets.value(next)).toMatchObject({ username: 'app_clone', password });
  });

  test('unless the server refused it', async () => {
    const { world, rotator, token } = await prepared(MemoryWorld.of('alternating users'));
    const { password } = world.secrets.value(token);
    world.server.faults.set('apply', () => new RotationError('POLICY', 'x'));
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('POLICY');
    const next = world.start();
    await rotator.rotate(next);
    expect(world.secrets.value(next).password).not.toBe(password);
  });
});

describe('alternating users, when somebody moves AWSCURRENT back by hand', () => {
  /** What the CLI does: AWSCURRENT is back on the version before. */
  function moveBack(world: MemoryWorld): void {
    const { text } = world.secrets.versions.get(world.secrets.holder('AWSPREVIOUS')!)!;
    const id = world.secrets.holder('AWSPREVIOUS')!;
    world.secrets.edit(id, JSON.parse(text!));
  }

  test('while a rotation to that very login runs: the login in use is not touched, and the rotation gives way', async () => {
    const world = MemoryWorld.of('alternating users');
    await world.function().rotate(world.start());
    const { rotator, token } = await prepared(world);
    expect(world.secrets.value(token).username).toBe('app');
    moveBack(world);
    const changes = world.server.log.length;
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('EDITED: "username" of the secret was edited');
    expect([world.server.log.length - changes, world.currentLogsIn]).toEqual([0, true]);
    await rotator.rotate(world.start());
    expect([world.secrets.current.username, world.currentLogsIn, world.passwordIsReachable]).toEqual(['app_clone', true, true]);
  });

  test('after a rotation: the next one makes another password, since that one may have leaked', async () => {
    const world = MemoryWorld.of('alternating users');
    await world.function().rotate(world.start());
    const leaked = world.secrets.current.password;
    moveBack(world);
    await world.function().rotate(world.start());
    expect(world.secrets.current.username).toBe('app_clone');
    expect(world.secrets.current.password).not.toBe(leaked);
  });

  test('after a change that died: the password that the login has becomes AWSCURRENT before the journal label leaves it', async () => {
    const world = MemoryWorld.of('alternating users');
    await world.function().rotate(world.start());
    const { token } = await prepared(world);
    world.server.passwords.set('app', world.secrets.value(token).password);
    world.secrets.removeLabel('AWSPENDING');
    moveBack(world);
    await world.function().step('createSecret', world.start());
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });
});

describe('dual passwords', () => {
  test('the old password works until the next rotation', async () => {
    const world = MemoryWorld.of('dual passwords');
    await world.function().rotate(world.start());
    expect(world.server.accepts(VALUE.username, VALUE.password)).toBe(true);
    await world.function().rotate(world.start());
    expect(world.server.accepts(VALUE.username, VALUE.password)).toBe(false);
  });
});

test.each([
  [{ adminSecret: undefined }, 'GUARDED_SECRET_1 has no "adminSecret"'],
  [{ adminSecret: 'admin' }, '"adminSecret" in GUARDED_SECRET_1 is not the ARN of a secret'],
  [{ username: undefined, otherUsername: '' }, 'GUARDED_SECRET_1 has no "username"; GUARDED_SECRET_1 has no "otherUsername"'],
  [{ otherUsername: 'app' }, '"username" and "otherUsername" in GUARDED_SECRET_1 are the same'],
  [{ create: 'everything' as 'all' }, '"create" in GUARDED_SECRET_1 is "everything", not one of none, read-only, read-write, all'],
])('facts with %j', async (facts, message) => {
  const world = MemoryWorld.of('alternating users');
  const lambda = world.function(undefined, { environment: environment({ ...STRATEGIES['alternating users'], ...facts }) });
  await expect(lambda.step('createSecret', world.start())).rejects.toThrow(message);
});

test('a secret that names no database is not refused', async () => {
  const world = new MemoryWorld(VALUE, { ...STRATEGIES['admin-assisted'], database: 'orders' });
  await world.function().rotate(world.start());
  expect(world.currentLogsIn).toBe(true);
});

test('a secret that names another database than the deployment is refused before anybody logs in', async () => {
  const world = new MemoryWorld({ ...VALUE, dbname: 'payroll' }, { ...STRATEGIES['admin-assisted'], database: 'orders' });
  await expect(world.function().rotate(world.start())).rejects.toThrow(/^INVALID_SECRET: "dbname" of the secret is not orders/);
  expect(world.server.logins).toBe(0);
});
