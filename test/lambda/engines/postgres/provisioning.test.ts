import { Privileges } from '../../../../src/handler-contract';
import { code } from '../../support/errors';
import { LoginFields, POSTGRES_VERSIONS, PostgresVersion, usePostgres } from '../../support/postgres';
import { PostgresWorld } from '../../support/postgres-world';

/** What somebody may try, and who may do it. Each needs what stands before it. */
const TRIALS: readonly (readonly [string, readonly Privileges[]])[] = [
  ['SELECT 1', ['none', 'read-only', 'read-write', 'all']],
  ['SELECT * FROM orders, inner_parts.orders', ['read-only', 'read-write', 'all']],
  ['SELECT last_value FROM numbers', ['read-only', 'read-write', 'all']],
  ['SELECT nextval(\'numbers\')', ['read-write', 'all']],
  ['INSERT INTO orders VALUES (1); UPDATE orders SET id = 2; DELETE FROM orders', ['read-write', 'all']],
  ['TRUNCATE orders', ['all']],
  ['CREATE TABLE own (id int); DROP TABLE own', ['all']],
  ['CREATE SCHEMA own; DROP SCHEMA own', ['all']],
  ['SELECT * FROM later, later_parts.orders', ['read-only', 'read-write', 'all']],
  ['INSERT INTO later VALUES (1)', ['read-write', 'all']],
  ['SELECT * FROM foreign_parts.orders', []],
  ['DROP TABLE orders', []],
];

jest.setTimeout(20_000);

for (const version of POSTGRES_VERSIONS) describe(`logins that are created, PostgreSQL ${version}`, () => provisioning(version));

