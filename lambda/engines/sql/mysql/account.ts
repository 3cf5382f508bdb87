import { escape } from 'mysql2';
import { isSince, Version } from './version';
import { RotationError } from '../../../core/errors';
import { MysqlConnection } from '../mysql-family/connection';
import { Account, accountName, REFUSAL } from '../mysql-family/provision';
import { isPasswordPlugin, PasswordPlugin } from '../mysql-family/verifier';

/** What is in the place of a verifier while nobody can log in. The server's own accounts, such as mysql.sys, have the same. */
export const NO_PASSWORD: { readonly [plugin in PasswordPlugin]: string } = {
  caching_sha2_password: '$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED',
  sha256_password: '$5$THISISANINVALIDSALTX$ANDAPASSWORDTHATMUSTNEVERBRBEUSEDBYANYBODYX',
  mysql_native_password: '*THISISNOTAVALIDPASSWORDTHATCANBEUSEDHERE',
};

const COLUMNS = ['Host', 'plugin', 'authentication_string', 'ssl_type', 'CONVERT(ssl_cipher USING utf8mb4)', 'CONVERT(x509_issuer USING utf8mb4)', 'CONVERT(x509_subject USING utf8mb4)',
  'max_questions', 'max_updates', 'max_connections', 'max_user_connections', 'account_locked', 'password_lifetime'];

/** Of accounts with two passwords, rules for new passwords, and a lock after wrong ones. */
const COLUMNS_SINCE_8_0_14 = ['Password_reuse_history', 'Password_reuse_time', 'Password_require_current', 'CAST(User_attributes AS CHAR)'];

export interface MysqlAccount extends Account {
  readonly plugin: string;
  readonly hasSecondPassword: boolean;
}

/** The member names are the server's. */
interface UserAttributes {
  readonly additional_password?: string;
  readonly Password_locking?: { readonly failed_login_attempts: number; readonly password_lock_time_days: number };
}

/** All accounts of a login. The columns of the table tell more exactly what there is than the text of SHOW CREATE USER. */
export async function readAccounts(connection: MysqlConnection, version: Version, username: string): Promise<MysqlAccount[]> {
  const columns = [...COLUMNS, ...isSince(version, '8.0.14') ? COLUMNS_SINCE_8_0_14 : []];
  const rows = await connection.run(`SELECT ${columns.join(', ')} FROM mysql.user WHERE User = ${escape(username)} ORDER BY Host`, REFUSAL);
  return rows.map((row) => toAccount(username, version, row));
}

function toAccount(username: string, version: Version, row: readonly unknown[]): MysqlAccount {
  const [host, plugin, verifier, tlsType, cipher, issuer, subject, questions, updates, connections, userConnections, locked, lifetime, ...rules] = row;
  const attributes: UserAttributes = JSON.parse(String(rules[3] ?? '{}'));
  return {
    name: accountName(username, String(host)),
    host: String(host),
    plugin: String(plugin),
    unfinished: isPasswordPlugin(String(plugin)) && verifier === NO_PASSWORD[plugin as PasswordPlugin],
    hasSecondPassword: attributes.additional_password !== undefined,
    attributes: [
      `REQUIRE ${demanded(String(tlsType), { CIPHER: cipher, ISSUER: issuer, SUBJECT: subject })}`,
      `WITH MAX_QUERIES_PER_HOUR ${questions} MAX_UPDATES_PER_HOUR ${updates} MAX_CONNECTIONS_PER_HOUR ${connections} MAX_USER_CONNECTIONS ${userConnections}`,
      `PASSWORD EXPIRE ${lifetime === null ? 'DEFAULT' : Number(lifetime) === 0 ? 'NEVER' : `INTERVAL ${lifetime} DAY`}`,
      ...isSince(version, '8.0.14') ? passwordRules(rules) : [],
      ...isSince(version, '8.0.19') ? [passwordLocking(attributes)] : [],
      locked === 'Y' ? 'ACCOUNT LOCK' : 'ACCOUNT UNLOCK',
    ].join(' '),
  };
}

function demanded(type: string, texts: { readonly [name: string]: unknown }): string {
  if (type === '') return 'NONE';
  if (type === 'ANY') return 'SSL';
  if (type !== 'SPECIFIED') return type;
  return Object.entries(texts).filter(([, text]) => text !== '' && text !== null).map(([name, text]) => `${name} ${escape(String(text))}`).join(' AND ');
}

function passwordRules([history, reuseTime, requireCurrent]: readonly unknown[]): string[] {
  return [
    `PASSWORD HISTORY ${history ?? 'DEFAULT'}`,
    `PASSWORD REUSE INTERVAL ${reuseTime === null ? 'DEFAULT' : `${reuseTime} DAY`}`,
    `PASSWORD REQUIRE CURRENT${requireCurrent === null ? ' DEFAULT' : requireCurrent === 'N' ? ' OPTIONAL' : ''}`,
  ];
}

function passwordLocking({ Password_locking: locking }: UserAttributes): string {
  const { failed_login_attempts: attempts = 0, password_lock_time_days: days = 0 } = locking ?? {};
  return `FAILED_LOGIN_ATTEMPTS ${attempts} PASSWORD_LOCK_TIME ${days < 0 ? 'UNBOUNDED' : days}`;
}

/** The plugin of an account is kept: clients may speak no other one. */
export function passwordPluginOf({ name, plugin }: MysqlAccount): PasswordPlugin {
  if (isPasswordPlugin(plugin)) return plugin;
  throw new RotationError('PRIVILEGE', `the account ${name} has the authentication plugin ${plugin}, which keeps no password that a rotation could change`, {
    hint: 'give each account of the login caching_sha2_password, with ALTER USER ... IDENTIFIED WITH',
  });
}
