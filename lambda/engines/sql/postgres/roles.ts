import { escapeIdentifier, escapeLiteral } from 'pg';
import { PostgresConnection } from './connection';
import { ErrorCode, RotationError } from '../../../core/errors';

/** What the server knows about a role, as far as it does not concern objects. */
export interface Role {
  readonly name: string;
  readonly canLogin: boolean;
  /** As JSON has it, with its offset from UTC: the names that other styles give time zones mean several of them. */
  readonly validUntil: string | null;
  readonly expired: boolean;
  readonly connectionLimit: number;
  /** Names of attributes that can be turned on and off, as ALTER ROLE takes them, and whether they are on. */
  readonly attributes: { readonly [name: string]: boolean };
  readonly memberOf: readonly string[];
  /** The roles whose rights it has, and as which it can work. */
  readonly fullMemberOf: readonly string[];
  /** Without a default role that does not exist any more: the server ignores it. */
  readonly settings: readonly Setting[];
}

/** A setting that sessions of the role start with. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** The database for which it holds; null for all. */
  readonly database: string | null;
}

/** From here on a membership says what it is for, and who creates a role is not its member. */
export const MEMBERSHIPS_WITH_OPTIONS = 160_000;

export interface Roles {
  /** The server's version as a number, 180004 for 18.4. */
  readonly version: number;
  get(name: string): Role | undefined;
}

/** In bytes. The server cuts what is longer, and may come to another role's name. */
const LONGEST_NAME = 63;

export function requireWholeName(name: string, code: ErrorCode): void {
  const length = Buffer.byteLength(name);
  if (length <= LONGEST_NAME) return;
  throw new RotationError(code, `the name ${escapeIdentifier(name)} has ${length} bytes, but PostgreSQL takes ${LONGEST_NAME}`, { hint: 'take a shorter name' });
}

/** Reads roles, all in one statement. One that does not exist is left out. */
export async function readRoles(connection: PostgresConnection, names: readonly string[]): Promise<Roles> {
  const [[{ version }], rows] = await connection.run(['SELECT current_setting(\'server_version_num\')::int AS version', `
    SELECT rolname::text AS name, rolcanlogin AS "canLogin", to_jsonb(nullif(rolvaliduntil, 'infinity')) #>> '{}' AS "validUntil", rolconnlimit AS "connectionLimit",
      coalesce(rolvaliduntil <= clock_timestamp(), false) AS expired,
      json_build_object('SUPERUSER', rolsuper, 'INHERIT', rolinherit, 'CREATEROLE', rolcreaterole, 'CREATEDB', rolcreatedb,
        'REPLICATION', rolreplication, 'BYPASSRLS', rolbypassrls) AS attributes,
      ARRAY(SELECT parent.rolname::text FROM pg_auth_members JOIN pg_roles parent ON parent.oid = roleid WHERE member = pg_roles.oid) AS "memberOf",
      ARRAY(SELECT parent.rolname::text FROM pg_auth_members AS membership JOIN pg_roles parent ON parent.oid = roleid WHERE member = pg_roles.oid
        AND coalesce((to_jsonb(membership) ->> 'inherit_option')::boolean AND (to_jsonb(membership) ->> 'set_option')::boolean, true)) AS "fullMemberOf",
      (SELECT coalesce(json_agg(json_build_object('database', datname, 'name', split_part(setting, '=', 1), 'value', substr(setting, strpos(setting, '=') + 1))), '[]')
        FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
        WHERE setrole = pg_roles.oid AND (setting NOT LIKE 'role=%' OR EXISTS (SELECT FROM pg_roles AS other WHERE 'role=' || other.rolname = setting))) AS settings
    FROM pg_roles WHERE rolname IN (${names.map(escapeLiteral).join(', ')})`]);
  const roles = new Map((rows as unknown as Role[]).map((role) => [role.name, role]));
  return { version: Number(version), get: (name) => roles.get(name) };
}
