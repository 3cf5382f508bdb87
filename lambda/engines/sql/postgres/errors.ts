import { RotationError } from '../../../core/errors';
import { GONE, Meaning, meaningOfSocketError, SILENT, UNKNOWN } from '../socket-errors';

const CONCURRENT: Meaning = { code: 'CONFLICT', sentence: 'somebody else changes the same login or role at the same time' };

/** By SQLSTATE of the server. */
export type Meanings = { readonly [code: string]: Meaning };

/** What to say when the server refuses a statement for want of privileges. */
export interface Refusal {
  readonly sentence: string;
  readonly hint: string;
}

/** What is true whatever the statement was. */
export const MEANINGS: Meanings = {
  '28P01': { code: 'AUTH', sentence: 'the login was refused', hint: 'check user name, password and VALID UNTIL of the login: the server does not tell which' },
  '28000': { code: 'LOCKED', sentence: 'the login may not connect', hint: 'check that the role has LOGIN, and that pg_hba.conf lets it in' },
  '3D000': { code: 'NO_DATABASE', sentence: 'the database of the secret does not exist' },
  '42501': { code: 'PRIVILEGE', sentence: 'the server refused a statement for want of privileges', hint: 'see the cause in the log of the function' },
  '0LP01': { code: 'PRIVILEGE', sentence: 'a role would become a member of itself', hint: 'take the membership away by which the role belongs to its own member' },
  '23505': CONCURRENT,
  '42710': CONCURRENT,
  '42939': { code: 'PRIVILEGE', sentence: 'the name of a role is reserved by the server', hint: 'take another name: one that does not start with "pg_", and is neither "public" nor "none"' },
  '2BP01': { code: 'PRIVILEGE', sentence: 'rights that the login passed on depend on one that it must not have' },
  '22023': { code: 'CONFIG', sentence: 'the server did not accept a value in a statement', hint: 'see the cause in the log of the function' },
  '25006': { code: 'READ_ONLY', sentence: 'the server does not take changes' },
  '53300': { code: 'CONFLICT', sentence: 'the server or the login has no connection left', hint: 'raise the connection limit, or let clients use fewer connections' },
  '55P03': { code: 'CONFLICT', sentence: 'another rotation holds the lock, or somebody who changes the same objects' },
  '25P03': { code: 'CONFLICT', sentence: 'the function was silent for too long and lost its lock' },
  '25P04': { code: 'CONFLICT', sentence: 'the function was too slow and lost its lock' },
  '40001': CONCURRENT,
  '40P01': CONCURRENT,
  '57014': SILENT,
  '57P01': GONE,
  '57P02': GONE,
  '57P03': { code: 'NETWORK', sentence: 'the database is starting or stopping' },
  '57P05': GONE,
};

/** Of the statement that begins a transaction in which something is to be written: that cannot be done on a replica. */
export const CANNOT_WRITE: Meanings = { '0A000': MEANINGS['25006'] };

/** Of the statement that has the password, and of no other: after it the password is thrown away. */
export const PASSWORD_REFUSED: Meanings = { 22023: { code: 'POLICY', sentence: 'the server did not accept the password' } };

/** Too few rights of whoever runs the statement, and rights of others that stand in the way. */
export function forWantOfPrivileges(refusal: Refusal): Meanings {
  const meaning: Meaning = { code: 'PRIVILEGE', ...refusal };
  return { '42501': meaning, '2BP01': meaning };
}

/**
 * Says what an error of the driver, the socket or the server means.
 *
 * @param ofStatement what errors of the server mean for the statement that failed
 */
export function translateError(error: unknown, ofStatement: Meanings = {}): RotationError {
  if (error instanceof RotationError) return error;
  const { code, sentence, hint } = meaningOf(error, ofStatement);
  return new RotationError(code, sentence, { cause: error, hint });
}

function meaningOf(error: unknown, ofStatement: Meanings): Meaning {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  const known = ofStatement[code] ?? MEANINGS[code];
  if (known) return known;
  if (code === 'XX000' && message.includes('concurrently updated')) return CONCURRENT;
  if (code.startsWith('08')) return GONE;
  // The driver's own error, without a code.
  if (message.startsWith('Connection terminated') || message.includes('not queryable')) return GONE;
  return meaningOfSocketError(code) ?? UNKNOWN;
}
