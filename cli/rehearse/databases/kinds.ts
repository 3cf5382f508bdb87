import { MARIADB } from './mariadb-stand-in';
import { POSTGRES } from './postgres-stand-in';
import { DatabaseKind } from './stand-in';
import { NotRehearsable } from '../not-rehearsable';

const KINDS: readonly DatabaseKind[] = [POSTGRES, MARIADB];

/** No registry carries a server of these that a user can be told to install. */
const WITHOUT_SERVER: readonly unknown[] = ['mysql', 'aurora-mysql'];

/**
 * The kind of a database with one of the names that RDS has for engines.
 *
 * @throws NotRehearsable if there is no server for it
 */
export function kindOf(engineName: unknown): DatabaseKind {
  const kind = KINDS.find(({ engineNames }) => engineNames.includes(String(engineName)));
  if (kind) return kind;
  const titles = KINDS.map(({ title }) => title).join(' and ');
  const reason = WITHOUT_SERVER.includes(engineName) ? ': there is no package of a MySQL server, and MariaDB is another one' : '';
  throw new NotRehearsable(`a database with engine ${JSON.stringify(engineName)} cannot be started here${reason}; ${titles} can`);
}
