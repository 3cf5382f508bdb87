import { escape, escapeId } from 'mysql2';
import { MysqlConnection, MysqlCredential, Refusal } from './connection';
import { Privileges } from '../../../../src/handler-contract';
import { Rights } from '../../../core/engine';
import { RotationError } from '../../../core/errors';

/** One of the accounts of a login: the server tells logins apart also by the host from which they come. */
export interface Account {
  /** As it is written in a statement. */
  readonly name: string;
  readonly host: string;
  /** What TLS it demands, its limits, its rules for passwords, and whether it is locked: all of it, as it is written in a statement. */
  readonly attributes: string;
  /** Nobody can log in yet. */
  readonly unfinished: boolean;
}

/** A role as a server has it. */
export interface Role<R> {
  /** As it is written in a statement. */
  readonly name: string;
  readonly exists: boolean;
  /** Whether somebody works as the role. Those who may only hand it on, such as the administrator who created it, do not count. */
  hasMembers(): Promise<boolean>;
  /** The rights of somebody who works as the role and as no other, whatever they did before. */
  joinedBy(rights: readonly R[]): R[];
}

/** The accounts of a server. MySQL and MariaDB have the same, but tell and write it differently. */
export interface Accounts<R, A extends Account = Account> {
  readonly connection: MysqlConnection;

  /** All accounts of a login; throws when one has no password. */
  read(username: string): Promise<A[]>;

  /** @param model whose attributes it gets */
  create(name: string, model?: A): Promise<void>;

  /** @param grantee an account or a role, as it is written in a statement */
  readRights(grantee: string): Promise<R[]>;

  /** The statements that bring somebody from the rights that they have to those that they are to have. */
  reconcile(grantee: string, has: readonly R[], wanted: readonly R[]): string[];

  privilege(what: string, on: string): R;

  /** CONFIG when the server has no roles. */
  findRole(role: string): Promise<Role<R>>;
}

const ANYWHERE = '%';

/** What a role or a login is given in its database when it is created. */
const PRIVILEGES: { readonly [privileges in Privileges]: readonly string[] } = {
  'none': [],
  'read-only': ['SELECT', 'SHOW VIEW'],
  'read-write': ['SELECT', 'SHOW VIEW', 'INSERT', 'UPDATE', 'DELETE', 'EXECUTE', 'CREATE TEMPORARY TABLES', 'LOCK TABLES'],
  'all': ['ALL PRIVILEGES'],
};

/** The statements of one pass show what ALL PRIVILEGES stood for, those of the next one take the rest; then all must be as wanted. */
const PASSES = 3;

export const REFUSAL: Refusal = {
  sentence: 'the administrator may not do that',
  hint: 'give the administrator CREATE USER, SELECT on `mysql`.*, and the rights of the login WITH GRANT OPTION, roles WITH ADMIN OPTION',
};

export function accountName(username: string, host: string = ANYWHERE): string {
  return `${escape(username)}@${escape(host)}`;
}

export function missingLogin({ username }: MysqlCredential): RotationError {
  return new RotationError('PRIVILEGE', `the login ${JSON.stringify(username)} does not exist`, { hint: 'create it, or let the rotation create it' });
}

/** Makes everything true about a login but its password, as an administrator. Nobody can log in with an account that is made here. */
export async function provideLogin<R>(accounts: Accounts<R>, next: MysqlCredential, { like, role, create }: Rights<MysqlCredential>): Promise<void> {
  const existing = await accounts.read(next.username);
  const models = like && await modelsOf(accounts, next, existing, like);
  const missing = existing.every(({ unfinished }) => unfinished);
  if (!models && missing && create === undefined) throw missingLogin(next);
  const joined = role === undefined ? undefined : await provideRole(accounts, role, create, next);
  if (models) return equalise(accounts, next.username, existing, models, joined);
  const granted = missing && !joined ? privilegesIn(accounts, create!, next) : [];
  if (existing.length === 0) await accounts.create(accountName(next.username));
  for (const { name } of await accounts.read(next.username)) {
    await settle(accounts, name, [...await accounts.readRights(name), ...granted], joined);
  }
}

