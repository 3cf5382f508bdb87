import { ALL, DEFAULT_ROLE, GRANT_OPTION, PROXY, PROXY_WITH_GRANT_OPTION, Right, ROLE, ROLE_WITH_ADMIN_OPTION } from './grants';

/** What ALL PRIVILEGES stands for, to take some of it. Newer servers have more; that is told one by one when something was taken. */
const ON_TABLE = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'CREATE VIEW', 'SHOW VIEW', 'TRIGGER', 'DELETE HISTORY'];
const ON_DATABASE = [...ON_TABLE, 'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EVENT', 'EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE'];
const ON_SERVER = [
  ...ON_DATABASE, 'RELOAD', 'SHUTDOWN', 'PROCESS', 'FILE', 'SHOW DATABASES', 'SUPER', 'REPLICATION SLAVE', 'CREATE USER', 'CREATE TABLESPACE', 'SET USER',
  'FEDERATED ADMIN', 'CONNECTION ADMIN', 'READ_ONLY ADMIN', 'BINLOG MONITOR', 'BINLOG ADMIN', 'BINLOG REPLAY', 'REPLICATION MASTER ADMIN', 'REPLICATION SLAVE ADMIN',
];

/**
 * The statements that bring somebody from the rights that they have to those that they are to have. What is in both is not touched:
 * clients may be working with it.
 */
export function reconcile(grantee: string, has: readonly Right[], wanted: readonly Right[]): string[] {
  const objects = [...new Set([...has, ...wanted].filter(({ what }) => what !== DEFAULT_ROLE).map(({ on }) => on))];
  return [
    ...objects.flatMap((on) => forObject(grantee, on, of(has, on), of(wanted, on))),
    // Only a role that has been granted can be the default, and one that is taken no longer is.
    ...forDefaultRole(grantee, has, wanted),
  ];
}

function of(rights: readonly Right[], on: string): string[] {
  return rights.filter((right) => right.on === on && right.what !== DEFAULT_ROLE).map(({ what }) => what);
}

function forObject(grantee: string, on: string, has: string[], wanted: string[]): string[] {
  const missing = wanted.filter((what) => !has.includes(what));
  const surplus = surplusOf(on, has, wanted);
  return [...surplus.length > 0 ? revoke(grantee, on, surplus) : [], ...missing.length > 0 ? [grant(grantee, on, wanted)] : []];
}

function surplusOf(on: string, has: string[], wanted: string[]): string[] {
  const surplus = has.filter((what) => !wanted.includes(what));
  // All that somebody has is part of all that they are to have.
  if (wanted.includes(ALL)) return surplus.filter((what) => what === GRANT_OPTION);
  if (!surplus.includes(ALL)) return surplus;
  return [...surplus.filter((what) => what !== ALL), ...(on === '*.*' ? ON_SERVER : on.endsWith('.*') ? ON_DATABASE : ON_TABLE).filter((what) => !wanted.includes(what))];
}

function revoke(grantee: string, on: string, surplus: string[]): string[] {
  const [what] = surplus;
  switch (what) {
    case ROLE: return [`REVOKE ${on} FROM ${grantee}`];
    case ROLE_WITH_ADMIN_OPTION: return [`REVOKE ${on} FROM ${grantee}`];
    case PROXY:
    case PROXY_WITH_GRANT_OPTION: return [`REVOKE PROXY ON ${on} FROM ${grantee}`];
    default: return [`REVOKE ${surplus.join(', ')} ON ${on} FROM ${grantee}`];
  }
}

/** All that is wanted for the object, also what is there: a GRANT OPTION cannot be given alone everywhere. */
function grant(grantee: string, on: string, wanted: string[]): string {
  const [what] = wanted;
  switch (what) {
    case ROLE: return `GRANT ${on} TO ${grantee}`;
    case ROLE_WITH_ADMIN_OPTION: return `GRANT ${on} TO ${grantee} WITH ADMIN OPTION`;
    case PROXY: return `GRANT PROXY ON ${on} TO ${grantee}`;
    case PROXY_WITH_GRANT_OPTION: return `GRANT PROXY ON ${on} TO ${grantee} WITH GRANT OPTION`;
  }
  const privileges = wanted.filter((each) => each !== GRANT_OPTION);
  return `GRANT ${privileges.length > 0 ? privileges.join(', ') : 'USAGE'} ON ${on} TO ${grantee}${wanted.includes(GRANT_OPTION) ? ' WITH GRANT OPTION' : ''}`;
}

function forDefaultRole(grantee: string, has: readonly Right[], wanted: readonly Right[]): string[] {
  const [now, then] = [has, wanted].map((rights) => rights.find(({ what }) => what === DEFAULT_ROLE)?.on ?? 'NONE');
  return now === then ? [] : [`SET DEFAULT ROLE ${then} FOR ${grantee}`];
}
