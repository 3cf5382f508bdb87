import { escapeIdentifier, escapeLiteral } from 'pg';
import { listRights, Right } from './acl';
import { PostgresConnection } from './connection';
import { forWantOfPrivileges, Refusal } from './errors';
import { handOver } from './ownership';
import { RotationError } from '../../../core/errors';

/** Statements in one round trip. */
const BATCH = 100;

export interface Pair {
  /** The login that is to get its password. */
  readonly target: string;
  /** The login that it must equal. */
  readonly like: string;
  /** The role as which both work; it may be one of them. */
  readonly home: string;
  /** Of the server, as a number. */
  readonly version: number;
}

/**
 * Gives the role as which both logins work what the login in use has and the role has not, and takes from the other login
 * what neither of them has. All that in the database of the session, and in what all databases share.
 */
export async function reconcileRights(connection: PostgresConnection, pair: Pair): Promise<void> {
  const found = await differences(connection, pair);
  for (const batch of batches(found)) await perform(connection, batch);
  // After the rights: whoever becomes an owner needs the right to create such objects.
  for (const login of [pair.target, pair.like]) if (login !== pair.home) await handOver(connection, login, pair.home, pair.version);
  if (found.length > 0) await prove(connection, pair);
  await refuseRightsElsewhere(connection, pair);
}

interface Difference {
  readonly right: Right;
  readonly statement: string;
}

async function differences(connection: PostgresConnection, { target, like, home, version }: Pair): Promise<Difference[]> {
  const [rows] = await connection.run([listRights([...new Set([target, like, home])], home, version)]);
  const rights = rows as unknown as Right[];
  const of = (name: string): Right[] => rights.filter(({ grantee }) => grantee === name);
  const atHome = new Set(of(home).map(keyOf));
  const atLike = new Set(of(like).map(keyOf));
  // A role cannot be a member of its own member.
  const missing = like === home ? [] : of(like).filter((right) => !atHome.has(keyOf(right)) && right.memberOf !== target);
  const beyond = target === home ? [] : of(target).filter((right) => !atHome.has(keyOf(right)) && !atLike.has(keyOf(right)));
  // A right that several grantors gave is needed once, but each of them has to take it back. The best grantor comes first.
  const needed = missing.filter((right, index) => missing.findIndex((other) => keyOf(other) === keyOf(right)) === index);
  return [
    ...beyond.map((right) => ({ right, statement: taking(right, target) })),
    ...needed.map((right) => ({ right, statement: giving(right, home) })),
  ];
}

/** Neighbours of one grantor go together. */
function batches(found: readonly Difference[]): Difference[][] {
  const result: Difference[][] = [];
  for (const difference of found) {
    const last = result.at(-1);
    if (last && last.length < BATCH && last[0].right.grantor === difference.right.grantor) last.push(difference);
    else result.push([difference]);
  }
  return result;
}

async function perform(connection: PostgresConnection, batch: readonly Difference[]): Promise<void> {
  const [{ right: { asGrantor, grantor } }] = batch;
  const statements = batch.map(({ statement }) => statement);
  await connection.run(asGrantor ? [`SET LOCAL ROLE ${escapeIdentifier(grantor)}`, ...statements, 'SET LOCAL ROLE NONE'] : statements, forWantOfPrivileges(refusalOf(batch)));
}

function keyOf({ scope, right, option }: Right): string {
  return `${scope}${right}${option}`;
}

function giving({ scope, right, option }: Right, role: string): string {
  return `${scope}GRANT ${right} TO ${escapeIdentifier(role)}${option}`;
}

function taking({ scope, right, option }: Right, role: string): string {
  return `${scope}REVOKE ${option === ' WITH GRANT OPTION' ? 'GRANT OPTION FOR ' : ''}${right} FROM ${escapeIdentifier(role)}`;
}

function refusalOf([{ right: { grantor }, statement }, ...others]: readonly Difference[]): Refusal {
  const more = others.length === 0 ? '' : `, and ${others.length} more for rights that ${grantor} gave`;
  return { sentence: 'the administrator may not make the rights of the two logins equal', hint: `as ${grantor}, or as a superuser, run ${statement}${more}` };
}

/** Who has some other right on an object, but none to grant, is only warned by the server. */
async function prove(connection: PostgresConnection, pair: Pair): Promise<void> {
  const [left] = batches(await differences(connection, pair));
  if (!left) return;
  const { sentence, hint } = refusalOf(left);
  throw new RotationError('PRIVILEGE', sentence, { hint });
}

/** Rights in other databases can be seen, but not read or changed. */
async function refuseRightsElsewhere(connection: PostgresConnection, { target, like, home }: Pair): Promise<void> {
  const of = (name: string): string => `(SELECT oid FROM pg_roles WHERE rolname = ${escapeLiteral(name)})`;
  const logins = [target, like].filter((login) => login !== home);
  const [[elsewhere]] = await connection.run([`
    SELECT datname::text AS database, rolname::text AS login FROM pg_shdepend AS one
    JOIN pg_database ON pg_database.oid = dbid JOIN pg_roles ON pg_roles.oid = refobjid
    WHERE refclassid = 'pg_authid'::regclass AND rolname IN (${logins.map(escapeLiteral).join(', ')}) AND datname <> current_database() AND deptype IN ('a', 'o')
      AND NOT EXISTS (SELECT FROM pg_shdepend AS other WHERE refclassid = 'pg_authid'::regclass AND refobjid = ${of(home)}
        AND (other.dbid, other.classid, other.objid, other.objsubid) = (one.dbid, one.classid, one.objid, one.objsubid))
    LIMIT 1`]);
  if (!elsewhere) return;
  throw new RotationError('PRIVILEGE', `the login ${escapeIdentifier(String(elsewhere.login))} has rights in the database ${escapeIdentifier(String(elsewhere.database))} that ${escapeIdentifier(home)} has not`, {
    hint: `a rotation sees one database only: there, give them to ${escapeIdentifier(home)} or take them back; REASSIGN OWNED hands over objects`,
  });
}
