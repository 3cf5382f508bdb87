import { ALL, EVERYTHING, GRANT_OPTION, Right } from './grants';

/**
 * The statements that bring somebody from the rights that they have to those that they are to have. What is in both is not touched:
 * clients may be working with it.
 */
export function reconcile(grantee: string, has: readonly Right[], wanted: readonly Right[]): string[] {
  const surplus = withoutParts(has.filter((right) => !includes(wanted, right)), wanted);
  const missing = wanted.filter((right) => !includes(has, right));
  const rest = (kind: Right['kind']): [Right[], Right[]] => [surplus.filter((right) => right.kind === kind), missing.filter((right) => right.kind === kind)];
  const [roles, newRoles] = rest('role');
  const [dynamic, newDynamic] = rest('dynamic');
  const [proxies, newProxies] = rest('proxy');
  return [
    // A privilege on everything cannot be given where an exception from it is in force, nor an exception made from one that is not there yet.
    ...byObject(rest('restriction')[0]).map(([on, whats]) => `GRANT ${whats.join(', ')} ON ${on} TO ${grantee}`),
    ...revokes(grantee, rest('privilege')[0]),
    ...dynamic.map(({ what }) => `REVOKE ${what} ON ${EVERYTHING} FROM ${grantee}`),
    ...roles.map(({ on }) => `REVOKE ${on} FROM ${grantee}`),
    ...proxies.map(({ on }) => `REVOKE PROXY ON ${on} FROM ${grantee}`),
    ...grants(grantee, has, wanted),
    ...newDynamic.map(({ what, grantable }) => `GRANT ${what} ON ${EVERYTHING} TO ${grantee}${grantable ? ' WITH GRANT OPTION' : ''}`),
    ...newRoles.map(({ on, grantable }) => `GRANT ${on} TO ${grantee}${grantable ? ' WITH ADMIN OPTION' : ''}`),
    ...newProxies.map(({ on, grantable }) => `GRANT PROXY ON ${on} TO ${grantee}${grantable ? ' WITH GRANT OPTION' : ''}`),
    ...byObject(rest('restriction')[1]).map(([on, whats]) => `REVOKE ${whats.join(', ')} ON ${on} FROM ${grantee}`),
    // Only a role that has been granted can be a default, and one that is taken no longer is.
    ...defaultRoles(grantee, has, wanted),
  ];
}

function includes(rights: readonly Right[], { kind, what, on, grantable }: Right): boolean {
  return rights.some((right) => right.kind === kind && right.what === what && right.on === on && right.grantable === grantable);
}

/** Whoever is to have all privileges for an object need not lose one first. */
function withoutParts(surplus: Right[], wanted: readonly Right[]): Right[] {
  return surplus.filter(({ kind, what, on }) => kind !== 'privilege' || what === GRANT_OPTION || !hasAll(wanted, on));
}

function hasAll(rights: readonly Right[], on: string): boolean {
  return rights.some((right) => right.what === ALL && right.on === on);
}

function revokes(grantee: string, surplus: Right[]): string[] {
  return byObject(surplus).map(([on, whats]) => `REVOKE ${whats.join(', ')} ON ${on} FROM ${grantee}`);
}

/** Where something is missing, all that is wanted for the object: GRANT OPTION cannot be given alone, and ALL may just have been taken. */
function grants(grantee: string, has: readonly Right[], wanted: readonly Right[]): string[] {
  const privileges = wanted.filter(({ kind }) => kind === 'privilege');
  return byObject(privileges)
    .filter(([on, whats]) => (hasAll(has, on) && !hasAll(wanted, on)) || whats.some((what) => !includes(has, { kind: 'privilege', what, on })))
    .map(([on, whats]) => {
      const others = whats.filter((what) => what !== GRANT_OPTION);
      return `GRANT ${others.length > 0 ? others.join(', ') : 'USAGE'} ON ${on} TO ${grantee}${whats.length > others.length ? ' WITH GRANT OPTION' : ''}`;
    });
}

function byObject(rights: readonly Right[]): [string, string[]][] {
  const objects = new Map<string, string[]>();
  for (const { on, what } of rights) objects.set(on, [...objects.get(on) ?? [], what]);
  return [...objects];
}

function defaultRoles(grantee: string, has: readonly Right[], wanted: readonly Right[]): string[] {
  const [now, then] = [has, wanted].map((rights) => rights.filter(({ kind }) => kind === 'default role').map(({ on }) => on).sort());
  return now.join() === then.join() ? [] : [`ALTER USER ${grantee} DEFAULT ROLE ${then.join(', ') || 'NONE'}`];
}
