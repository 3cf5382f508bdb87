import { code } from '../../support/errors';
import { LoginFields, POSTGRES_VERSIONS, PostgresVersion, usePostgres } from '../../support/postgres';
import { PostgresWorld } from '../../support/postgres-world';

jest.setTimeout(20_000);

for (const version of POSTGRES_VERSIONS) describe(`pairs of logins, PostgreSQL ${version}`, () => pairs(version));

function pairs(version: PostgresVersion): void {
  const server = usePostgres({ version });
  let world: PostgresWorld;

  beforeEach(async () => {
    world = await PostgresWorld.create(server);
  });

  afterEach(() => world.close());

  const as = (role: string): LoginFields => world.fields(world.name(role));

  /** What happens in a rotation: the login gets its password, and the rights of the other one. */
  function give(role: string, like: string, owner?: string, admin?: LoginFields) {
    return world.apply(role, { like: world.credential(like), role: owner && world.name(owner) }, admin);
  }

  test('a login is never made like itself', async () => {
    await world.asAdmin('CREATE ROLE $app LOGIN');
    await expect(give('app', 'app')).rejects.toThrow(code('CONFIG', world.text('$app cannot be made like itself')));
    const session = await world.session();
    const self = world.credential('admin');
    await expect(session.apply(self, { rights: { like: self } })).rejects.toThrow(code('CONFIG', 'like itself'));
  });

  test('what the login in use is valid until is the same moment, however the administrator writes times', async () => {
    await world.asAdmin('CREATE ROLE $app LOGIN VALID UNTIL \'2101-02-03 04:05:06+00\'');
    await world.sql('ALTER ROLE $admin SET DateStyle = \'SQL\'; ALTER ROLE $admin SET TimeZone = \'Asia/Shanghai\'');
    await give('clone', 'app');
    expect(await world.value(`SELECT rolvaliduntil = '2101-02-03 04:05:06+00' FROM pg_roles WHERE rolname = ${world.literal('clone')}`)).toBe(true);
  });

  test('a setting whose value the server does not accept any more is no fault of the password', async () => {
    await world.asAdmin('CREATE ROLE $app LOGIN; ALTER ROLE $app SET work_mem = \'1MB\'');
    // As an upgrade may leave it.
    await world.sql(`SET allow_system_table_mods = on; UPDATE pg_db_role_setting SET setconfig = '{work_mem=1}' WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = ${world.literal('app')})`);
    await expect(give('clone', 'app')).rejects.toThrow(code('CONFIG', world.text('$app has a setting whose value the server does not accept')));
    await world.asAdmin('ALTER ROLE $app RESET work_mem');
    await give('clone', 'app');
  });

  describe('the administrator that hands objects over stays what it was', () => {
    /** All that it is a member of, and for what. */
    const memberships = (): Promise<unknown> => world.sql(`SELECT to_jsonb(pg_auth_members) - 'oid' AS membership, rolinherit FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
      WHERE rolname = ${world.literal('admin')} ORDER BY 1`);

    async function handsOver(): Promise<void> {
      await world.sql('GRANT USAGE, CREATE ON SCHEMA public TO $app, $clone');
      await world.sql('SET ROLE NONE; CREATE TABLE stray (id int)', as('clone'));
      const before = await memberships();
      await give('app', 'clone');
      await world.apply('clone');
      expect(await memberships()).toEqual(before);
      expect(await world.value('SELECT tableowner::text FROM pg_tables WHERE tablename = \'stray\'')).toBe(world.name('app'));
    }

    test('a member that may only work as the login', async () => {
      await world.asAdmin('CREATE ROLE $app LOGIN');
      await give('clone', 'app');
      if (version >= 16) await world.asAdmin('GRANT $clone TO $admin WITH INHERIT FALSE, SET TRUE');
      else await world.sql('GRANT $clone TO $admin; ALTER ROLE $admin NOINHERIT');
      await handsOver();
      await world.asAdmin('SET ROLE $clone');
    });

    test('no member, and it does not inherit', async () => {
      await world.asAdmin('CREATE ROLE $app LOGIN');
      await give('clone', 'app');
      await world.sql('ALTER ROLE $admin NOINHERIT');
      await handsOver();
    });

    if (version < 16) return;
    test('a member with ADMIN OPTION by way of another role, and of its own without anything', async () => {
      await world.sql('CREATE ROLE $owner; CREATE ROLE $app LOGIN; CREATE ROLE $clone LOGIN; GRANT $owner TO $admin; GRANT $app, $clone TO $owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE');
      await give('clone', 'app');
      await world.sql('SET ROLE $owner; GRANT $clone TO $admin WITH INHERIT FALSE, SET FALSE');
      await handsOver();
    });
  });

  describe.each([[undefined], ['owner']])('role of their own: %s', (owner) => {
    beforeEach(async () => {
      await world.asAdmin('CREATE ROLE $app LOGIN');
      if (owner) await world.asAdmin('CREATE ROLE $owner');
      await world.apply('app', { role: owner && world.name(owner) });
      if (version < 15) await world.sql('REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE, CREATE ON SCHEMA public TO $admin WITH GRANT OPTION');
      await world.asAdmin('CREATE TABLE orders (id int, note text); GRANT SELECT ON orders TO $app; GRANT USAGE, CREATE ON SCHEMA public TO $app');
    });

    test('the second login is made, with the rights of the first', async () => {
      expect(await world.logsIn(await give('clone', 'app', owner))).toBe(true);
      await world.sql('SELECT * FROM orders', as('clone'));
      await expect(world.sql('DELETE FROM orders', as('clone'))).rejects.toThrow('permission denied');
    });

    test('what either makes, both read and alter', async () => {
      await give('clone', 'app', owner);
      await world.sql('CREATE TABLE first (id int)', as('app'));
      await world.sql('CREATE TABLE second (id int)', as('clone'));
      await world.sql('ALTER TABLE first ADD COLUMN more int; SELECT * FROM first', as('clone'));
      await world.sql('ALTER TABLE second ADD COLUMN more int; SELECT * FROM second', as('app'));
    });

    test('a right that was given to the login in use is there after the next rotation, and one that was taken is not', async () => {
      await give('clone', 'app', owner);
      await world.asAdmin('GRANT DELETE ON orders TO $clone');
      await give('app', 'clone', owner);
      await world.sql('DELETE FROM orders', as('app'));
      await world.asAdmin(`REVOKE DELETE ON orders FROM $app, $clone${owner ? ', $owner' : ''}`);
      await give('clone', 'app', owner);
      await expect(world.sql('DELETE FROM orders', as('clone'))).rejects.toThrow('permission denied');
    });

    test('what the login that is not in use has beyond is taken away', async () => {
      await give('clone', 'app', owner);
      await world.asAdmin('CREATE ROLE $auditors; GRANT $auditors TO $clone; GRANT UPDATE (note), DELETE ON orders TO $clone; ALTER ROLE $clone SET work_mem = \'7MB\'');
      await give('clone', 'app', owner);
      expect(await world.value(`pg_has_role(${world.literal('clone')}, ${world.literal('auditors')}, 'MEMBER')`)).toBe(false);
      expect(await world.value(`has_table_privilege(${world.literal('clone')}, 'orders', 'DELETE')`)).toBe(false);
      expect(await world.value(`has_column_privilege(${world.literal('clone')}, 'orders', 'note', 'UPDATE')`)).toBe(false);
      await expect(world.sql('SHOW work_mem', as('clone'))).resolves.not.toEqual([{ work_mem: '7MB' }]);
    });

    test('objects of a login that worked as itself are handed over', async () => {
      await give('clone', 'app', owner);
      await world.sql('ALTER ROLE $clone RESET role');
      await world.asAdmin('GRANT CREATE ON SCHEMA public TO $clone');
      await world.sql('CREATE TABLE stray (id int); CREATE FUNCTION strayed() RETURNS int LANGUAGE SQL AS \'SELECT 1\'; CREATE TYPE mood AS ENUM (\'ok\')', as('clone'));
      await give('app', 'clone', owner);
      await world.sql('ALTER TABLE stray ADD COLUMN more int; DROP FUNCTION strayed(); DROP TYPE mood', as('app'));
      const members = `SELECT count(*)::int FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
        WHERE rolname = ${world.literal('admin')} AND coalesce((to_jsonb(pg_auth_members) ->> 'set_option')::boolean, true)`;
      expect(await world.value(members)).toBe(0);
    });

    test('settings that only a superuser may change', async () => {
      await give('clone', 'app', owner);
      await world.sql('ALTER ROLE $app SET custom.setting = \'it\'\'s = 5\'');
      await world.sql('ALTER ROLE $app SET log_statement = \'none\'');
      await expect(give('clone', 'app', owner)).rejects.toThrow(code('PRIVILEGE', world.text('may not give $clone the attributes and settings of $app')));
      await give('clone', 'app', owner, world.superuser);
      await expect(world.sql('SHOW custom.setting', as('clone'))).resolves.toEqual([{ 'custom.setting': 'it\'s = 5' }]);
      await give('clone', 'app', owner);
    });

    test('limits, attributes and settings are those of the login in use, each time', async () => {
      await give('clone', 'app', owner);
      const settings = [
        'SET work_mem = \'3MB\'', 'SET search_path = public, "Odd, ""name"""', 'SET DateStyle = \'SQL, DMY\'',
        'IN DATABASE $DB SET lock_timeout = 17', 'IN DATABASE $DB SET temp_tablespaces = \'\'', 'CONNECTION LIMIT 7 VALID UNTIL \'2101-02-03 04:05:06\' CREATEDB NOINHERIT',
      ];
      for (const setting of settings) await world.sql(`ALTER ROLE $app ${setting.replace('$DB', () => `"${world.database}"`)}`);
      const ofRole = (role: string): Promise<unknown> => world.value(`SELECT array_agg(row ORDER BY row) FROM (
        SELECT datname || unnest(setconfig) AS row FROM pg_db_role_setting JOIN pg_roles ON setrole = pg_roles.oid LEFT JOIN pg_database ON setdatabase = pg_database.oid WHERE rolname = ${world.literal(role)}
        UNION SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_roles ON setrole = pg_roles.oid WHERE setdatabase = 0 AND rolname = ${world.literal(role)}
        UNION SELECT concat_ws(' ', rolconnlimit, rolvaliduntil, rolcreatedb, rolinherit, rolcreaterole) FROM pg_roles WHERE rolname = ${world.literal(role)}) AS rows WHERE row NOT LIKE 'role=%'`);
      await give('clone', 'app', owner);
      expect(await ofRole('clone')).toEqual(await ofRole('app'));
      expect(String(await ofRole('clone'))).toMatch(/^7 2101-02-03 .*Odd, ""name""/);
      await world.asAdmin('ALTER ROLE $app RESET ALL; ALTER ROLE $app CONNECTION LIMIT -1 VALID UNTIL \'infinity\' NOCREATEDB INHERIT');
      if (owner) await world.asAdmin('ALTER ROLE $app SET role = $owner');
      await give('clone', 'app', owner);
      expect(await ofRole('clone')).not.toContain('work_mem=3MB');
      await world.sql('SELECT * FROM orders', as('clone'));
    });
  });
}
