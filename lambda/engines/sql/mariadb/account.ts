import { escape } from 'mysql2';
import { RotationError } from '../../../core/errors';
import { MysqlConnection } from '../mysql-family/connection';
import { Account, accountName, REFUSAL } from '../mysql-family/provision';
import { IDENTIFIER, TEXT } from '../mysql-family/texts';

/** What is in the place of a hash while nobody can log in. The server's own installation does the same with the login `root`. */
export const NO_PASSWORD = 'invalid';

const PLUGIN = 'mysql_native_password';

const METHOD = `\\w+(?: USING ${TEXT})?`;
const ACCOUNT = new RegExp(
  `^CREATE USER ${IDENTIFIER}@${IDENTIFIER}`
  + `(?: IDENTIFIED (?:BY PASSWORD (?<hash>${TEXT})|VIA (?<methods>${METHOD}(?: OR ${METHOD})*)))?`
  + `(?: REQUIRE (?<require>SSL|X509|(?:(?:ISSUER|SUBJECT|CIPHER) ${TEXT} ?)+?))?`
  + '(?: WITH (?<limits>(?:MAX_\\w+ [\\d.]+ ?)+?))?'
  + '(?<locked> ACCOUNT LOCK)?'
  + '(?: PASSWORD EXPIRE ?(?<expires>NEVER|INTERVAL \\d+ DAY)?)?$', 's');

const LIMITS = ['MAX_QUERIES_PER_HOUR', 'MAX_UPDATES_PER_HOUR', 'MAX_CONNECTIONS_PER_HOUR', 'MAX_USER_CONNECTIONS', 'MAX_STATEMENT_TIME'];

export interface MariadbAccount extends Account {
  /** Plugins and hashes by which it logs in; one is enough. */
  readonly methods: readonly string[];
}

/** All accounts of a login. A role is none. */
export async function readAccounts(connection: MysqlConnection, username: string): Promise<MariadbAccount[]> {
  const rows = await connection.run(`SELECT Host FROM mysql.user WHERE User = ${escape(username)} AND is_role = 'N' ORDER BY Host`, REFUSAL);
  const accounts: MariadbAccount[] = [];
  for (const [host] of rows) accounts.push(await readAccount(connection, accountName(username, String(host)), String(host)));
  return accounts;
}

/** The account that the session has logged in as. */
export function readOwnAccount(connection: MysqlConnection): Promise<MariadbAccount> {
  return readAccount(connection, '', '');
}

async function readAccount(connection: MysqlConnection, name: string, host: string): Promise<MariadbAccount> {
  const [[text]] = await connection.run(`SHOW CREATE USER ${name}`, name === '' ? undefined : REFUSAL);
  const parts = ACCOUNT.exec(String(text))?.groups;
  if (!parts) throw new RotationError('UNKNOWN', 'the server describes the account in a way that the rotation does not know');
  const { hash, methods: list, require, limits, locked, expires } = parts;
  const methods = list ? list.match(new RegExp(METHOD, 'gs'))!.filter((method) => method !== 'OR') : [hash ? `${PLUGIN} USING ${hash}` : PLUGIN];
  return {
    name,
    host,
    methods,
    unfinished: methods.every((method) => method === `${PLUGIN} USING '${NO_PASSWORD}'`),
    attributes: [
      `REQUIRE ${require ?? 'NONE'}`,
      `WITH ${limitsWith(limits ?? '')}`,
      locked ? 'ACCOUNT LOCK' : 'ACCOUNT UNLOCK',
      `PASSWORD EXPIRE ${expires ?? 'DEFAULT'}`,
    ].join(' '),
  };
}

/** A limit that is not told is none. */
function limitsWith(told: string): string {
  const values = new Map([...told.matchAll(/(\w+) ([\d.]+)/g)].map(([, limit, value]) => [limit, value]));
  return LIMITS.map((limit) => `${limit} ${values.get(limit) ?? 0}`).join(' ');
}

/** Other plugins keep what no rotation can change, or change only by taking something away. */
export function requirePasswordAccounts(accounts: readonly MariadbAccount[]): void {
  const others = accounts.flatMap(({ methods }) => methods).map((method) => method.split(' ')[0]).filter((plugin) => plugin !== PLUGIN);
  if (others.length === 0) return;
  throw new RotationError('PRIVILEGE', `the login has the authentication plugin ${others.join(', ')}; only ${PLUGIN} can be rotated`, {
    hint: `give each account of the login ${PLUGIN} only, for example with ALTER USER ... IDENTIFIED VIA ${PLUGIN}`,
  });
}

/** @param hashes of the passwords that are to be valid */
export function identifiedBy(hashes: readonly string[]): string {
  return `IDENTIFIED VIA ${hashes.map((hash) => `${PLUGIN} USING ${escape(hash)}`).join(' OR ')}`;
}
