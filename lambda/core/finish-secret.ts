import { openActor } from './actor';
import { adopt } from './adopt';
import { applyAndProve, Change } from './change';
import { Credential } from './engine';
import { hasCode, RotationError } from './errors';
import { Labels } from './labels';
import { promote } from './promote';
import { readVersion, Rotation } from './rotation';
import { editedFields, Version } from './secret-value';

/** A second attempt follows at once when the first one was overtaken, or does not know whether the change happened. */
const ATTEMPTS = 2;

/** Change, proof, promotion and the way back: without this much time AWSCURRENT could stay refused until the next attempt. */
const TIME_FOR_CHANGE = 15_000;

interface Progress {
  changing: boolean;
}

/**
 * Changes the password, proves it, and moves AWSCURRENT: all in this one step, so that AWSCURRENT fails for milliseconds
 * instead of for three invocations. Until the change everything can be repeated; after it every path ends with a version
 * that has a label and logs in.
 */
export async function finishSecret<C extends Credential>(rotation: Rotation<C>, labels: Labels): Promise<void> {
  let seen = labels;
  for (let attempt = 1; ; attempt++) {
    const progress: Progress = { changing: false };
    try {
      return await changeAndPromote(rotation, seen, progress);
    } catch (error) {
      const again = hasCode(error, 'CONFLICT') || (progress.changing && hasCode(error, 'NETWORK', 'TIMEOUT'));
      if (attempt === ATTEMPTS || !again) throw error;
      rotation.log.warn('the step starts again', { reason: error.message });
      seen = await rotation.store.describe();
      if (!seen.isPending(rotation.event.version)) return;
    }
  }
}

async function changeAndPromote<C extends Credential>(rotation: Rotation<C>, labels: Labels, progress: Progress): Promise<void> {
  const next = await readVersion(rotation, rotation.event.version);
  const current = await readVersion(rotation, labels.requireCurrent());
  const actor = await openActor(rotation, [current.id, next.id, labels.previous]);
  const change = { actor, current, next };
  const changed = actor.version.id === next.id;

  // The connection for the proof is prepared while the labels are read again: neither takes time from the other.
  const dialling = changed ? undefined : rotation.engine.dial(next.credential, rotation.context);
  dialling?.catch(() => {});
  let closing: Promise<void> | undefined;
  try {
    if (!await fence(rotation, current)) return;
    await keepEdits(rotation, change);
    const line = await dialling;
    if (line) requireTime(rotation);
    const start = rotation.now();
    progress.changing = true;
    // Nobody waits for the end of the proof's session before AWSCURRENT is moved.
    if (line) closing = (await applyAndProve(rotation, change, line)).close();
    await promote(rotation, change);
    rotation.log.info('AWSCURRENT has the new password', { windowMillis: Math.round((rotation.now() - start) * 10) / 10, changedBefore: changed });
  } finally {
    await Promise.all([actor.session.close(), closing]);
    await dialling?.then((line) => line.close(), () => {});
  }
}

function requireTime<C extends Credential>({ context }: Rotation<C>): void {
  if (context.slice(TIME_FOR_CHANGE) === TIME_FOR_CHANGE) return;
  throw new RotationError('TIMEOUT', 'too little time is left to change the password and to move AWSCURRENT; nothing was changed');
}

/** Under the lock: whether the rotation still is what it was when it was read. */
async function fence<C extends Credential>(rotation: Rotation<C>, current: Version<C>): Promise<boolean> {
  const labels = await rotation.store.describe();
  if (!labels.isPending(rotation.event.version)) return false;
  if (labels.current !== current.id) throw new RotationError('CONFLICT', 'AWSCURRENT was moved while the rotation ran');
  return true;
}

/**
 * A version cannot be changed, so what somebody edited in AWSCURRENT after the pending version was made would be lost. The
 * rotation gives way; where the database has the new password already, AWSCURRENT gets it in a version that has both.
 */
async function keepEdits<C extends Credential>(rotation: Rotation<C>, { actor, current, next }: Change<C>): Promise<void> {
  const edited = editedFields(next.fields, current.fields);
  if (edited.length === 0) return;
  const changed = actor.version.id === next.id;
  if (changed) await adopt(rotation, next, current);
  await rotation.store.abandon(next.id);
  throw new RotationError('EDITED', `${edited.map((name) => JSON.stringify(name)).join(', ')} of the secret was edited while it rotated; the edit is kept${changed ? ', with the new password' : ''}`);
}
