import { escapeIdentifier } from 'pg';
import { defaultRoleOf, equalise } from './attributes';
import { PostgresConnection, PostgresCredential } from './connection';
import { forWantOfPrivileges, Meanings } from './errors';
import { grantPrivileges } from './privileges';
import { reconcileRights } from './rights';
import { MEMBERSHIPS_WITH_OPTIONS, readRoles, requireWholeName, Role, Roles } from './roles';
import { Rights } from '../../../core/engine';
import { RotationError } from '../../../core/errors';

/**
 * Makes everything true about a login but its password, as an administrator, in the open transaction.
 *
 * The rights of a pair live in one role: the one that is named, or the login that was there first. Whoever logs in works as
 * that role, so that all objects belong to it, whoever made them, and no right is with one login only. Without a role of its
 * own that has a price: the second login is a member of the first one, and could change its password.
 */
export async function provideLogin(connection: PostgresConnection, username: string, rights: Rights<PostgresCredential> = {}): Promise<void> {
  const { like, role } = rights;
  const pair = like ? [username, like.username] : [username];
  const names = role === undefined ? pair : [...pair, role];
  for (const name of names) requireWholeName(name, 'CONFIG');
  let roles = await readRoles(connection, names);
  if (await createMissing(connection, username, rights, roles)) roles = await readRoles(connection, names);

  const login = existing(roles, username);
  const model = like ? existing(roles, like.username) : login;
  if (!login.canLogin) throw new RotationError('LOCKED', `the role ${escapeIdentifier(username)} may not log in`);
  if (model.expired) {
    throw new RotationError('EXPIRED', `the login ${escapeIdentifier(model.name)} was valid until ${model.validUntil}`, { hint: 'extend it with ALTER ROLE ... VALID UNTIL; a rotation never does' });
  }

  const home = role ?? (like && originalOf(login, model));
  if (home === undefined) return;
  for (const name of pair) if (name !== home) await letWorkAs(connection, roles, existing(roles, name), existing(roles, home));
  if (!like) return;
  const changes = equalise(login, model);
  if (changes.length > 0) await connection.run(changes, cannotEqualise(username, like.username));
  await reconcileRights(connection, { target: username, like: like.username, home, version: roles.version });
}

/** Why an administrator may not change a role, as far as the server lets that be known. */
export function mayNotChange({ username }: PostgresConnection, role: string): Meanings {
  return forWantOfPrivileges({
    sentence: `the administrator may not change the role ${escapeIdentifier(role)}`,
    hint: `give the administrator CREATEROLE and, from PostgreSQL 16 on, run GRANT ${escapeIdentifier(role)} TO ${escapeIdentifier(username)} WITH ADMIN OPTION`,
  });
}

/** Without the statement: a setting may be secret. */
function cannotEqualise(username: string, model: string): Meanings {
  return {
    ...forWantOfPrivileges({
      sentence: `the administrator may not give ${escapeIdentifier(username)} the attributes and settings of ${escapeIdentifier(model)}`,
      hint: 'make them equal with ALTER ROLE as a superuser, or give the administrator what it lacks: CREATEROLE, ADMIN OPTION on the login, SET on the parameter',
    }),
    22023: {
      code: 'CONFIG',
      sentence: `the login ${escapeIdentifier(model)} has a setting whose value the server does not accept any more, so that ${escapeIdentifier(username)} cannot have it`,
      hint: `correct it with ALTER ROLE ${escapeIdentifier(model)} SET, or take it away with RESET; pg_db_role_setting lists them`,
    },
  };
}

/** @returns whether something was missing */
async function createMissing(connection: PostgresConnection, username: string, rights: Rights<PostgresCredential>, roles: Roles): Promise<boolean> {
  const { like, role, create } = rights;
  const refusal = forWantOfPrivileges({ sentence: 'the administrator may not create roles', hint: `run ALTER ROLE ${escapeIdentifier(connection.username)} CREATEROLE` });
  const roleIsMissing = role !== undefined && !roles.get(role);
  const loginIsMissing = !roles.get(username);
  if (roleIsMissing && create) {
    await connection.run([`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`], refusal);
    await grantPrivileges(connection, role, create);
  }
  if (loginIsMissing && (create || like)) {
    await connection.run([`CREATE ROLE ${escapeIdentifier(username)} LOGIN`], refusal);
    if (create && !like && role === undefined) await grantPrivileges(connection, username, create);
  }
  return roleIsMissing || loginIsMissing;
}

function existing(roles: Roles, name: string): Role {
  const role = roles.get(name);
  if (role) return role;
  throw new RotationError('PRIVILEGE', `the role ${escapeIdentifier(name)} does not exist`, { hint: 'create it, or let the rotation create it' });
}

/** The one of which the other one is a member; at first, the one that is in use. */
function originalOf(login: Role, model: Role): string {
  return model.memberOf.includes(login.name) ? login.name : model.name;
}

async function letWorkAs(connection: PostgresConnection, { version }: Roles, login: Role, home: Role): Promise<void> {
  const member = escapeIdentifier(login.name);
  if (!login.fullMemberOf.includes(home.name)) {
    const options = version >= MEMBERSHIPS_WITH_OPTIONS ? ' WITH INHERIT TRUE, SET TRUE' : '';
    await connection.run([`GRANT ${escapeIdentifier(home.name)} TO ${member}${options}`], mayNotChange(connection, home.name));
  }
  const worksAs = defaultRoleOf(home) ?? home.name;
  if (defaultRoleOf(login) !== worksAs) {
    await connection.run([`ALTER ROLE ${member} SET role = ${escapeIdentifier(worksAs)}`], mayNotChange(connection, login.name));
  }
}
