import { Actor, openActor } from './actor';
import { adopt } from './adopt';
import { Credential } from './engine';
import { RotationError } from './errors';
import { Labels } from './labels';
import { readVersion, Rotation } from './rotation';
import { parseCredential, Version, withChanges } from './secret-value';

/**
 * Proves that the rotation can be done, and writes down the new password before anything uses it.
 *
 * All of it happens under the lock: the journal label, which keeps a password reachable, must not leave a version while
 * another invocation is about to give the database the password of that version.
 */
export async function createSecret<C extends Credential>(rotation: Rotation<C>, labels: Labels): Promise<void> {
  if (labels.journal === rotation.event.version) return;
  const current = labels.requireCurrent();
  const actor = await openActor(rotation, [current, labels.journal, labels.previous], { proveAgain: isUnfinished(labels) });
  try {
    if (!await fence(rotation, labels)) return;
    const base = await chooseBase(rotation, actor, current, labels.journal);
    // Last, since it also proves that the lock was not lost.
    await actor.session.rehearse?.(actor.version.credential);
    await writePending(rotation, base, labels.journal);
  } finally {
    await actor.session.close();
  }
}

/**
 * Whether an earlier rotation may have given the database its password without telling. It may do so until the lock is had:
 * a login from before says nothing then.
 */
function isUnfinished({ journal, current }: Labels): boolean {
  return journal !== undefined && journal !== current;
}

/** Under the lock: whether the rotation still is what it was when it was read. A token that was overtaken writes nothing. */
async function fence<C extends Credential>(rotation: Rotation<C>, before: Labels): Promise<boolean> {
  const labels = await rotation.store.describe();
  const { version } = rotation.event;
  // The same step may run twice at once: the other one has done it.
  if (!labels.isPending(version) || labels.journal === version) return false;
  if (labels.current !== before.current || labels.journal !== before.journal) {
    throw new RotationError('CONFLICT', 'another rotation of the secret was under way');
  }
  return true;
}

/**
 * The version that the next one is made of: AWSCURRENT. When the database has the password of an earlier rotation that
 * could not be finished, that one becomes AWSCURRENT first; else the journal label would leave the only password that works.
 */
async function chooseBase<C extends Credential>(
  rotation: Rotation<C>, { version }: Actor<C>, currentId: string, journal: string | undefined,
): Promise<Version<C>> {
  if (version.id === currentId) return version;
  const current = await readVersion(rotation, currentId);
  return version.id === journal ? adopt(rotation, version, current) : current;
}

async function writePending<C extends Credential>(rotation: Rotation<C>, base: Version<C>, journal: string | undefined): Promise<void> {
  const { engine, event, store, redactor, facts, context } = rotation;
  const changes = engine.propose(base.credential, context);
  redactor.concealMembers(changes);
  const fields = withChanges(base.fields, changes);
  parseCredential(engine, fields, facts);
  const written = await store.putPending(event.version, JSON.stringify(fields), event.rotationToken);
  // Else somebody was first: an invocation at the same time, or one whose answer was lost. Its value counts.
  if (!written && (await readVersion(rotation, event.version)).inJournal) return;
  await writeJournal(rotation, journal);
}

/**
 * Puts the version under the journal label, under which it stays reachable also when AWSPENDING is taken away. The label is
 * taken from the version only that had it: an invocation that was frozen until now must not take it from a later one.
 */
async function writeJournal<C extends Credential>({ event, store }: Rotation<C>, from: string | undefined): Promise<void> {
  if (await store.moveJournal(event.version, from)) return;
  if ((await store.describe()).journal !== event.version) throw new RotationError('CONFLICT', 'another rotation of the secret is under way');
}
