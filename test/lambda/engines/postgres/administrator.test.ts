import { code } from '../../support/errors';
import { POSTGRES_VERSIONS, usePostgres } from '../../support/postgres';
import { PostgresWorld } from '../../support/postgres-world';

jest.setTimeout(20_000);

for (const version of POSTGRES_VERSIONS) {
  describe(`an administrator of PostgreSQL ${version}, without being a superuser`, () => {
    const server = usePostgres({ version });
    let world: PostgresWorld;

    beforeEach(async () => {
      world = await PostgresWorld.create(server);
    });

    afterEach(() => world.close());

    test('gives a login that it created another password', async () => {
      await world.asAdmin('CREATE ROLE $app LOGIN');
      const next = await world.apply('app');
      expect(await world.logsIn(next)).toBe(true);
    });

    test('tells whether a login exists', async () => {
      const session = await world.session();
      expect(await session.exists(world.name('app'))).toBe(false);
      expect(await session.exists(world.name('admin'))).toBe(true);
    });

    test('a login that somebody else created', async () => {
      await world.sql('CREATE ROLE $app LOGIN');
      if (version < 16) {
        expect(await world.logsIn(await world.apply('app'))).toBe(true);
        return;
      }
      const hint = world.text('run GRANT $app TO $admin WITH ADMIN OPTION');
      await expect(world.apply('app')).rejects.toThrow(code('PRIVILEGE', hint));
      await world.sql(hint.slice('run '.length));
      expect(await world.logsIn(await world.apply('app'))).toBe(true);
    });

    test('an administrator without CREATEROLE', async () => {
      await world.asAdmin('CREATE ROLE $app LOGIN');
      await world.sql('ALTER ROLE $admin NOCREATEROLE');
      await expect(world.apply('app')).rejects.toThrow(code('PRIVILEGE', 'give the administrator CREATEROLE'));
      await expect(world.apply('other', { create: 'none' })).rejects.toThrow(code('PRIVILEGE', world.text('run ALTER ROLE $admin CREATEROLE')));
    });

    test('logins that cannot be used', async () => {
      await world.asAdmin('CREATE ROLE $app NOLOGIN');
      await expect(world.apply('app')).rejects.toThrow(code('LOCKED'));
      await world.asAdmin('ALTER ROLE $app LOGIN VALID UNTIL \'2001-01-01\'');
      await expect(world.apply('app')).rejects.toThrow(code('EXPIRED', '2001-01-01'));
      await world.asAdmin('ALTER ROLE $app VALID UNTIL \'2101-01-01\'');
      await world.apply('app');
    });

    test('a login that does not exist, and one password beside another', async () => {
      await expect(world.apply('app')).rejects.toThrow(code('PRIVILEGE', 'does not exist'));
      const session = await world.session();
      await expect(session.apply(world.credential('app'), { beside: world.credential('app') })).rejects.toThrow(code('CONFIG', 'one password'));
    });
  });
}
