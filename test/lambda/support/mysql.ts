import { LoginFields, useServer } from './server';
import { CertificateAuthority } from '../../../cli/servers/certificate-authority';
import { mysql } from '../../../lambda/engines/mysql';
import { GoMysqlServer } from '../../peers/go-mysql-server';
import { ScriptedMysqlOptions, ScriptedMysqlServer } from '../../peers/scripted-mysql/scripted-mysql-server';

export type { LoginFields };

const BUILDING = 300_000;

// A verifier takes thousands of rounds, by design; on a busy machine several of them take longer than a test usually may.
jest.setTimeout(30_000);

let logins = 0;

/** go-mysql-server, and the engine that trusts its certificate. */
export async function startGoMysql(version?: string) {
  const authority = await CertificateAuthority.create();
  const server = await GoMysqlServer.start(authority, version);
  const fieldsOf = ({ username, password }: { username: string; password: string }): LoginFields => (
    { engine: 'mysql', host: 'localhost', port: server.port, username, password }
  );
  return {
    server,
    /** The certificate that clients trust, as PEM. */
    authority: authority.certificate,
    engine: mysql({ authorities: authority.certificate }),
    administrator: fieldsOf(server.administrator),
    /** Makes a login of its own, and returns the members of its secret. */
    createLogin: async (password: string = `first-password-${Math.random()}`): Promise<LoginFields> => {
      const username = `App user ${++logins}"%'\`\\`;
      await server.createLogin(username, password);
      return fieldsOf({ username, password });
    },
  };
}

export type TestGoMysql = Awaited<ReturnType<typeof startGoMysql>>;

/** One server for the tests of a file. The first time, it is built. */
export function useGoMysql(version?: string): TestGoMysql {
  return useServer(() => startGoMysql(version), BUILDING);
}

/** A scripted server, which is set back before each test and must have nothing left after it; and the engine that trusts it. */
export function useScriptedMysql(options: Partial<ScriptedMysqlOptions> = {}) {
  let server: ScriptedMysqlServer;
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await CertificateAuthority.create();
    server = await ScriptedMysqlServer.start({ authority, ...options });
  });
  beforeEach(() => server.reset());
  afterEach(() => expect(server.remains).toEqual([]));
  afterAll(() => server.stop());
  return {
    get server() {
      return server;
    },
    get engine() {
      return mysql({ authorities: authority.certificate });
    },
    fields: (username: string, password: string): LoginFields => ({ engine: 'mysql', host: 'localhost', port: server.port, username, password }),
    /** The statements of every session, up to the lock. */
    opens: (version: string, account: string): void => {
      server.always(/^SET SESSION sql_mode = '', /)
        .always(/^SELECT GET_LOCK\('[0-9a-f]{64}', 0\), @@GLOBAL.read_only, @@GLOBAL.innodb_read_only$/, [{ free: 1, readOnly: 0, innodb: 0 }])
        .always('SELECT VERSION(), CURRENT_USER()', [{ version, account }]);
    },
  };
}
