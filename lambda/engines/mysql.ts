import { Engine, EngineContext, Line, SecretFields } from '../core/engine';
import { RotationError } from '../core/errors';
import { generatePassword } from '../core/password';
import { databaseFields } from './sql/database-fields';
import { MysqlSession } from './sql/mysql/session';
import { MysqlCredential, UNUSABLE_NAME } from './sql/mysql-family/connection';
import { MysqlLine } from './sql/mysql-family/line';

const LONGEST_USERNAME = 32;

export interface MysqlOptions {
  /** Certificates of the authorities that are trusted, as PEM. Without it, those of Node.js and of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: string;
}

/** MySQL: RDS, Aurora, self-managed. With an administrator, and from 8.0.14 on, two passwords for each login. */
export function mysql({ authorities }: MysqlOptions = {}): Engine<MysqlCredential> {
  return {
    name: 'mysql',

    parse(fields: SecretFields): MysqlCredential {
      const { dbname, ...credential } = databaseFields(fields, { engines: ['mysql', 'aurora-mysql', 'aurora'], port: 3306 });
      requireUsername(credential.username);
      return { ...credential, database: dbname };
    },

    propose(_current: MysqlCredential, context: EngineContext): SecretFields {
      return { password: generatePassword(context.random) };
    },

    dial(credential: MysqlCredential, context: EngineContext): Promise<Line<MysqlCredential>> {
      return MysqlLine.dial(credential, context, { authorities, openSession: (connection, { password }) => new MysqlSession(connection, password) });
    },
  };
}

/** "CREATE USER Statement" and "Grant Tables" in the manual: the column of the name has a length, and three bytes a character. */
function requireUsername(username: string): void {
  if (username.length <= LONGEST_USERNAME && !UNUSABLE_NAME.test(username)) return;
  throw new RotationError('INVALID_SECRET', '"username" of the secret is not a name that MySQL takes', {
    hint: `take up to ${LONGEST_USERNAME} characters, of three bytes each at most, and neither a space at the end nor quotes around it, which the server takes off at a login`,
  });
}
