import { TcpProxy } from '../../../../cli/servers/tcp-proxy';
import { code } from '../../support/errors';
import { useMariadb } from '../../support/mariadb';
import { MariadbWorld } from '../../support/mariadb-world';

const server = useMariadb();
let world: MariadbWorld;

jest.setTimeout(20_000);

/** A right of each kind, as GRANT says it. */
const RIGHTS = [
  'GRANT PROCESS, RELOAD ON *.* TO $app',
  'GRANT BINLOG MONITOR ON *.* TO $app WITH GRANT OPTION',
  'GRANT SELECT, CREATE TEMPORARY TABLES, DELETE HISTORY ON $DB.* TO $app',
  'GRANT ALL ON $DB.* TO $app',
  'GRANT INSERT ON `other\\_%`.* TO $app WITH GRANT OPTION',
  'GRANT SELECT (id, `odd, ``name``(`), INSERT (id), UPDATE ON shared.orders TO $app',
  'GRANT ALL ON shared.orders TO $app WITH GRANT OPTION',
  'GRANT SELECT ON shared.`odd ``ON`` table` TO $app',
  'GRANT EXECUTE ON PROCEDURE shared.work TO $app',
  'GRANT EXECUTE, ALTER ROUTINE ON FUNCTION shared.add_up TO $app WITH GRANT OPTION',
  'GRANT $$role TO $app',
  'GRANT $$role TO $app WITH ADMIN OPTION',
  'GRANT PROXY ON somebody@elsewhere TO $app',
  'GRANT PROXY ON somebody@elsewhere TO $app WITH GRANT OPTION',
];

const ATTRIBUTES = [
  'REQUIRE SSL',
  'REQUIRE X509',
  'REQUIRE CIPHER \'TLS_AES_256_GCM_SHA384\' AND ISSUER \'/CN=it\'\'s \\\\ an issuer\' AND SUBJECT \'/CN=subject GRANT OPTION\'',
  'WITH MAX_USER_CONNECTIONS 3',
  'WITH MAX_QUERIES_PER_HOUR 1000 MAX_UPDATES_PER_HOUR 500 MAX_CONNECTIONS_PER_HOUR 200 MAX_STATEMENT_TIME 1.5',
  'PASSWORD EXPIRE NEVER',
  'PASSWORD EXPIRE INTERVAL 30 DAY',
  'ACCOUNT LOCK',
];

beforeAll(async () => {
  await server.server.query('CREATE DATABASE shared');
  await server.server.query('CREATE TABLE shared.orders (id INT, `odd, ``name``(` TEXT)');
  await server.server.query('CREATE TABLE shared.`odd ``ON`` table` (id INT)');
  await server.server.query('CREATE PROCEDURE shared.work() SELECT 1');
  await server.server.query('CREATE FUNCTION shared.add_up() RETURNS INT RETURN 1');
});

beforeEach(async () => {
  world = await MariadbWorld.create(server);
  await server.server.createLogin(world.name('app'), 'password of app');
  await world.sql('CREATE ROLE $$role');
  await world.sql('GRANT $$role TO $admin WITH ADMIN OPTION');
  await world.sql('GRANT PROXY ON \'\'@\'%\' TO $admin WITH GRANT OPTION');
});

afterEach(() => world.close());

function equalise(): Promise<void> {
  return world.apply(world.credential('clone'), { rights: { like: world.credential('app') } });
}

/** The statements since a mark, that changed a right or a login. */
function changesSince(mark: number): string[] {
  return server.server.statements().slice(mark).filter((statement) => /^(GRANT|REVOKE|ALTER|CREATE|DROP|SET (PASSWORD|DEFAULT))/.test(statement));
}

