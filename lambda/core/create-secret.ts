import { RotationError } from './errors';
import { writeJournal } from './journal';
import { Labels } from './labels';
import { Rotation } from './rotation';
import { parseCredential, Version, withChanges } from './secret-value';
import { readVersion } from './versions';

/**
 * Proves that the rotation can be done, and writes down the new password before anything uses it.
 *
 * All of it happens under the lock: the journal label, which keeps a password reachable, must not leave a version while
 * another invocation is about to give the database the password of that version.
 */
export async function createSecret(rotation: Rotation, labels: Labels): Promise<void> {
  if (labels.journal === rotation.event.version) return;
  const { strategy } = rotation;
  const actor = await strategy.open(rotation, labels);
  try {
    if (!await fence(rotation, labels)) return;
    const base = await strategy.settle(rotation, actor, labels);
    // Last, since it also proves that the lock was not lost.
    await strategy.rehearse(rotation, actor, base);
    await writePending(rotation, base, labels);
  } finally {
    await actor.session.close();
  }
}

/** Under the lock: whether the rotation still is what it was when it was read. A token that was overtaken writes nothing. */
async function fence(rotation: Rotation, before: Labels): Promise<boolean> {
  const labels = await rotation.store.describe();
  const { version } = rotation.event;
  // The same step may run twice at once: the other one has done it.
  if (!labels.isPending(version) || labels.journal === version) return false;
  if (labels.current !== before.current || labels.journal !== before.journal) {
    throw new RotationError('CONFLICT', 'another rotation of the secret was under way');
  }
  return true;
}

async function writePending(rotation: Rotation, base: Version, labels: Labels): Promise<void> {
  const { engine, event, store, strategy, redactor, facts } = rotation;
  const changes = await strategy.propose(rotation, base, labels);
  redactor.concealMembers(changes);
  const fields = withChanges(base.fields, changes);
  parseCredential(engine, fields, facts);
  const written = await store.putPending(event.version, JSON.stringify(fields), event.rotationToken);
  // Else somebody was first: an invocation at the same time, or one whose answer was lost. Its value counts.
  if (!written && (await readVersion(rotation, event.version)).inJournal) return;
  // An earlier rotation that was finished has left the journal label on its version, or on one that has edits too.
  await writeJournal(rotation, event.version, base.id === labels.current ? labels.journal : base.id);
}
