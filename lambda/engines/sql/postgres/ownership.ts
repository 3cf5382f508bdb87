import { escapeIdentifier, escapeLiteral } from 'pg';
import { PostgresConnection } from './connection';
import { forWantOfPrivileges } from './errors';
import { MEMBERSHIPS_WITH_OPTIONS } from './roles';

/** Of the administrator in a role. Names are quoted. */
interface Membership {
  readonly role: string;
  readonly grantor: string;
  /** As they stand in GRANT; empty for servers whose memberships have none. */
  readonly options: string;
}

/** Objects of a login that it made as itself become objects of the role as which it works. */
export async function handOver(connection: PostgresConnection, login: string, home: string, version: number): Promise<void> {
  const isMember = (role: string): string => `pg_has_role(${escapeLiteral(role)}, 'USAGE')`;
  // User mappings and default privileges are not objects that could be handed over.
  const [[{ owns, inherits, memberOfLogin, memberOfHome }]] = await connection.run([`
    SELECT (SELECT rolinherit FROM pg_roles WHERE rolname = current_user) AS inherits, ${isMember(login)} AS "memberOfLogin", ${isMember(home)} AS "memberOfHome", EXISTS (
      SELECT FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid
      WHERE refclassid = 'pg_authid'::regclass AND rolname = ${escapeLiteral(login)} AND deptype = 'o' AND classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
        AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS owns`]);
  if (!owns) return;
  const owner = escapeIdentifier(login);
  const heir = escapeIdentifier(home);
  const refusal = forWantOfPrivileges({
    sentence: `the administrator may not hand over what the login ${owner} owns`,
    hint: `as a superuser, run REASSIGN OWNED BY ${owner} TO ${heir}`,
  });
  const asOptions = version >= MEMBERSHIPS_WITH_OPTIONS;
  // Only who has the rights of both may do it. That the administrator has them ends with the same transaction.
  const guests = [...memberOfLogin ? [] : [owner], ...memberOfHome ? [] : [heir]];
  const mustInherit = guests.length > 0 && !asOptions && !inherits;
  const memberships = listMemberships([login, home]);
  const results = await connection.run([
    memberships,
    ...mustInherit ? ['ALTER ROLE CURRENT_USER INHERIT'] : [],
    ...guests.map((role) => `GRANT ${role} TO CURRENT_USER${asOptions ? ' WITH INHERIT TRUE, SET TRUE' : ''}`),
    memberships,
  ], refusal);
  await connection.run([
    `REASSIGN OWNED BY ${owner} TO ${heir}`,
    ...restore(results[0] as unknown as Membership[], results.at(-1) as unknown as Membership[], asOptions),
    ...mustInherit ? ['ALTER ROLE CURRENT_USER NOINHERIT'] : [],
  ], refusal);
}

function listMemberships(roles: readonly string[]): string {
  return `
    SELECT quote_ident(parent.rolname) AS role, quote_ident(grantor.rolname) AS grantor,
      coalesce('INHERIT ' || upper(to_jsonb(membership) ->> 'inherit_option') || ', SET ' || upper(to_jsonb(membership) ->> 'set_option'), '') AS options
    FROM pg_auth_members AS membership JOIN pg_roles AS parent ON parent.oid = roleid JOIN pg_roles AS member ON member.oid = membership.member
      JOIN pg_roles AS grantor ON grantor.oid = membership.grantor
    WHERE member.rolname = current_user AND parent.rolname IN (${roles.map(escapeLiteral).join(', ')})`;
}

/** The statements that make memberships what they were. A server gives one to whoever is a member already, too: it changes its options. */
function restore(before: readonly Membership[], after: readonly Membership[], asOptions: boolean): string[] {
  return after.flatMap(({ role, grantor, options }) => {
    const grantedBy = asOptions ? ` GRANTED BY ${grantor}` : '';
    const former = before.find((membership) => membership.role === role && membership.grantor === grantor);
    if (!former) return [`REVOKE ${role} FROM CURRENT_USER${grantedBy}`];
    return former.options === options ? [] : [`GRANT ${role} TO CURRENT_USER WITH ${former.options}${grantedBy}`];
  });
}
