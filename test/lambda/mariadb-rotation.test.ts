/** Whole rotations by each strategy, on a real MariaDB. */
import { dieAfterEachEffect, testOvertakenRotations, testWindow } from './rotation-contract';
import { startMariadb, TestMariadb, useMariadb } from './support/mariadb';
import { MariadbRotation } from './support/mariadb-rotation';
import { ADMIN_SECRET } from './support/memory-secrets';
import { mariadb } from '../../lambda/engines/mariadb';

const database = useMariadb();
let rotation: MariadbRotation;

beforeEach(async () => {
  rotation = await MariadbRotation.create(database);
});

afterEach(() => rotation.close());

const ASSISTED = { strategy: 'admin-assisted', adminSecret: ADMIN_SECRET } as const;
const ALTERNATING = { strategy: 'alternating-users', adminSecret: ADMIN_SECRET } as const;

/** What a rotation costs the server: connections, refused ones among them, and statements. */
async function costOf(rotate: () => Promise<void>): Promise<{ connections: number; refused: number; statements: number }> {
  const [logins, statements] = [database.server.logins().length, database.server.statements().length];
  await rotate();
  const since = database.server.logins().slice(logins);
  expect(since.every(({ ssl }) => ssl)).toBe(true);
  return {
    connections: since.length,
    refused: since.filter(({ outcome }) => outcome === 'failed').length,
    statements: database.server.statements().length - statements,
  };
}

function expectNoPasswordIn(...logs: string[]): void {
  for (const id of rotation.secrets.versions.keys()) {
    const { password } = rotation.secrets.value(id);
    for (const log of logs) expect(log).not.toContain(password);
  }
}

test.each([
  ['single user', {}, { connections: 3, refused: 0, statements: 8 }],
  ['admin-assisted', ASSISTED, { connections: 3, refused: 0, statements: 11 }],
  ['admin-assisted with two passwords', { ...ASSISTED, dualPasswords: 'true' }, { connections: 3, refused: 0, statements: 11 }],
] as const)('%s: the cost of a rotation, and no password in any log', async (_name, strategy, cost) => {
  rotation.begin({ ...strategy, username: rotation.fields.username });
  const used = rotation.rotator();
  expect(await costOf(() => used.rotate(rotation.secrets.startRotation()))).toEqual(cost);
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
  expect(await rotation.logsIn(rotation.fields)).toBe('dualPasswords' in strategy);
  await used.rotate(rotation.secrets.startRotation());
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
  expect(await rotation.logsIn(rotation.fields)).toBe(false);
  expectNoPasswordIn(database.server.log(), JSON.stringify(used.records));
  expect(JSON.stringify(used.records)).not.toMatch(/\*[0-9A-F]{40}/);
});

test('alternating users: the cost of a rotation, equal rights, both passwords valid, and none in any log', async () => {
  const { world, fields } = rotation;
  const otherUsername = world.name('clone');
  rotation.begin({ ...ALTERNATING, username: fields.username, otherUsername });
  await world.sql('ALTER USER $app REQUIRE SSL WITH MAX_USER_CONNECTIONS 9');
  const used = rotation.rotator();
  await used.rotate(rotation.secrets.startRotation());
  expect(rotation.secrets.current.username).toBe(otherUsername);
  expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
  const previous = rotation.secrets.current;
  expect(await costOf(() => used.rotate(rotation.secrets.startRotation()))).toEqual({ connections: 3, refused: 0, statements: 20 });
  expect(rotation.secrets.current.username).toBe(fields.username);
  expect([await rotation.logsIn(rotation.secrets.current), await rotation.logsIn(previous), await rotation.logsIn(fields)]).toEqual([true, true, false]);
  expectNoPasswordIn(database.server.log(), JSON.stringify(used.records));
});

test('a login that the deployment says is created, with a role that owns its rights', async () => {
  const { world } = rotation;
  const facts = { ...ALTERNATING, username: world.name('new'), otherUsername: world.name('clone'), role: world.name('role'), create: 'read-write' } as const;
  rotation.begin(facts, world.fields('new', 'first-password-of-new'));
  await rotation.rotator().step('testSecret', rotation.secrets.startRotation());
  expect(await rotation.logsIn(rotation.fields)).toBe(true);
  await rotation.rotator().rotate(rotation.secrets.startRotation());
  expect(await world.describe('$clone')).toEqual(await world.describe('$new'));
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
});

// 410 ms for AWS's function in the same set-up; a twentieth on a quiet machine, a tenth beside other tests.
testWindow(() => rotation, { rotations: 15, limit: 41 });

test('an administrator repairs a password that was changed by hand, and a login does not', async () => {
  await rotation.world.sql('ALTER USER $app IDENTIFIED BY \'changed by hand\'');
  await expect(rotation.rotator().step('createSecret', rotation.secrets.startRotation())).rejects.toThrow(/^DRIFT/);
  rotation.begin({ ...ASSISTED, username: rotation.fields.username });
  await rotation.rotator().rotate(rotation.secrets.startRotation());
  expect(await rotation.logsIn(rotation.secrets.current)).toBe(true);
});

testOvertakenRotations(() => rotation);

test('an authority that is not trusted: nothing is sent', async () => {
  const before = database.server.logins().length;
  await expect(rotation.rotator(undefined, mariadb()).step('createSecret', rotation.secrets.startRotation())).rejects.toThrow(/^TLS: the certificate of the server was not accepted/);
  expect(database.server.logins()).toHaveLength(before);
});

describe('a server without TLS', () => {
  let plain: TestMariadb;

  beforeAll(async () => {
    plain = await startMariadb({ tls: false });
  }, 30_000);

  afterAll(() => plain.server.stop());

  test('is refused, although it would let the login in', async () => {
    rotation.begin({}, await plain.createLogin());
    await expect(rotation.rotator().step('createSecret', rotation.secrets.startRotation())).rejects.toThrow(/^TLS: the server does not offer TLS \(turn on TLS at the server, .+ clear text is never used\)/);
    expect(plain.server.logins().filter(({ user }) => user === rotation.fields.username)).toHaveLength(0);
  });
});

test.each([
  ['single user', {}],
  ['two passwords', { ...ASSISTED, dualPasswords: 'true' }],
  ['alternating users', ALTERNATING],
] as const)('%s: the process dies after any effect, then the service tries again', async (_name, strategy) => {
  rotation.begin({ ...strategy, username: rotation.fields.username, otherUsername: rotation.world.name('clone') });
  await dieAfterEachEffect(rotation, {
    onDeath: async (place) => {
      if ('adminSecret' in strategy) expect([place, await rotation.logsIn(rotation.secrets.current)]).toEqual([place, true]);
    },
  });
}, 60_000);
