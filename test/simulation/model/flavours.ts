import { Flavour } from './database-engine';
import { DatabaseServer } from './database-server';
import { Credential, Rights, Wish } from '../../../lambda/core/engine';
import { RotationError } from '../../../lambda/core/errors';

/** PostgreSQL: one password for each login, and all of a change in one transaction. */
export const postgresFlavour: Flavour = (server, next, wish, by) => {
  if (wish.beside) throw new RotationError('CONFIG', 'a login of PostgreSQL has one password');
  return [{
    name: 'apply',
    run: () => {
      requireAccount(server, next, wish);
      if (wish.rights) changeRights(server, next, wish.rights, by);
      server.change(next.username, { passwords: [next.password] }, by);
    },
  }];
};

/** MariaDB: every statement is final at once. The account comes first, locked; then its rights; the password is last. */
export const mariadbFlavour: Flavour = (server, next, wish, by) => {
  const { username, password } = next;
  const { rights } = wish;
  const create = {
    name: 'create',
    run: () => {
      requireAccount(server, next, wish);
      if (!server.accounts.has(username)) server.change(username, {}, by);
    },
  };
  const grants = rights ? [
    { name: 'grant', run: () => server.change(username, { rights: new Set([...rightsOf(server, username), ...wishedRights(server, rights)]) }, by) },
    { name: 'revoke', run: () => changeRights(server, next, rights, by) },
  ] : [];
  const passwords = [password, ...wish.beside ? [wish.beside.password] : []];
  return [create, ...grants, { name: 'apply', run: () => server.change(username, { passwords }, by) }];
};

function requireAccount(server: DatabaseServer, { username }: Credential, { rights }: Wish): void {
  if (server.accounts.has(username) || rights?.like || rights?.create !== undefined) return;
  throw new RotationError('PRIVILEGE', 'the login does not exist');
}

function rightsOf(server: DatabaseServer, username: string): ReadonlySet<string> {
  return server.accounts.get(username)?.rights ?? new Set();
}

function wishedRights(server: DatabaseServer, { like, role, create }: Rights): Set<string> {
  if (role !== undefined) return new Set([`member of ${role}`]);
  return like ? new Set(rightsOf(server, like.username)) : new Set([`privileges: ${create}`]);
}

function changeRights(server: DatabaseServer, { username }: Credential, rights: Rights, by: string): void {
  server.change(username, { rights: wishedRights(server, rights) }, by);
}
