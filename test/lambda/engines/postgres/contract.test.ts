import { testAdministratorContract } from '../../administrator-contract';
import { testEngineContract } from '../../engine-contract';
import { POSTGRES_VERSIONS, usePostgres } from '../../support/postgres';

for (const version of POSTGRES_VERSIONS) {
  describe(`PostgreSQL ${version}`, () => {
    const database = usePostgres({ version });

    test('is the version that is asked for', async () => {
      const { rows: [{ server_version: found }] } = await database.server.query('SHOW server_version');
      expect(found).toMatch(new RegExp(`^${version}\\.`));
    });

    const start = async () => ({
      engine: database.engine,
      createLogin: () => database.createLogin(),
      createAdministrator: () => database.createAdministrator(),
    });

    testEngineContract(`PostgreSQL ${version} over TLS`, start);
    testAdministratorContract(`PostgreSQL ${version} over TLS`, start);
  });
}
