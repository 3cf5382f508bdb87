import { isSince, Version } from './version';
import { RotationError } from '../../../core/errors';
import { MysqlConnection } from '../mysql-family/connection';
import { IDENTIFIER, matches, OBJECT, PRIVILEGES, privilegesIn, TEXT } from '../mysql-family/texts';

/** One right, as small as it can be given and taken. */
export interface Right {
  readonly kind: 'privilege' | 'dynamic' | 'restriction' | 'role' | 'default role' | 'proxy';
  /** The privilege, with at most one column. Empty where the object says it all. */
  readonly what: string;
  /** The object that a privilege is for, the role, or the account that may be impersonated. */
  readonly on: string;
  /** Whether others may be given it. The option of a privilege that is not dynamic is a right of its own. */
  readonly grantable?: boolean;
}

export const ALL = 'ALL PRIVILEGES';
export const GRANT_OPTION = 'GRANT OPTION';
export const FIRST_WITH_ROLES = '8.0.0';
export const EVERYTHING = '*.*';

// MySQL 5.7 writes accounts in quotes, newer ones write them in backticks.
const NAME = `(?:${IDENTIFIER}|${TEXT})`;
const ACCOUNT = `${NAME}@${NAME}`;

const GRANT = new RegExp(`^GRANT (${PRIVILEGES}) ON (${OBJECT}) TO ${ACCOUNT}(.*)$`, 's');
const REVOKE = new RegExp(`^REVOKE (${PRIVILEGES}) ON (${OBJECT}) FROM ${ACCOUNT}$`, 's');
const GRANT_ROLES = new RegExp(`^GRANT (${ACCOUNT}(?:, ?${ACCOUNT})*) TO ${ACCOUNT}( WITH ADMIN OPTION)?$`, 's');
const GRANT_PROXY = new RegExp(`^GRANT PROXY ON (${ACCOUNT}) TO ${ACCOUNT}( WITH GRANT OPTION)?$`, 's');

/** @param grantee an account or a role, as it is written in a statement */
export async function readRights(connection: MysqlConnection, version: Version, grantee: string): Promise<Right[]> {
  const rights = (await connection.run(`SHOW GRANTS FOR ${grantee}`)).flatMap(([line]) => rightsIn(String(line)));
  return [...rights, ...isSince(version, FIRST_WITH_ROLES) ? await readDefaultRoles(connection, grantee) : []];
}

/** SHOW GRANTS does not tell which roles work without being asked for. */
async function readDefaultRoles(connection: MysqlConnection, grantee: string): Promise<Right[]> {
  const [, username, host] = new RegExp(`^(${TEXT})@(${TEXT})$`, 's').exec(grantee)!;
  const rows = await connection.run(`SELECT DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles WHERE USER = ${username} AND HOST = ${host}`);
  return rows.map(([role, roleHost]) => ({ kind: 'default role', what: '', on: roleName(String(role), String(roleHost)) }));
}

/** A role as SHOW GRANTS writes it. */
export function roleName(role: string, host: string = '%'): string {
  return [role, host].map((text) => `\`${text.replace(/`/g, '``')}\``).join('@');
}

/** The rights in a line of SHOW GRANTS. */
export function rightsIn(line: string): Right[] {
  const proxy = GRANT_PROXY.exec(line);
  if (proxy) return [{ kind: 'proxy', what: '', on: proxy[1], grantable: proxy[2] !== undefined }];
  const roles = GRANT_ROLES.exec(line);
  if (roles) return matches(ACCOUNT, roles[1]).map((on) => ({ kind: 'role', what: '', on, grantable: roles[2] !== undefined }));
  const restriction = REVOKE.exec(line);
  if (restriction) return privilegesIn(restriction[1]).map((what) => ({ kind: 'restriction', what, on: restriction[2] }));
  const grant = GRANT.exec(line);
  if (!grant) throw new RotationError('UNKNOWN', 'the server tells a right in a way that the rotation does not know');
  const [, list, on, rest] = grant;
  const mayGrant = rest.includes(' WITH GRANT OPTION');
  const privileges = privilegesIn(list);
  // Dynamic privileges have lines of their own.
  if (privileges.some(isDynamic)) return privileges.map((what) => ({ kind: 'dynamic', what, on, grantable: mayGrant }));
  return [...privileges.filter((what) => what !== 'USAGE'), ...mayGrant ? [GRANT_OPTION] : []].map((what) => ({ kind: 'privilege', what, on }));
}

/** Only their names have underscores ("Static Versus Dynamic Privileges" in the manual). */
function isDynamic(privilege: string): boolean {
  return /^[A-Z_]*_[A-Z_]*$/.test(privilege);
}
