import { RotationError } from '../../../core/errors';
import { MysqlConnection } from '../mysql-family/connection';
import { REFUSAL } from '../mysql-family/provision';
import { IDENTIFIER, OBJECT, PRIVILEGES, privilegesIn, TEXT } from '../mysql-family/texts';

/** One right, as small as it can be given and taken. */
export interface Right {
  /** A privilege with at most one column, GRANT OPTION, or one of the words below. */
  readonly what: string;
  /** The object that a privilege is for, or the role. */
  readonly on: string;
}

export const ROLE = 'ROLE';
export const ROLE_WITH_ADMIN_OPTION = 'ROLE WITH ADMIN OPTION';
export const DEFAULT_ROLE = 'DEFAULT ROLE';
export const PROXY = 'PROXY';
export const PROXY_WITH_GRANT_OPTION = 'PROXY WITH GRANT OPTION';
export const GRANT_OPTION = 'GRANT OPTION';
export const ALL = 'ALL PRIVILEGES';

const GRANTEE = `${IDENTIFIER}(?:@${IDENTIFIER})?`;

const GRANT = new RegExp(`^GRANT (${PRIVILEGES}) ON (${OBJECT}) TO ${GRANTEE}(.*)$`, 's');
const GRANT_ROLE = new RegExp(`^GRANT (${IDENTIFIER}) TO ${GRANTEE}( WITH ADMIN OPTION)?$`, 's');
const GRANT_PROXY = new RegExp(`^GRANT PROXY ON (${IDENTIFIER}@${IDENTIFIER}) TO ${GRANTEE}( WITH GRANT OPTION)?$`, 's');
const SET_DEFAULT_ROLE = new RegExp(`^SET DEFAULT ROLE (${IDENTIFIER}) FOR ${GRANTEE}$`, 's');

/** @param grantee an account or a role, as it is written in a statement */
export async function readRights(connection: MysqlConnection, grantee: string): Promise<Right[]> {
  return (await connection.run(`SHOW GRANTS FOR ${grantee}`, REFUSAL)).flatMap(([text]) => rightsIn(String(text)));
}

/** The rights in a line of SHOW GRANTS. */
export function rightsIn(line: string): Right[] {
  const role = GRANT_ROLE.exec(line);
  if (role) return [{ what: role[2] ? ROLE_WITH_ADMIN_OPTION : ROLE, on: role[1] }];
  const defaultRole = SET_DEFAULT_ROLE.exec(line);
  if (defaultRole) return [{ what: DEFAULT_ROLE, on: defaultRole[1] }];
  const proxy = GRANT_PROXY.exec(line);
  if (proxy) return [{ what: proxy[2] ? PROXY_WITH_GRANT_OPTION : PROXY, on: proxy[1] }];
  const grant = GRANT.exec(line);
  if (!grant) throw new RotationError('UNKNOWN', 'the server tells a right in a way that the rotation does not know');
  const [, list, on, rest] = grant;
  // What is in quotes is the verifier, or a name in a certificate.
  const mayGrant = rest.replace(new RegExp(TEXT, 'gs'), '').includes(' GRANT OPTION');
  const privileges = privilegesIn(list).filter((privilege) => privilege !== 'USAGE');
  return [...privileges, ...mayGrant ? [GRANT_OPTION] : []].map((what) => ({ what, on }));
}
