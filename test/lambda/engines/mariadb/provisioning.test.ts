import { code } from '../../support/errors';
import { useMariadb } from '../../support/mariadb';
import { MariadbWorld } from '../../support/mariadb-world';

const server = useMariadb();
let world: MariadbWorld;

jest.setTimeout(20_000);

beforeEach(async () => {
  world = await MariadbWorld.create(server);
  await world.sql(`CREATE TABLE ${world.text('$DB').replaceAll('\\', '')}.orders (id INT)`);
});

afterEach(() => world.close());

const STATEMENTS = {
  reads: 'SELECT * FROM orders',
  writes: 'INSERT INTO orders VALUES (1)',
  uses: 'CREATE TEMPORARY TABLE scratch (id INT)',
  defines: 'CREATE OR REPLACE TABLE another (id INT)',
};

/** What a login can do in its database. */
async function abilities(login: string): Promise<string[]> {
  const able: string[] = [];
  for (const [name, statement] of Object.entries(STATEMENTS)) await world.as(login, statement).then(() => able.push(name), () => {});
  return able;
}

describe('a login that is missing is created', () => {
  test.each([
    ['none', []],
    ['read-only', ['reads']],
    ['read-write', ['reads', 'writes', 'uses']],
    ['all', ['reads', 'writes', 'uses', 'defines']],
  ] as const)('with the privileges %s in its database and in no other one', async (create, expected) => {
    await world.apply(world.credential('app'), { rights: { create } });
    expect(await world.logsIn(world.credential('app'))).toBe(true);
    expect(await abilities('app')).toEqual(expected);
    // The name of the database contains patterns.
    const like = world.database.replace('_', 'x');
    await world.sql(`CREATE DATABASE \`${like.replaceAll('`', '``')}\``);
    await expect(world.as('app', `CREATE TABLE \`${like.replaceAll('`', '``')}\`.t (id INT)`)).rejects.toThrow();
  });

  test('with a role that is created too, and has the privileges', async () => {
    await world.apply(world.credential('app'), { rights: { role: world.name('role'), create: 'read-write' } });
    expect(await abilities('app')).toEqual(['reads', 'writes', 'uses']);
    expect(await world.describe('$app')).toEqual(expect.arrayContaining([world.text('GRANT $$role TO $'), world.text('SET DEFAULT ROLE $$role FOR $')]));
    expect(await world.describe('$app')).toHaveLength(4);
  });

  test('but not without being told so', async () => {
    await expect(world.apply(world.credential('app'))).rejects.toThrow(code('PRIVILEGE', 'does not exist'));
    await expect(world.apply(world.credential('app'), { rights: { role: world.name('role') } })).rejects.toThrow(code('PRIVILEGE', 'the role'));
    expect(await world.stored('app')).toBe('[]');
  });

  test('after an attempt that was interrupted', async () => {
    await world.sql('CREATE USER $app IDENTIFIED VIA mysql_native_password USING \'invalid\'');
    await world.sql('CREATE ROLE $$role');
    await world.sql('GRANT $$role TO $admin WITH ADMIN OPTION');
    await world.apply(world.credential('app'), { rights: { role: world.name('role'), create: 'read-only' } });
    expect(await abilities('app')).toEqual(['reads']);
    await world.sql('DROP USER $app');
    await world.sql('CREATE USER $app IDENTIFIED VIA mysql_native_password USING \'invalid\'');
    await world.apply(world.credential('app'), { rights: { create: 'all' } });
    expect(await abilities('app')).toEqual(['reads', 'writes', 'uses', 'defines']);
  });

  test('not with privileges in a database that the secret does not name', async () => {
    await expect(world.apply({ ...world.credential('app'), database: undefined }, { rights: { create: 'all' } })).rejects.toThrow(code('CONFIG', '"dbname"'));
    expect(await world.stored('app')).toBe('[]');
  });
});

describe('what is there keeps what it has', () => {
  test('a login', async () => {
    await server.server.createLogin(world.name('app'), 'old');
    await world.sql('GRANT SELECT ON $DB.* TO $app');
    await world.apply(world.credential('app'), { rights: { create: 'all' } });
    expect(await abilities('app')).toEqual(['reads']);
  });

  test('a role; the login becomes a member, and works as it', async () => {
    await server.server.createLogin(world.name('app'), 'old');
    for (const role of ['role', 'other']) {
      await world.sql(`CREATE ROLE $$${role}`);
      await world.sql(`GRANT $$${role} TO $admin WITH ADMIN OPTION`);
    }
    await world.sql('GRANT SELECT ON $DB.* TO $$role');
    await world.sql('GRANT $$other TO $app');
    await world.sql('SET DEFAULT ROLE $$other FOR $app');
    await world.apply(world.credential('app'), { rights: { role: world.name('role'), create: 'all' } });
    expect(await abilities('app')).toEqual(['reads']);
    expect(await world.describe('$app')).toEqual(expect.arrayContaining([world.text('GRANT $$other TO $'), world.text('SET DEFAULT ROLE $$role FOR $')]));
  });
});

describe('a pair whose rights belong to a role', () => {
  test('both are members, work as the role, and have nothing else', async () => {
    const role = world.name('role');
    await world.apply(world.credential('app'), { rights: { role, create: 'all' } });
    await world.apply(world.credential('clone'), { rights: { like: world.credential('app'), role, create: 'all' } });
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
    expect(await abilities('clone')).toEqual(['reads', 'writes', 'uses', 'defines']);
    await world.sql('GRANT SELECT ON mysql.* TO $clone');
    await world.apply(world.credential('clone'), { rights: { like: world.credential('app'), role, create: 'all' } });
    expect(await world.describe('$clone')).toEqual(await world.describe('$app'));
  });

  test('a role whose privileges were revoked stays without them', async () => {
    const role = world.name('role');
    await world.apply(world.credential('app'), { rights: { role, create: 'all' } });
    await world.sql('REVOKE ALL ON $DB.* FROM $$role');
    await world.apply(world.credential('clone'), { rights: { like: world.credential('app'), role, create: 'all' } });
    expect([await abilities('app'), await abilities('clone')]).toEqual([[], []]);
  });

  test('the first login need not be a member yet', async () => {
    await server.server.createLogin(world.name('app'), 'old');
    await world.sql('GRANT SELECT ON $DB.* TO $app');
    await world.apply(world.credential('clone'), { rights: { like: world.credential('app'), role: world.name('role'), create: 'read-write' } });
    expect(await abilities('clone')).toEqual(['reads', 'writes', 'uses']);
  });
});
