import { code } from '../../support/errors';
import { LoginFields, POSTGRES_VERSIONS, PostgresVersion, usePostgres } from '../../support/postgres';
import { PostgresWorld } from '../../support/postgres-world';

/** A right of each kind: what GRANT says, the server's own function that tells who has it, and the version from which it is there. */
const RIGHTS: readonly (readonly [string, string, number?])[] = [
  ['SELECT ON TABLE orders', 'has_table_privilege($, \'orders\', \'SELECT\')'],
  ['INSERT ON TABLE orders', 'has_table_privilege($, \'orders\', \'INSERT WITH GRANT OPTION\')'],
  ['UPDATE (id, "odd, ""name""") ON TABLE orders', 'has_column_privilege($, \'orders\', \'odd, "name"\', \'UPDATE\')'],
  ['SELECT ON TABLE "odd %s ""table"""', 'has_table_privilege($, \'"odd %s ""table"""\', \'SELECT\')'],
  ['USAGE ON SEQUENCE numbers', 'has_sequence_privilege($, \'numbers\', \'USAGE\')'],
  ['SELECT ON TABLE overview', 'has_table_privilege($, \'overview\', \'SELECT\')'],
  ['EXECUTE ON FUNCTION add_up(int, text)', 'has_function_privilege($, \'add_up(int, text)\', \'EXECUTE\')'],
  ['EXECUTE ON PROCEDURE work()', 'has_function_privilege($, \'work()\', \'EXECUTE\')'],
  ['EXECUTE ON FUNCTION pg_catalog.pg_ls_logdir()', 'has_function_privilege($, \'pg_ls_logdir()\', \'EXECUTE\')'],
  ['USAGE ON SCHEMA inner_parts', 'has_schema_privilege($, \'inner_parts\', \'USAGE\')'],
  ['USAGE ON TYPE mood', 'has_type_privilege($, \'mood\', \'USAGE\')'],
  ['USAGE ON LANGUAGE sql', 'has_language_privilege($, \'sql\', \'USAGE\')'],
  ['CREATE ON DATABASE $DB', 'has_database_privilege($, current_database(), \'CREATE\')'],
  ['CREATE ON TABLESPACE pg_default', 'has_tablespace_privilege($, \'pg_default\', \'CREATE\')'],
  ['USAGE ON FOREIGN DATA WRAPPER wrapper', 'has_foreign_data_wrapper_privilege($, \'wrapper\', \'USAGE\')'],
  ['USAGE ON FOREIGN SERVER far', 'has_server_privilege($, \'far\', \'USAGE\')'],
  ['SELECT ON LARGE OBJECT 4711', '(SELECT lomacl::text LIKE \'%=r%\' AND lomacl::text LIKE \'%\' || replace($, \'"\', \'%\') || \'%\' FROM pg_largeobject_metadata WHERE oid = 4711)'],
  ['SET ON PARAMETER log_min_duration_statement', 'has_parameter_privilege($, \'log_min_duration_statement\', \'SET\')', 15],
  ['pg_signal_backend', 'pg_has_role($, \'pg_signal_backend\', \'MEMBER\')'],
  ['pg_read_all_stats', 'pg_has_role($, \'pg_read_all_stats\', \'MEMBER WITH ADMIN OPTION\')'],
];

const OBJECTS = `
  CREATE TABLE orders (id int, "odd, ""name""" text);
  CREATE TABLE "odd %s ""table""" (id int);
  CREATE SEQUENCE numbers;
  CREATE VIEW overview AS SELECT * FROM orders;
  CREATE FUNCTION add_up(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE PROCEDURE work() LANGUAGE sql AS 'SELECT 1';
  CREATE SCHEMA inner_parts;
  CREATE TYPE mood AS ENUM ('ok');
  CREATE FOREIGN DATA WRAPPER wrapper;
  CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
  SELECT lo_create(4711);
  REVOKE ALL ON FUNCTION add_up(int, text) FROM PUBLIC;
  REVOKE ALL ON PROCEDURE work() FROM PUBLIC;
  REVOKE ALL ON TYPE mood FROM PUBLIC;
  REVOKE ALL ON LANGUAGE sql FROM PUBLIC`;

jest.setTimeout(20_000);

for (const version of POSTGRES_VERSIONS) describe(`rights of pairs, PostgreSQL ${version}`, () => rights(version));