function provisioning(version: PostgresVersion): void {
  const server = usePostgres({ version });
  let world: PostgresWorld;

  beforeEach(async () => {
    world = await PostgresWorld.create(server);
    // As new databases are from PostgreSQL 15 on.
    if (version < 15) await world.sql('REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO $admin');
    await world.sql('CREATE ROLE $stranger; CREATE SCHEMA foreign_parts AUTHORIZATION $stranger; CREATE TABLE foreign_parts.orders (id int)');
    await world.asAdmin('CREATE TABLE orders (id int); CREATE SEQUENCE numbers; CREATE SCHEMA inner_parts; CREATE TABLE inner_parts.orders (id int)');
  });

  afterEach(() => world.close());

  const as = (role: string): LoginFields => world.fields(world.name(role));

  async function allowed(role: string): Promise<string[]> {
    const done: string[] = [];
    for (const [trial] of TRIALS) {
      if (await world.sql(trial, as(role)).then(() => true, (error) => {
        if (!/permission denied|must be owner/.test(error.message)) throw error;
        return false;
      })) done.push(trial);
    }
    return done;
  }

  describe.each(['none', 'read-only', 'read-write', 'all'] as const)('%s', (privileges) => {
    test.each([undefined, 'owner'])('role: %s', async (role) => {
      await world.apply('app', { create: privileges, role: role && world.name(role) });
      await world.asAdmin('CREATE TABLE later (id int); CREATE SCHEMA later_parts; CREATE TABLE later_parts.orders (id int)');
      expect(await allowed('app')).toEqual(TRIALS.flatMap(([trial, who]) => who.includes(privileges) ? [trial] : []));
    });
  });

  test('what is there already keeps the rights that it has', async () => {
    await world.asAdmin('CREATE ROLE $owner; CREATE ROLE $app LOGIN');
    await world.apply('app', { create: 'all', role: world.name('owner') });
    await expect(world.sql('SELECT * FROM orders', as('app'))).rejects.toThrow('permission denied');
  });

  test('a pair that is created with a role: both do the same', async () => {
    const rights = { create: 'read-write', role: world.name('owner') } as const;
    await world.apply('app', rights);
    await world.apply('clone', { ...rights, like: world.credential('app') });
    await world.asAdmin('CREATE TABLE later (id int); CREATE SCHEMA later_parts; CREATE TABLE later_parts.orders (id int)');
    expect(await allowed('clone')).toEqual(await allowed('app'));
    expect(await world.sql('SELECT current_user::text AS name', as('clone'))).toEqual([{ name: world.name('owner') }]);
    const [{ login }] = await world.sql(`SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = '${world.name('owner')}'`);
    expect(login).toBe(false);
  });

  test('many at once do not get in the way of each other', async () => {
    const names = ['app', 'clone', 'reports', 'jobs', 'imports'];
    await Promise.all(names.map((name) => world.apply(name, { create: 'read-write' })));
    for (const name of names) expect(await world.sql('SELECT 1 AS one', as(name))).toEqual([{ one: 1 }]);
  });

  test('nothing is created without being told to', async () => {
    await expect(world.apply('app', { role: world.name('owner') })).rejects.toThrow(code('PRIVILEGE', world.text('the role $app does not exist')));
    await world.asAdmin('CREATE ROLE $app LOGIN');
    await expect(world.apply('app', { role: world.name('owner') })).rejects.toThrow(code('PRIVILEGE', world.text('the role $owner does not exist')));
  });

  test('a table of others in a schema of the administrator', async () => {
    await world.asAdmin('GRANT USAGE, CREATE ON SCHEMA public TO $stranger');
    await world.sql('CREATE TABLE foreign_orders (id int); ALTER TABLE foreign_orders OWNER TO $stranger');
    await expect(world.apply('app', { create: 'read-only' })).rejects.toThrow(code('PRIVILEGE', world.text('may not give the role $app its privileges')));
    // Who may read, but not pass that on, is only warned.
    await world.sql('GRANT SELECT ON foreign_orders TO $admin');
    await expect(world.apply('app', { create: 'read-only' })).rejects.toThrow(code('PRIVILEGE', 'on table public.foreign_orders'));
    await world.apply('app', { create: 'read-only' }, world.superuser);
    expect(await world.logsIn(world.credential('app'))).toBe(true);
  });

  describe('what is only warned, where the administrator may do a part', () => {
    beforeEach(async () => {
      await world.sql('CREATE SEQUENCE foreign_numbers; ALTER SEQUENCE foreign_numbers OWNER TO $stranger');
      await world.sql('CREATE TABLE foreign_orders (id int); ALTER TABLE foreign_orders OWNER TO $stranger');
    });

    const refused = async (create: Privileges, object: string): Promise<void> => {
      await expect(world.apply('app', { create })).rejects.toThrow(code('PRIVILEGE', `privileges on ${object} (`));
    };

    test('read-only: a sequence that the administrator may read', async () => {
      await world.sql('GRANT SELECT ON foreign_orders TO $admin WITH GRANT OPTION');
      await world.sql(version < 14 ? 'GRANT SELECT ON foreign_numbers TO $admin' : 'GRANT pg_read_all_data TO $admin');
      await refused('read-only', 'sequence public.foreign_numbers');
      await world.sql('GRANT SELECT ON foreign_numbers TO $admin WITH GRANT OPTION');
      await world.apply('app', { create: 'read-only' });
      await world.sql('SELECT last_value FROM foreign_numbers', as('app'));
    });

    test('read-write: a sequence of which the administrator passes on reading', async () => {
      await world.sql('GRANT ALL ON foreign_orders TO $admin WITH GRANT OPTION; GRANT SELECT ON foreign_numbers TO $admin WITH GRANT OPTION');
      await refused('read-write', 'sequence public.foreign_numbers');
      await world.sql('GRANT ALL ON foreign_numbers TO $admin WITH GRANT OPTION');
      await world.apply('app', { create: 'read-write' });
      await world.sql('SELECT nextval(\'foreign_numbers\')', as('app'));
    });

    test.each(['TRUNCATE', 'REFERENCES', 'TRIGGER', ...version < 17 ? [] : ['MAINTAIN']])('all: a table without %s', async (privilege) => {
      await world.sql('GRANT ALL ON foreign_orders, foreign_numbers TO $admin WITH GRANT OPTION');
      await world.sql(`REVOKE ${privilege} ON foreign_orders FROM $admin`);
      await refused('all', 'table public.foreign_orders');
    });

    test('all: a sequence without UPDATE', async () => {
      await world.sql('GRANT ALL ON foreign_orders TO $admin WITH GRANT OPTION; GRANT USAGE, SELECT ON foreign_numbers TO $admin WITH GRANT OPTION');
      await refused('all', 'sequence public.foreign_numbers');
      await world.sql('GRANT ALL ON foreign_numbers TO $admin WITH GRANT OPTION');
      await world.apply('app', { create: 'all' });
      await world.sql('TRUNCATE foreign_orders', as('app'));
    });
  });

  test('a superuser gives what is in schemas of the roles that it really belongs to', async () => {
    const schemas = async (role: string): Promise<unknown> => world.sql(`SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ '(public|_parts)$' AND has_schema_privilege('${world.name(role)}', oid, 'USAGE') ORDER BY 1`);
    await world.apply('app', { create: 'read-only' }, world.superuser);
    expect(await schemas('app')).toEqual([{ name: 'public' }]);
    await world.sql('CREATE ROLE $group; GRANT $admin TO $group; GRANT $group TO $superuser; CREATE SCHEMA own_parts');
    await world.apply('other', { create: 'read-only' }, world.superuser);
    expect(await schemas('other')).toEqual([{ name: 'inner_parts' }, { name: 'own_parts' }, { name: 'public' }]);
  });

  test('a name that the server reserves, or would cut', async () => {
    const session = await world.session();
    await expect(session.apply(world.credential('app'), { rights: { create: 'none', role: 'o'.repeat(64) } })).rejects.toThrow(code('CONFIG', '64 bytes'));
    const reserved = { ...world.credential('app'), username: 'pg_app' };
    await expect(session.apply(reserved, { rights: { create: 'none' } })).rejects.toThrow(code('PRIVILEGE', 'reserved'));
  });
}
