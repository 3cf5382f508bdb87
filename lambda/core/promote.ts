import { verify } from './actor';
import { Change, rollBack } from './change';
import { Credential } from './engine';
import { hasCode, RotationError } from './errors';
import { Labels } from './labels';
import { findVersion, Rotation } from './rotation';

/** How often the labels are read again after the service said that AWSCURRENT was moved. */
const LABEL_READS = 5;
const FIRST_PAUSE = 50;

/**
 * Moves AWSCURRENT to the new password, which the database has.
 *
 * The move names the version that must have the label, so it cannot take the label from a value that nobody looked at.
 */
export async function promote<C extends Credential>(rotation: Rotation<C>, change: Change<C>): Promise<void> {
  const { current, next } = change;
  if (await tryPromote(rotation, change)) return;

  // Either an answer was lost and the SDK asked again, or somebody else moved the label.
  const labels = await labelsAfterMove(rotation, current.id);
  if (labels.current === next.id) return;
  if (labels.current === current.id) throw new RotationError('SERVICE', 'AWSCURRENT could not be moved');
  await yieldTo(rotation, change, labels.requireCurrent());
}

/** @returns false when the label was not where it was expected */
async function tryPromote<C extends Credential>(rotation: Rotation<C>, change: Change<C>): Promise<boolean> {
  const { current, next } = change;
  try {
    return await rotation.store.promote(next.id, current.id);
  } catch (error) {
    const labels = await rotation.store.describe();
    if (labels.current === next.id) return true;
    // No attempt can succeed: better the old password than one that nobody is told. A call that merely failed may have had
    // its effect, and the next attempt finds out.
    if (hasCode(error, 'DENIED') && labels.current === current.id) throw await rollBack(rotation, change, error);
    throw error;
  }
}

async function labelsAfterMove<C extends Credential>(rotation: Rotation<C>, from: string): Promise<Labels> {
  for (let read = 1, pause = FIRST_PAUSE; ; read++, pause *= 2) {
    const labels = await rotation.store.describe();
    if (labels.current !== from || read === LABEL_READS) return labels;
    await rotation.sleep(rotation.context.slice(pause));
  }
}

/** Somebody gave AWSCURRENT another value meanwhile. It is kept, and the database gets its password: AWSCURRENT must log in. */
async function yieldTo<C extends Credential>(rotation: Rotation<C>, { actor, next }: Change<C>, id: string): Promise<never> {
  const other = await findVersion(rotation, id);
  if (!other || other.credential.username !== next.credential.username) {
    throw new RotationError('DRIFT', 'AWSCURRENT was given a value for another login while the rotation ran');
  }
  await actor.session.apply(other.credential);
  await verify(rotation, other.credential);
  throw new RotationError('CONFLICT', 'AWSCURRENT was given another value while the rotation ran; it is kept, and it logs in');
}
