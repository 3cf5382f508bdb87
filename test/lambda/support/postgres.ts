import * as path from 'path';
import { escapeIdentifier } from 'pg';
import { LoginFields, useServer } from './server';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { findPostgres, PostgresBinaries } from '../../../cli/servers/postgres-binaries';
import { PostgresServer, PostgresServerOptions } from '../../../cli/servers/postgres-server';
import { postgres } from '../../../lambda/engines/postgres';

export type { LoginFields };

/** The oldest and the newest PostgreSQL that the engine is for. */
export const POSTGRES_VERSIONS = [13, 18] as const;

export type PostgresVersion = typeof POSTGRES_VERSIONS[number];

export interface TestPostgresOptions extends Partial<PostgresServerOptions> {
  /** Without it, the newest. */
  readonly version?: PostgresVersion;
}

const PROJECT = path.join(__dirname, '..', '..', '..');

let logins = 0;

/** The programs of a version: the newest from the project, the oldest from the cache that `scripts/servers.ts` fills. */
export function postgresBinaries(version: PostgresVersion = 18): PostgresBinaries {
  return findPostgres(version === 13 ? path.join(PROJECT, 'node_modules', '.cache', 'guarded-secrets', 'postgres-13') : PROJECT);
}

/** A real PostgreSQL, and the engine that trusts its certificate. */
export async function startPostgres({ version, ...options }: TestPostgresOptions = {}) {
  const authority = await CertificateAuthority.create();
  const server = await PostgresServer.start({ binaries: postgresBinaries(version), authority, ...options });
  /** Makes a login of its own, and returns the members of its secret. */
  const createLogin = async (password: string = `first-password-${Math.random()}`): Promise<LoginFields> => {
    const username = `App user ${++logins}"%'`;
    await server.createLogin(username, password);
    return { engine: 'postgres', host: 'localhost', port: server.port, username, password };
  };
  return {
    server,
    engine: postgres({ authorities: authority.certificate }),
    createLogin,
    /** The same for a superuser. */
    createAdministrator: async (): Promise<LoginFields> => {
      const fields = await createLogin();
      await server.query(`ALTER ROLE ${escapeIdentifier(fields.username)} SUPERUSER`);
      return fields;
    },
  };
}

export type TestPostgres = Awaited<ReturnType<typeof startPostgres>>;

/** One server for the tests of a file. */
export function usePostgres(options: TestPostgresOptions = {}): TestPostgres {
  return useServer(() => startPostgres(options));
}
