import { RotationError } from '../../../lambda/core/errors';
import { serviceException } from '../support/memory-secrets';
import { MemoryWorld, prepared, STEPS, VALUE } from '../support/rotation';

const oldPassword = (world: MemoryWorld): boolean => world.server.passwords.get('app') === VALUE.password;

describe('finishSecret: the change', () => {
  /** Lets logins fail from the change on. */
  function refuseLoginsAfterChange(world: MemoryWorld, times: number): void {
    let left = times;
    const refuse = (): Error => {
      if (--left > 0) world.server.faults.set('login', refuse);
      return new RotationError('AUTH', 'refused by a proxy');
    };
    world.server.afterApply = () => {
      if (left === times) world.server.faults.set('login', refuse);
    };
  }

  test('a new password that does not log in is taken back', async () => {
    const { world, rotator, token } = await prepared();
    refuseLoginsAfterChange(world, 1);
    await expect(rotator.step('finishSecret', token)).rejects.toThrow(/^ROLLED_BACK: .+ was set back/);
    expect([oldPassword(world), world.currentLogsIn]).toEqual([true, true]);
    expect(world.secrets.holder('AWSPENDING')).toBe(token);
    world.server.afterApply = undefined;
    await rotator.rotate(token);
    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
  });

  test('that the old one works again is not claimed unseen', async () => {
    const { world, rotator, token } = await prepared();
    refuseLoginsAfterChange(world, 2);
    await expect(rotator.step('finishSecret', token)).rejects.toThrow(/^AUTH/);
  });

  test.each(['POLICY', 'REUSE'] as const)('a password that the server never takes (%s) is given up, so that the next rotation makes another one', async (code) => {
    const { world, rotator, token } = await prepared();
    world.server.faults.set('apply', () => new RotationError(code, 'x'));
    await expect(rotator.step('finishSecret', token)).rejects.toThrow(code);
    expect(world.secrets.holder('AWSPENDING')).toBeUndefined();
    await rotator.rotate(world.start());
    expect(world.currentLogsIn).toBe(true);
  });

  test.each(['NETWORK', 'TIMEOUT', 'CONFLICT'] as const)('a change whose answer was lost (%s) is finished by the same step', async (code) => {
    const { world, rotator, token } = await prepared();
    world.server.faults.set('after apply', () => new RotationError(code, 'x'));
    await rotator.step('finishSecret', token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('a server that fails over is left to the next attempt', async () => {
    const { world, rotator, token } = await prepared();
    world.server.faults.set('lock', () => new RotationError('READ_ONLY', 'x'));
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('READ_ONLY');
    expect(oldPassword(world)).toBe(true);
    await rotator.rotate(token);
    expect(world.currentLogsIn).toBe(true);
  });
});

describe('finishSecret: the promotion', () => {
  test('an answer that was lost, and the refusal of the second call', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('InvalidParameterException'), moment: 'after' });
    await rotator.step('finishSecret', token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('a failure that had its effect', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('InternalServiceError', 'x', 500), moment: 'after' });
    await rotator.step('finishSecret', token);
    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
  });

  test('a failure that had none is left to the next attempt', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('InternalServiceError', 'x', 500), moment: 'before' });
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('SERVICE: UpdateSecretVersionStage failed');
    expect(world.passwordIsReachable).toBe(true);
    await rotator.rotate(token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('a right that was lost: the password is set back', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('AccessDeniedException'), moment: 'before' });
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('ROLLED_BACK');
    expect(rotator.last.cause).toContain('DENIED: Secrets Manager refused UpdateSecretVersionStage');
    expect([oldPassword(world), world.currentLogsIn]).toEqual([true, true]);
  });
});

describe('somebody edits the secret while it rotates', () => {
  const edits = [{ name: 'another member', changes: { note: 'edited' } }, { name: 'a new member', changes: { added: 1 } }];

  test.each(edits.flatMap((edit) => STEPS.slice(1).map((step) => ({ ...edit, step }))))('$name, before $step: the edit is kept, and the rotation says so', async ({ changes, step }) => {
    const world = new MemoryWorld();
    const rotator = world.function();
    const token = world.start();
    const edit = { ...VALUE, ...changes };
    const run = async (): Promise<void> => {
      for (const each of STEPS) {
        if (each === step) world.secrets.edit('by-hand', edit);
        await rotator.step(each, token);
      }
    };
    await expect(run()).rejects.toThrow(/^EDITED: "(note|added)" of the secret was edited while it rotated; the edit is kept/);
    expect(world.secrets.current).toEqual(edit);
    expect(world.currentLogsIn).toBe(true);
    // A version cannot be changed, so this one would be refused for ever.
    expect(world.secrets.holder('AWSPENDING')).toBeUndefined();

    await rotator.rotate(world.start());
    expect(world.secrets.current).toEqual({ ...edit, password: expect.not.stringMatching(VALUE.password) });
    expect(world.currentLogsIn).toBe(true);
  });

  test('between the change and the promotion: the edit is kept, and logs in', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({
      operation: 'UpdateSecretVersionStage',
      moment: 'before',
      get error() {
        world.secrets.edit('by-hand', { ...VALUE, note: 'edited' });
        return serviceException('InvalidParameterException');
      },
    });
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('EDITED');
    expect(world.secrets.current).toEqual({ ...VALUE, note: 'edited' });
    expect(world.currentLogsIn).toBe(true);
  });

  test('password of login and secret changed by hand: the rotation goes on from there', async () => {
    const { world, rotator, token } = await prepared();
    world.server.passwords.set('app', 'by hand');
    world.secrets.edit('by-hand', { ...VALUE, password: 'by hand' });
    await rotator.step('finishSecret', token);
    expect([world.secrets.holder('AWSCURRENT'), world.currentLogsIn]).toEqual([token, true]);
  });

  test('password of the login changed by hand: nothing is changed, and the rotation says so', async () => {
    const { world, rotator, token } = await prepared();
    world.server.passwords.set('app', 'by hand');
    await expect(rotator.step('finishSecret', token)).rejects.toThrow('DRIFT');
    expect(world.secrets.holder('AWSCURRENT')).toBe('version-0');
  });
});

describe('reads that lag behind', () => {
  test('a pending value that cannot be seen yet is waited for', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push(
      { operation: 'GetSecretValue', error: serviceException('ResourceNotFoundException'), moment: 'before' },
      { operation: 'GetSecretValue', error: serviceException('ResourceNotFoundException'), moment: 'before' },
    );
    await rotator.step('finishSecret', token);
    expect(world.secrets.holder('AWSCURRENT')).toBe(token);
  });

  test('one that never comes is an error of the service', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.versions.get(token)!.text = undefined;
    await expect(rotator.step('finishSecret', token)).rejects.toThrow(`SERVICE: version ${token} of the secret has no value`);
  });
});
