import { Engine, EngineContext, Line, SecretFields } from '../core/engine';
import { RotationError } from '../core/errors';
import { generatePassword } from '../core/password';
import { databaseFields } from './sql/database-fields';
import { MariadbSession } from './sql/mariadb/session';
import { MysqlCredential, UNUSABLE_NAME } from './sql/mysql-family/connection';
import { MysqlLine } from './sql/mysql-family/line';

const LONGEST_USERNAME = 128;
/** With more of them the server does not find the login that is connected. */
const MOST_BYTES = 255;

export interface MariadbOptions {
  /** Certificates of the authorities that are trusted, as PEM. Without it, those of Node.js and of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: string;
}

/** MariaDB: RDS, self-managed. With an administrator, two passwords for each login. */
export function mariadb({ authorities }: MariadbOptions = {}): Engine<MysqlCredential> {
  return {
    name: 'mariadb',

    parse(fields: SecretFields): MysqlCredential {
      const { dbname, ...credential } = databaseFields(fields, { engines: ['mariadb'], port: 3306 });
      requireUsername(credential.username);
      return { ...credential, database: dbname };
    },

    propose(_current: MysqlCredential, context: EngineContext): SecretFields {
      return { password: generatePassword(context.random) };
    },

    dial(credential: MysqlCredential, context: EngineContext): Promise<Line<MysqlCredential>> {
      return MysqlLine.dial(credential, context, { authorities, openSession: (connection) => new MariadbSession(connection) });
    },
  };
}

function requireUsername(username: string): void {
  if (username.length <= LONGEST_USERNAME && Buffer.byteLength(username) <= MOST_BYTES && !UNUSABLE_NAME.test(username)) return;
  throw new RotationError('INVALID_SECRET', '"username" of the secret is not a name that MariaDB takes', {
    hint: `take up to ${LONGEST_USERNAME} characters in ${MOST_BYTES} bytes, three for each at most, and neither a space at the end nor quotes around it, which the server takes off at a login`,
  });
}
