import { verify } from './actor';
import { rollBack } from './change';
import { hasCode, RotationError } from './errors';
import { Labels } from './labels';
import { Change, Rotation } from './rotation';
import { findVersion } from './versions';

/** How often the labels are read again after the service said that AWSCURRENT was moved. */
const LABEL_READS = 5;
const FIRST_PAUSE = 50;

/**
 * Moves AWSCURRENT to the new password, which the database has.
 *
 * The move names the version that must have the label, so it cannot take the label from a value that nobody looked at.
 */
export async function promote(rotation: Rotation, change: Change): Promise<void> {
  const { current, next } = change;
  if (await tryPromote(rotation, change)) return;

  // Either an answer was lost and the SDK asked again, or somebody else moved the label.
  const labels = await labelsAfterMove(rotation, current.id);
  if (labels.current === next.id) return;
  if (labels.current === current.id) throw new RotationError('SERVICE', 'AWSCURRENT could not be moved');
  await yieldTo(rotation, change, labels.requireCurrent());
}

/** @returns false when the label was not where it was expected */
async function tryPromote(rotation: Rotation, change: Change): Promise<boolean> {
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

async function labelsAfterMove(rotation: Rotation, from: string): Promise<Labels> {
  for (let read = 1, pause = FIRST_PAUSE; ; read++, pause *= 2) {
    const labels = await rotation.store.describe();
    if (labels.current !== from || read === LABEL_READS) return labels;
    await rotation.sleep(rotation.context.slice(pause));
  }
}

/** Somebody gave AWSCURRENT another value meanwhile. It is kept, and the login gets its password: AWSCURRENT must log in. */
async function yieldTo(rotation: Rotation, { actor, next }: Change, id: string): Promise<never> {
  const other = await findVersion(rotation, id);
  if (other?.credential.username === next.credential.username) {
    await actor.session.apply(other.credential);
    await verify(rotation, other.credential);
    throw new RotationError('CONFLICT', 'AWSCURRENT was given another value while the rotation ran; it is kept, and it logs in');
  }
  // Of a pair, the other login was not touched.
  if (other && !rotation.strategy.interrupts) throw new RotationError('CONFLICT', 'AWSCURRENT was given another value while the rotation ran; it is kept');
  throw new RotationError('DRIFT', 'AWSCURRENT was given a value for another login while the rotation ran');
}
