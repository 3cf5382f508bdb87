import { connect } from './actor';
import { Credential, Line, Session } from './engine';
import { asRotationError, hasCode, RotationError } from './errors';
import { Change, Rotation, Work } from './rotation';
import { Version } from './secret-value';

/**
 * Change, proof, promotion and the way back, where one of them takes as long as it may: without this much time AWSCURRENT could stay
 * refused until the next attempt.
 */
const TIME_FOR_CHANGE = 20_000;

/**
 * Gives the database the new password, and proves it by a login while the session that can take it back is open.
 *
 * @param line prepared before the change, since every millisecond from here on may be one in which AWSCURRENT does not log in
 * @returns the session of the proof
 */
export async function applyAndProve(rotation: Rotation, change: Change, line: Line): Promise<Session> {
  const { actor, current, next } = change;
  try {
    await actor.session.apply(next.credential, rotation.strategy.wish(rotation, current));
  } catch (error) {
    if (!hasCode(error, 'POLICY', 'REUSE')) throw error;
    return refused(rotation, next, line, error);
  }
  try {
    return await prove(rotation, next.credential, line);
  } catch (error) {
    throw await rollBack(rotation, change, error);
  }
}

/** Servers do not wait long for a login: where they ended the line that was prepared, another one is dialled. */
async function prove(rotation: Rotation, credential: Credential, line: Line): Promise<Session> {
  try {
    return await line.login(credential);
  } catch (error) {
    if (!hasCode(error, 'NETWORK')) throw error;
    return connect(rotation, credential);
  }
}

/**
 * The server does not take the password: perhaps since it has it, from an attempt that was interrupted. If not, it never will,
 * and a version cannot be changed: the next rotation makes another one.
 */
async function refused(rotation: Rotation, next: Version, line: Line, reason: RotationError): Promise<Session> {
  try {
    return await prove(rotation, next.credential, line);
  } catch (error) {
    if (hasCode(error, 'AUTH')) await rotation.store.reject(next.id);
    throw reason;
  }
}

/** @throws TIMEOUT when a change could not be brought to its end */
export function requireTime({ context }: Work): void {
  if (context.slice(TIME_FOR_CHANGE) === TIME_FOR_CHANGE) return;
  throw new RotationError('TIMEOUT', 'too little time is left to change the password and to move AWSCURRENT; nothing was changed');
}

/** Takes the change back. @returns the error to throw when that was possible */
export async function rollBack(rotation: Rotation, change: Change, reason: unknown): Promise<RotationError> {
  rotation.log.error('the new password cannot be used, and is taken back', { reason: asRotationError(reason).message });
  const state = await rotation.strategy.undo(rotation, change);
  return new RotationError('ROLLED_BACK', `the new password could not be used, and ${state}`, { cause: reason });
}
