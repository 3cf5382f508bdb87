import { escape } from 'mysql2';
import { LoginFields, useServer } from './server';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { findMariadb } from '../../../cli/servers/mariadb-binaries';
import { MariadbServer, MariadbServerOptions } from '../../../cli/servers/mariadb-server';
import { mariadb } from '../../../lambda/engines/mariadb';

export type { LoginFields };

let logins = 0;

/** What the administrator of RDS has: everything but the right to run the server. */
const OF_ADMINISTRATOR = `SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES,
  LOCK TABLES, EXECUTE, REPLICATION SLAVE, BINLOG MONITOR, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, DELETE HISTORY`;

/** A real MariaDB, and the engine that trusts its certificate. */
export async function startMariadb(options: Partial<MariadbServerOptions> = {}) {
  const authority = await CertificateAuthority.create();
  const server = await MariadbServer.start({ binaries: findMariadb(process.cwd()), authority, ...options });
  /** Makes a login of its own, and returns the members of its secret. */
  const createLogin = async (password: string = `first-password-${Math.random()}`): Promise<LoginFields> => {
    const username = `App user ${++logins}"%'\`\\`;
    await server.createLogin(username, password);
    return { engine: 'mariadb', host: 'localhost', port: server.port, username, password };
  };
  return {
    server,
    /** The certificate that clients trust, as PEM. */
    authority: authority.certificate,
    engine: mariadb({ authorities: authority.certificate }),
    createLogin,
    /** The same for an administrator, as managed services have them. */
    createAdministrator: async (): Promise<LoginFields> => {
      const fields = await createLogin();
      await server.query(`GRANT ${OF_ADMINISTRATOR} ON *.* TO ${escape(fields.username)}@'%' WITH GRANT OPTION`);
      return fields;
    },
  };
}

export type TestMariadb = Awaited<ReturnType<typeof startMariadb>>;

/** One server for the tests of a file. */
export function useMariadb(options?: Partial<MariadbServerOptions>): TestMariadb {
  return useServer(() => startMariadb(options));
}
