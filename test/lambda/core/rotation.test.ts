import { JOURNAL_LABEL } from '../../../src/handler-contract';
import { MemoryWorld, VALUE } from '../support/rotation';

test('a clean rotation keeps all members, and stays within its budget', async () => {
  const world = new MemoryWorld();
  const rotator = world.function();
  const token = world.start();

  await rotator.rotate(token);

  expect(world.secrets.holder('AWSCURRENT')).toBe(token);
  expect(world.secrets.holder('AWSPREVIOUS')).toBe('version-0');
  expect(world.secrets.holder(JOURNAL_LABEL)).toBe(token);
  expect(world.currentLogsIn).toBe(true);
  expect(world.secrets.current).toEqual({ ...VALUE, password: expect.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{39}$/) });
  expect(Object.keys(world.secrets.current)).toEqual(Object.keys(VALUE));
  expect(world.secrets.calls).toEqual([
    'DescribeSecret', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage',
    'DescribeSecret',
    'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage',
  ]);
  expect(world.server.logins).toBe(3);
  expect(world.server.failedLogins).toBe(0);
});