describe('a login is made equal to another one', () => {
  test.each(RIGHTS)('%s: given, seen again, and taken', async (grant) => {
    await world.sql(grant);
    await equalise();
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
    expect(await world.describe('$clone')).not.toEqual([expect.any(String), 'GRANT USAGE ON *.* TO $']);

    const mark = server.server.statements().length;
    await equalise();
    expect(changesSince(mark)).toEqual([expect.stringMatching(/^ALTER USER IF EXISTS/), expect.stringMatching(/^ALTER USER .+ IDENTIFIED VIA/)]);

    await world.sql('DROP USER $app');
    await server.server.createLogin(world.name('app'), 'password of app');
    await equalise();
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
    expect(await world.logsIn(world.credential('clone'))).toBe(true);
  });

  test.each(ATTRIBUTES)('%s: given, and taken', async (attributes) => {
    await world.sql(`ALTER USER $app ${attributes}`);
    await equalise();
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
    await world.sql('ALTER USER $app REQUIRE NONE WITH MAX_USER_CONNECTIONS 0 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 MAX_STATEMENT_TIME 0 ACCOUNT UNLOCK PASSWORD EXPIRE DEFAULT');
    await equalise();
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
  });

  test('privileges are taken from ALL PRIVILEGES one by one, so that nobody is without what stays', async () => {
    await world.sql('GRANT ALL ON *.* TO $admin WITH GRANT OPTION');
    for (const on of ['*.*', '$DB.*', 'shared.orders']) {
      await world.sql(`GRANT ALL ON ${on} TO $app WITH GRANT OPTION`);
      await equalise();
      expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
      await world.sql(`REVOKE ALL ON ${on} FROM $app`);
      await world.sql(`REVOKE GRANT OPTION ON ${on} FROM $app`);
      await world.sql(`GRANT SELECT, INSERT ON ${on} TO $app`);
      const mark = server.server.statements().length;
      await equalise();
      expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
      expect(changesSince(mark).filter((line) => /REVOKE (ALL|.*\b(SELECT|INSERT)\b)/.test(line))).toEqual([]);
      await world.sql(`REVOKE SELECT, INSERT ON ${on} FROM $app`);
      await equalise();
    }
  });

  test('it may come from the same hosts', async () => {
    await world.sql('CREATE USER $app@localhost REQUIRE SSL');
    await world.sql('GRANT SELECT ON $DB.* TO $app@localhost');
    await world.sql('CREATE USER $app@elsewhere');
    await world.sql('DROP USER $app');
    await equalise();
    for (const host of ['localhost', 'elsewhere']) expect(await world.describe(`$clone@${host}`)).toEqual(await world.describe(`$app@${host}`));
    await expect(world.describe('$clone')).rejects.toThrow('matching row');
    expect(await world.logsIn(world.credential('clone'))).toBe(true);
  });

  test.each(['rehearse', 'apply'] as const)('%s refuses an account at a host that the other one does not have, and nothing changes', async (method) => {
    await server.server.createLogin(world.name('clone'), 'old');
    await world.sql('RENAME USER $app TO $app@localhost');
    const before = await world.stored('clone');
    const session = await world.session();
    await expect(session[method](world.credential('clone'), { rights: { like: world.credential('app'), role: world.name('new role'), create: 'none' } })).rejects.toThrow(code('PRIVILEGE', 'none of the login'));
    expect(await world.stored('clone')).toBe(before);
    expect(await world.stored('new role')).toBe('[]');
  });

  test.each(['rehearse', 'apply'] as const)('%s refuses to make a login like itself', async (method) => {
    const app = world.credential('app');
    const session = await world.session();
    await expect(session[method](app, { rights: { like: app } })).rejects.toThrow(code('CONFIG', 'like itself'));
  });

  test('the other one is not touched', async () => {
    await world.sql('GRANT SELECT ON $DB.* TO $app');
    const before = await world.stored('app');
    await equalise();
    expect(await world.stored('app')).toBe(before);
  });

  test('a login that is not there, and one that has what cannot be copied', async () => {
    const missing = { rights: { like: world.credential('nobody') } };
    await expect(world.apply(world.credential('clone'), missing)).rejects.toThrow(code('PRIVILEGE', 'does not exist'));
    await world.sql('CREATE USER $app@localhost IDENTIFIED VIA unix_socket');
    await expect(equalise()).rejects.toThrow(code('PRIVILEGE', 'unix_socket'));
    expect(await world.stored('clone')).toBe('[]');
  });

  test('what the administrator may not give: the password is not given either', async () => {
    await equalise();
    await world.sql('GRANT SUPER ON *.* TO $app');
    const session = await world.session();
    const next = world.credential('clone', 'another password');
    await expect(session.apply(next, { rights: { like: world.credential('app') } })).rejects.toThrow(code('PRIVILEGE', 'WITH GRANT OPTION'));
    expect(await world.logsIn(next)).toBe(false);
    expect(await world.logsIn(world.credential('clone'))).toBe(true);
  });
});

describe('the function dies in the middle', () => {
  test.each(['a new login', 'a login that is there'])('%s has no new password without all rights, and the next attempt repairs it', async (which) => {
    await world.sql('ALTER USER $app REQUIRE SSL WITH MAX_USER_CONNECTIONS 5');
    for (const right of ['SELECT ON $DB.*', 'INSERT ON shared.orders', '$$role', 'EXECUTE ON PROCEDURE shared.work']) await world.sql(`GRANT ${right} TO $app`);
    const like = world.credential('app');
    const next = world.credential('clone', 'new password');
    let died = true;
    for (let last = 1; died; last++) {
      await world.sql('DROP USER IF EXISTS $clone');
      if (which !== 'a new login') {
        await server.server.createLogin(world.name('clone'), 'old password');
        await world.sql('GRANT DELETE ON $DB.* TO $clone');
      }
      const proxy = await TcpProxy.start(server.server.port);
      const session = await world.session({ ...world.admin, port: proxy.port });
      proxy.onSegment(({ direction, number }) => (direction === 'client-to-server' && number === last ? 'cut-after' : 'forward'));
      died = await session.apply(next, { rights: { like } }).then(() => false, () => true);
      await session.close();
      await proxy.close();
      const complete = async () => JSON.stringify(await world.describe('$clone').catch(() => '')) === JSON.stringify(await world.describe('$app'));
      expect([last, await world.logsIn(next) && !await complete()]).toEqual([last, false]);
      await world.apply(next, { rights: { like } });
      expect([last, await world.logsIn(next), await complete()]).toEqual([last, true, true]);
    }
  });
});
