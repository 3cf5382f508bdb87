import { escapeIdentifier, escapeLiteral } from 'pg';
import { PostgresConnection } from './connection';
import { forWantOfPrivileges } from './errors';
import { lockKey } from './lock-key';
import { Privileges } from '../../../../src/handler-contract';
import { RotationError } from '../../../core/errors';

interface Grants {
  readonly database: string;
  readonly schemas?: string;
  readonly tables?: string;
  readonly sequences?: string;
}

/**
 * What a role is given when it is created: in each schema that the administrator owns, and in "public", on all tables that are
 * there, and on all schemas and tables that the administrator makes later.
 */
const GRANTS: { readonly [privileges in Privileges]: Grants } = {
  'none': { database: 'CONNECT' },
  'read-only': { database: 'CONNECT', schemas: 'USAGE', tables: 'SELECT', sequences: 'SELECT' },
  'read-write': { database: 'CONNECT', schemas: 'USAGE', tables: 'SELECT, INSERT, UPDATE, DELETE', sequences: 'USAGE, SELECT, UPDATE' },
  'all': { database: 'CREATE, CONNECT, TEMPORARY', schemas: 'USAGE, CREATE', tables: 'ALL', sequences: 'ALL' },
};

/** Members of an extension belong to it, and bring their own rights. */
const OF_EXTENSION = (catalog: string): string => `EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${catalog}.oid AND deptype = 'e')`;

/** A superuser passes for a member of every role. */
const IS_MEMBER = `pg_has_role(nspowner, 'USAGE') AND (NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR nspowner IN (
  WITH RECURSIVE memberships AS (
    SELECT oid FROM pg_roles WHERE rolname = current_user
    UNION SELECT roleid FROM pg_auth_members JOIN memberships ON member = memberships.oid
  ) SELECT oid FROM memberships))`;

/** What is granted on a database and its schemas stands in rows that all logins share, and that two cannot change at once. */
const GRANTS_LOCK = lockKey('cdk-guarded-secrets: privileges of created logins');

const OWN_SCHEMAS = `nspname !~ '^pg_' AND nspname <> 'information_schema' AND (nspname = 'public' OR (${IS_MEMBER})) AND NOT ${OF_EXTENSION('pg_namespace')}`;

export async function grantPrivileges(connection: PostgresConnection, role: string, privileges: Privileges): Promise<void> {
  const [, [{ name }], rows] = await connection.run([
    `SELECT pg_advisory_xact_lock(${GRANTS_LOCK})`,
    'SELECT current_database()::text AS name',
    `SELECT nspname::text AS name FROM pg_namespace WHERE ${OWN_SCHEMAS} ORDER BY nspname`,
  ]);
  const grants = GRANTS[privileges];
  const grantee = escapeIdentifier(role);
  const database = escapeIdentifier(String(name));
  const schemas = rows.map((row) => escapeIdentifier(String(row.name))).join(', ');
  const existing = schemas === '' ? [] : [
    ['SCHEMA', grants.schemas, schemas], ['ALL TABLES IN SCHEMA', grants.tables, schemas], ['ALL SEQUENCES IN SCHEMA', grants.sequences, schemas],
  ];
  const future = [['SCHEMAS', grants.schemas], ['TABLES', grants.tables], ['SEQUENCES', grants.sequences]];
  await connection.run([
    ...[['DATABASE', grants.database, database], ...existing].filter(([, granted]) => granted).map(([kind, granted, names]) => `GRANT ${granted} ON ${kind} ${names} TO ${grantee}`),
    ...future.filter(([, granted]) => granted).map(([kind, granted]) => `ALTER DEFAULT PRIVILEGES GRANT ${granted} ON ${kind} TO ${grantee}`),
  ], forWantOfPrivileges({
    sentence: `the administrator may not give the role ${grantee} its privileges`,
    hint: 'let the administrator own the objects of the database, for example as a member of the role that owns them',
  }));
  await verify(connection, role, grants);
}

/** Where somebody has no right to grant, but some other right, the server only warns. */
async function verify(connection: PostgresConnection, role: string, { database, schemas, tables, sequences }: Grants): Promise<void> {
  const literal = escapeLiteral(role);
  const lacking = (check: string, object: string, granted: string): string => granted.split(', ').map((privilege) => `NOT ${check}(${literal}, ${object}, '${privilege}')`).join(' OR ');
  // What ALL is depends on the server's version: it is what an owner has.
  const lackingInRelation = (check: string, type: string, granted: string): string => granted !== 'ALL' ? lacking(check, 'pg_class.oid', granted)
    : `EXISTS (SELECT FROM aclexplode(acldefault('${type}', relowner)) WHERE NOT ${check}(${literal}, pg_class.oid, privilege_type))`;
  // Not AND, which has no order: the check fails for what is of another kind.
  const relations = (name: string, kinds: string, lack: string): string => `SELECT '${name} ' || pg_class.oid::regclass AS object
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE ${OWN_SCHEMAS} AND NOT ${OF_EXTENSION('pg_class')} AND CASE WHEN relkind IN (${kinds}) THEN ${lack} ELSE false END`;
  const results = await connection.run([
    `SELECT 'database ' || datname AS object FROM pg_database WHERE datname = current_database() AND (${lacking('has_database_privilege', 'oid', database)})`,
    ...schemas ? [`SELECT 'schema ' || nspname AS object FROM pg_namespace WHERE ${OWN_SCHEMAS} AND (${lacking('has_schema_privilege', 'oid', schemas)})`] : [],
    ...tables ? [relations('table', "'r', 'p', 'v', 'm', 'f'", lackingInRelation('has_table_privilege', 'r', tables))] : [],
    ...sequences ? [relations('sequence', "'S'", lackingInRelation('has_sequence_privilege', 's', sequences))] : [],
  ]);
  const missing = results.flat()[0];
  if (!missing) return;
  throw new RotationError('PRIVILEGE', `the administrator may not give the role ${escapeIdentifier(role)} its privileges on ${String(missing.object)}`, {
    hint: 'let the administrator own it, for example as a member of the role that owns it',
  });
}
