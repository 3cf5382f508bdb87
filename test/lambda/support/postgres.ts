import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { findPostgres } from '../../../cli/servers/postgres-binaries';
import { PostgresServer, PostgresServerOptions } from '../../../cli/servers/postgres-server';
import { SecretFields } from '../../../lambda/core/engine';
import { postgres } from '../../../lambda/engines/postgres';

/** The members of the secret of a login. */
export type LoginFields = SecretFields & { username: string; password: string };

let logins = 0;

/** A real PostgreSQL, and the engine that trusts its certificate. */
export async function startPostgres(options: Partial<PostgresServerOptions> = {}) {
  const authority = await CertificateAuthority.create();
  const server = await PostgresServer.start({ binaries: findPostgres(process.cwd()), authority, ...options });
  return {
    server,
    engine: postgres({ authorities: authority.certificate }),
    /** Makes a login of its own, and returns the members of its secret. */
    createLogin: async (password: string = `first-password-${Math.random()}`): Promise<LoginFields> => {
      const username = `App user ${++logins}"%'`;
      await server.createLogin(username, password);
      return { engine: 'postgres', host: 'localhost', port: server.port, username, password };
    },
  };
}

export type TestPostgres = Awaited<ReturnType<typeof startPostgres>>;

/** One server for the tests of a file. */
export function usePostgres(): TestPostgres {
  let started: TestPostgres;
  beforeAll(async () => {
    started = await startPostgres();
  }, 30_000);
  afterAll(() => started.server.stop());
  return {
    get server() {
      return started.server;
    },
    get engine() {
      return started.engine;
    },
    createLogin: (password) => started.createLogin(password),
  };
}