/** Looks at all that is needed, and changes nothing. */
export async function rehearseLogin<R>(
  accounts: Accounts<R>, next: MysqlCredential, existing: readonly Account[], { like, role, create }: Rights<MysqlCredential>,
): Promise<void> {
  if (role !== undefined && create === undefined && !(await accounts.findRole(role)).exists) throw missingRole(role);
  if (create !== undefined) privilegesIn(accounts, create, next);
  if (!like) return;
  for (const { name } of await modelsOf(accounts, next, existing, like)) await accounts.readRights(name);
}

/**
 * An account at a host that the model does not have is refused: it would get the password without the rights, and to drop it or to
 * lock it could break views and routines that it defines, and clients that still log in by it.
 */
async function modelsOf<R>(accounts: Accounts<R>, next: MysqlCredential, existing: readonly Account[], like: MysqlCredential): Promise<Account[]> {
  if (like.username === next.username) {
    throw new RotationError('CONFIG', `the login ${JSON.stringify(next.username)} cannot be made like itself`, { hint: 'give the two logins of a pair different names' });
  }
  const models = await accounts.read(like.username);
  if (models.length === 0) throw missingLogin(like);
  const surplus = existing.find(({ host }) => !models.some((model) => model.host === host));
  if (!surplus) return models;
  throw new RotationError('PRIVILEGE', `there is an account ${surplus.name}, but none of the login ${JSON.stringify(like.username)} at that host`, {
    hint: `run CREATE USER ${accountName(like.username, surplus.host)} with its password and rights, or, when nothing needs it, DROP USER ${surplus.name}`,
  });
}

/** For each account of the model one from the same host, with the same attributes and rights. */
async function equalise<R>(accounts: Accounts<R>, username: string, existing: readonly Account[], models: readonly Account[], role?: Role<R>): Promise<void> {
  for (const model of models) {
    const name = accountName(username, model.host);
    const account = existing.find(({ host }) => host === model.host);
    if (!account) await accounts.create(name, model);
    else if (account.attributes !== model.attributes) await accounts.connection.run(`ALTER USER ${name} ${model.attributes}`, REFUSAL);
    await settle(accounts, name, await accounts.readRights(model.name), role);
  }
}

/** A login joins a role after the role got its privileges: one that has neither privileges nor members is one whose creation was interrupted. */
async function provideRole<R>(accounts: Accounts<R>, role: string, create: Privileges | undefined, next: MysqlCredential): Promise<Role<R>> {
  const found = await accounts.findRole(role);
  if (!found.exists) {
    if (create === undefined) throw missingRole(role);
    await accounts.connection.run(`CREATE ROLE ${found.name}`, REFUSAL);
  }
  if (create === undefined) return found;
  const unfinished = !found.exists || ((await accounts.readRights(found.name)).length === 0 && !await found.hasMembers());
  if (unfinished) await settle(accounts, found.name, privilegesIn(accounts, create, next));
  return found;
}

/** Gives and takes until somebody has what is wanted; what the server does not say it has done was not done. */
async function settle<R>(accounts: Accounts<R>, grantee: string, rights: readonly R[], role?: Role<R>): Promise<void> {
  const wanted = role ? role.joinedBy(rights) : rights;
  for (let pass = 1; ; pass++) {
    const statements = accounts.reconcile(grantee, await accounts.readRights(grantee), wanted);
    if (statements.length === 0) return;
    if (pass === PASSES) throw new RotationError('PRIVILEGE', `the server did not do what was asked: ${statements.join('; ')}`, { hint: REFUSAL.hint });
    for (const statement of statements) await accounts.connection.run(statement, REFUSAL);
  }
}

function privilegesIn<R>(accounts: Accounts<R>, create: Privileges, { database }: MysqlCredential): R[] {
  if (create === 'none') return [];
  if (database === undefined) {
    throw new RotationError('CONFIG', 'the secret names no database in which the login could be given privileges', { hint: 'add "dbname" to the value of the secret, or create the login without privileges' });
  }
  // In a grant, the name of a database is a pattern.
  const on = `${escapeId(database.replace(/[_%\\]/g, '\\$&'), true)}.*`;
  return PRIVILEGES[create].map((what) => accounts.privilege(what, on));
}

function missingRole(role: string): RotationError {
  return new RotationError('PRIVILEGE', `the role ${JSON.stringify(role)} does not exist`, { hint: 'create it, or let the rotation create it' });
}
