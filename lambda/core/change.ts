import { Actor, verify } from './actor';
import { Credential, Line, Session } from './engine';
import { asRotationError, hasCode, RotationError } from './errors';
import { Rotation } from './rotation';
import { Version } from './secret-value';

/** What the irreversible part of a rotation works with. */
export interface Change<C extends Credential = Credential> {
  readonly actor: Actor<C>;
  readonly current: Version<C>;
  readonly next: Version<C>;
}

/**
 * Gives the database the new password, and proves it by a login while the session that can take it back is open.
 *
 * @param line prepared before the change, since every millisecond from here on is one in which AWSCURRENT does not log in
 * @returns the session of the proof
 */
export async function applyAndProve<C extends Credential>(rotation: Rotation<C>, change: Change<C>, line: Line<C>): Promise<Session<C>> {
  const { actor, next } = change;
  try {
    await actor.session.apply(next.credential);
  } catch (error) {
    // The server will never take this password, and a version cannot be changed: the next rotation makes another one.
    if (hasCode(error, 'POLICY', 'REUSE')) await rotation.store.abandon(next.id);
    throw error;
  }
  try {
    return await line.login(next.credential);
  } catch (error) {
    throw await rollBack(rotation, change, error);
  }
}

/** Gives the database the password of AWSCURRENT back. @returns the error to throw when that was possible */
export async function rollBack<C extends Credential>(rotation: Rotation<C>, { actor, current }: Change<C>, reason: unknown): Promise<RotationError> {
  rotation.log.error('the new password cannot be used; the one of AWSCURRENT is set back', { reason: asRotationError(reason).message });
  await actor.session.apply(current.credential);
  await verify(rotation, current.credential);
  return new RotationError('ROLLED_BACK', 'the new password could not be used, and the one of AWSCURRENT was set back', { cause: reason });
}