function rights(version: PostgresVersion): void {
  const server = usePostgres({ version });
  let world: PostgresWorld;

  beforeEach(async () => {
    world = await PostgresWorld.create(server);
    await world.asAdmin('CREATE ROLE $app LOGIN');
    await world.apply('app');
  });

  afterEach(() => world.close());

  const as = (role: string): LoginFields => world.fields(world.name(role));

  function give(role: string, like: string, admin?: LoginFields) {
    return world.apply(role, { like: world.credential(like) }, admin);
  }

  test('rights of every kind reach the other login, and are taken from it', async () => {
    const known = RIGHTS.filter(([, , since = 0]) => version >= since);
    await give('clone', 'app');
    await world.sql(OBJECTS);
    for (const [right, check] of known) {
      const option = check.includes('GRANT OPTION') ? ' WITH GRANT OPTION' : check.includes('ADMIN OPTION') ? ' WITH ADMIN OPTION' : '';
      await world.sql(`GRANT ${right.replace('$DB', `"${world.database}"`)} TO $clone${option}`);
    }
    await world.sql('ALTER DEFAULT PRIVILEGES IN SCHEMA inner_parts GRANT SELECT ON TABLES TO $clone; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO $clone WITH GRANT OPTION');

    const held = async (role: string): Promise<unknown[]> => Promise.all(known.map(async ([right, check]) => [right, await world.value(check.replaceAll('$', () => world.literal(role)))]));
    expect(await held('app')).toEqual(known.map(([right]) => [right, false]));
    await give('app', 'clone', world.superuser);
    expect(await held('app')).toEqual(known.map(([right]) => [right, true]));
    await world.sql('CREATE TABLE inner_parts.later (id int); CREATE SEQUENCE later_numbers');
    expect(await world.value(`has_table_privilege(${world.literal('app')}, 'inner_parts.later', 'SELECT')`)).toBe(true);
    expect(await world.value(`has_sequence_privilege(${world.literal('app')}, 'later_numbers', 'USAGE WITH GRANT OPTION')`)).toBe(true);

    await world.sql('DROP OWNED BY $app; REVOKE pg_signal_backend, pg_read_all_stats FROM $app');
    expect(await held('clone')).toEqual(known.map(([right]) => [right, true]));
    await give('clone', 'app', world.superuser);
    expect(await held('clone')).toEqual(known.map(([right]) => [right, false]));
  });

  test('a pair that somebody else created', async () => {
    await world.sql('CREATE ROLE $foreign LOGIN');
    if (version >= 16) {
      const hint = world.text('run GRANT $foreign TO $admin WITH ADMIN OPTION');
      await expect(give('clone', 'foreign')).rejects.toThrow(code('PRIVILEGE', hint));
      expect(await world.value('SELECT count(*)::int FROM pg_roles WHERE rolname LIKE \'clone%\' AND rolname = ' + world.literal('clone'))).toBe(0);
      await world.sql(hint.slice('run '.length));
    }
    expect(await world.logsIn(await give('clone', 'foreign'))).toBe(true);
    expect(await world.logsIn(await give('foreign', 'clone'))).toBe(true);
  });

  describe('what the administrator may not give', () => {
    beforeEach(async () => {
      await give('clone', 'app');
      await world.sql('CREATE ROLE $stranger; CREATE TABLE foreign_orders (id int); ALTER TABLE foreign_orders OWNER TO $stranger; GRANT SELECT ON foreign_orders TO $clone');
      await world.sql('ALTER ROLE $app PASSWORD NULL');
    });

    afterEach(async () => {
      expect(await world.logsIn(world.credential('app'))).toBe(false);
    });

    const statement = (): string => world.text('GRANT SELECT ON TABLE public.foreign_orders TO $app');

    test('a right on what others own', async () => {
      const refusal = code('PRIVILEGE', `as ${world.name('stranger')}, or as a superuser, run ${statement()}`);
      await expect(give('app', 'clone')).rejects.toThrow(refusal);
    });

    test('a right that the administrator has, but may not pass on: the server only warns', async () => {
      await world.sql('GRANT SELECT ON foreign_orders TO $admin');
      await expect(give('app', 'clone')).rejects.toThrow(code('PRIVILEGE', statement()));
    });

    test('a right in another database', async () => {
      await world.sql('REVOKE ALL ON foreign_orders FROM $clone');
      const other = await PostgresWorld.create(server);
      await other.sql(world.text('CREATE TABLE elsewhere (id int); GRANT SELECT ON elsewhere TO $clone'));
      await expect(give('app', 'clone')).rejects.toThrow(code('PRIVILEGE', `in the database "${other.database}"`));
      await other.sql(world.text('GRANT SELECT ON elsewhere TO $app'));
      await give('app', 'clone');
      await world.sql('ALTER ROLE $app PASSWORD NULL');
    });

    test('what was passed on', async () => {
      await world.sql('CREATE ROLE $third; REVOKE ALL ON foreign_orders FROM $clone; GRANT SELECT ON foreign_orders TO $app');
      await world.asAdmin('CREATE TABLE orders (id int); GRANT SELECT ON orders TO $clone WITH GRANT OPTION');
      await world.sql('SET ROLE NONE; GRANT SELECT ON orders TO $third', as('clone'));
      await expect(give('clone', 'app')).rejects.toThrow(code('PRIVILEGE', world.text('ON TABLE public.orders FROM $clone')));
    });
  });

  test('hundreds of rights take few round trips', async () => {
    await give('clone', 'app');
    await world.asAdmin('DO $$ BEGIN FOR number IN 1..250 LOOP EXECUTE format(\'CREATE TABLE %I (id int)\', \'table \' || number); END LOOP; END $$');
    await world.asAdmin('GRANT SELECT ON ALL TABLES IN SCHEMA public TO $clone');
    const place = server.server.log().length;
    await give('app', 'clone');
    expect(server.server.log().slice(place).match(/LOG: {2}statement: SET LOCAL ROLE [^;]+; GRANT/g)).toHaveLength(2 * 3);
    await world.sql('SELECT * FROM "table 1", "table 250"', as('app'));
    await world.sql('CREATE ROLE $stranger; REASSIGN OWNED BY $admin TO $stranger; GRANT INSERT ON ALL TABLES IN SCHEMA public TO $clone');
    await expect(give('app', 'clone')).rejects.toThrow(code('PRIVILEGE', 'and 99 more for rights that stranger'));
  });

  test('an administrator who is a member of the owner gives what the owner gave', async () => {
    await give('clone', 'app');
    await world.sql('CREATE ROLE $owner; CREATE ROLE $second; GRANT $owner, $second TO $admin');
    await world.sql('CREATE TABLE orders (id int); ALTER TABLE orders OWNER TO $owner; GRANT SELECT ON orders TO $clone; GRANT SELECT ON orders TO $second WITH GRANT OPTION');
    await world.sql('SET ROLE $second; GRANT SELECT ON orders TO $clone');
    await give('app', 'clone');
    expect(await world.value(`has_table_privilege(${world.literal('app')}, 'orders', 'SELECT')`)).toBe(true);
    await world.sql('DROP OWNED BY $app');
    await give('clone', 'app');
    expect(await world.value(`has_table_privilege(${world.literal('clone')}, 'orders', 'SELECT')`)).toBe(false);
  });

  test('a pair of which the second login is a member of the first, but can do nothing as such', async () => {
    await world.asAdmin('CREATE ROLE $clone LOGIN NOINHERIT');
    await world.sql(`GRANT $app TO $clone${version < 16 ? '' : ' WITH INHERIT FALSE, SET FALSE'}`);
    await world.asAdmin('CREATE TABLE orders (id int); GRANT SELECT ON orders TO $app');
    await give('app', 'clone');
    for (const role of ['app', 'clone']) {
      await world.apply(role);
      await world.sql('SELECT * FROM orders', as(role));
    }
  });

  test('an original that works as another role', async () => {
    await world.asAdmin('CREATE ROLE $owner; GRANT $owner TO $app; ALTER ROLE $app SET role = $owner; GRANT USAGE, CREATE ON SCHEMA public TO $owner');
    await give('clone', 'app');
    await world.sql('CREATE TABLE made (id int)', as('clone'));
    await world.sql('ALTER TABLE made ADD COLUMN more int', as('app'));
    expect(await world.sql('SELECT current_user::text AS name', as('clone'))).toEqual([{ name: world.name('owner') }]);
    await give('app', 'clone');
    expect(await world.sql('SELECT current_user::text AS name', as('app'))).toEqual([{ name: world.name('owner') }]);
  });

  test('an original that was dropped is made again, with the rights of the other one', async () => {
    await give('clone', 'app');
    await world.asAdmin('CREATE TABLE orders (id int); GRANT SELECT ON orders TO $clone');
    await world.asAdmin('DROP ROLE $app');
    await give('app', 'clone');
    await world.sql('SELECT * FROM orders', as('app'));
    await give('clone', 'app');
    await world.sql('SELECT * FROM orders', as('clone'));
  });

  test('a pair that gets a role of its own: neither is a member of the other any more', async () => {
    await give('clone', 'app');
    await world.asAdmin('CREATE TABLE orders (id int); GRANT SELECT ON orders TO $app; CREATE ROLE $owner');
    await world.apply('clone', { like: world.credential('app'), role: world.name('owner') });
    await world.apply('app', { like: world.credential('clone'), role: world.name('owner') });
    expect(await world.value(`pg_has_role(${world.literal('clone')}, ${world.literal('app')}, 'MEMBER') OR pg_has_role(${world.literal('app')}, ${world.literal('clone')}, 'MEMBER')`)).toBe(false);
    await world.sql('SELECT * FROM orders', as('clone'));
    await world.sql('SELECT * FROM orders', as('app'));
  });

  test('logins that cannot be used', async () => {
    await give('clone', 'app');
    await world.asAdmin('ALTER ROLE $clone NOLOGIN');
    await expect(give('clone', 'app')).rejects.toThrow(code('LOCKED', world.text('$clone')));
    await world.asAdmin('ALTER ROLE $clone LOGIN; ALTER ROLE $app VALID UNTIL \'2001-01-01\'');
    await expect(give('clone', 'app')).rejects.toThrow(code('EXPIRED', world.text('$app')));
    await world.asAdmin('ALTER ROLE $app VALID UNTIL \'infinity\'; ALTER ROLE $clone VALID UNTIL \'2001-01-01\'');
    await give('clone', 'app');
    await expect(give('clone', 'nobody')).rejects.toThrow(code('PRIVILEGE', 'does not exist'));
  });
}
