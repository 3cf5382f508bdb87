/** What operators do, for each way to rotate, on a real MariaDB. */
import { useMariadb } from './support/mariadb';
import { MariadbRotation } from './support/mariadb-rotation';
import { ADMIN_SECRET } from './support/memory-secrets';
import { FunctionProcess } from './support/process';
import { SecretFacts } from '../../src/handler-contract';

const database = useMariadb();
let rotation: MariadbRotation;

beforeEach(async () => {
  rotation = await MariadbRotation.create(database);
});

afterEach(() => rotation.close());

async function rotate(process?: FunctionProcess): Promise<string> {
  const token = rotation.secrets.startRotation();
  await rotation.rotator(process).rotate(token).catch(() => {});
  return token;
}

/** The rotation after the first one dies when the database has the new password. @returns the version that is pending */
async function interrupt(strategy: Partial<SecretFacts>): Promise<string> {
  rotation.begin(strategy.strategy === undefined ? {} : { adminSecret: ADMIN_SECRET, username: rotation.fields.username, ...strategy });
  await rotate();
  return rotate(new FunctionProcess().killAt('apply', 'after'));
}

const SAME_LOGIN = [
  { name: 'single user', strategy: {}, works: false },
  { name: 'admin-assisted', strategy: { strategy: 'admin-assisted' }, works: false },
  { name: 'dual passwords', strategy: { strategy: 'admin-assisted', dualPasswords: 'true' }, works: true },
] as const;

test.each(SAME_LOGIN)('$name: abort sets the password back, and ends the other one', async ({ strategy, works }) => {
  const pending = await interrupt(strategy);
  const { password } = rotation.secrets.current;
  expect([await rotation.logsIn(rotation.secrets.current), await rotation.logsIn(rotation.secrets.value(pending))]).toEqual([works, true]);
  expect(await rotation.rotator().operate('abort')).toMatchObject({ outcome: 'aborted' });
  expect(rotation.secrets.current.password).toBe(password);
  expect([await rotation.logsIn(rotation.secrets.current), await rotation.logsIn(rotation.secrets.value(pending))]).toEqual([true, false]);
  expect(await rotation.rotator().operate('inspect')).toMatchObject({ outcome: 'healthy' });
  await rotate();
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
});

test.each(SAME_LOGIN)('$name: adopt', async ({ strategy, works }) => {
  const pending = await interrupt(strategy);
  expect(await rotation.rotator().operate('adopt')).toMatchObject(works ? { outcome: 'unchanged' } : { outcome: 'adopted', current: pending });
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
});

test('alternating users: abort leaves both logins as they are, and the next rotation takes the password up', async () => {
  const pending = await interrupt({ strategy: 'alternating-users', otherUsername: rotation.world.name('other'), create: 'none' });
  const before = rotation.secrets.current;
  await rotation.rotator().operate('abort');
  expect([rotation.secrets.current, await rotation.logsIn(before), await rotation.logsIn(rotation.secrets.value(pending))]).toEqual([before, true, true]);
  await rotate();
  expect([rotation.secrets.current.password, await rotation.logsIn(rotation.secrets.current)]).toEqual([rotation.secrets.value(pending).password, true]);
});

test.each(['admin-assisted', 'alternating-users'] as const)('%s: reset after somebody changed the password by hand', async (strategy) => {
  const { fields, world } = rotation;
  rotation.begin({ strategy, adminSecret: ADMIN_SECRET, username: fields.username, ...(strategy === 'alternating-users' && { otherUsername: world.name('other') }) });
  await world.sql('ALTER USER $app IDENTIFIED BY \'changed by hand\'');
  expect(await rotation.rotator().operate('inspect')).toMatchObject({ outcome: 'drift', next: 'reset' });
  const used = rotation.rotator();
  expect(await used.operate('reset')).toMatchObject({ outcome: 'reset' });
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
  for (const told of [JSON.stringify(used.records), database.server.statements().join('\n')]) expect(told).not.toContain(fields.password);
});
