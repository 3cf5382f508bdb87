import { applyAndProve, requireTime } from './change';
import { hasCode, RotationError } from './errors';
import { promote } from './promote';
import { Change, Rotation } from './rotation';
import { editedFields, Version } from './secret-value';
import { readCurrent, readVersion } from './versions';

/** A second attempt follows at once when the first one was overtaken, or does not know whether the change happened. */
const ATTEMPTS = 2;

interface Progress {
  changing: boolean;
}

/**
 * Changes the password, proves it, and moves AWSCURRENT: all in this one step, so that AWSCURRENT fails for milliseconds
 * instead of for three invocations. Until the change everything can be repeated; after it every path ends with a version
 * that has a label and logs in.
 */
export async function finishSecret(rotation: Rotation): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const progress: Progress = { changing: false };
    try {
      return await changeAndPromote(rotation, progress);
    } catch (error) {
      const again = hasCode(error, 'CONFLICT') || (progress.changing && hasCode(error, 'NETWORK', 'TIMEOUT'));
      if (attempt === ATTEMPTS || !again) throw error;
      rotation.log.warn('the step starts again', { reason: error.message });
      rotation.figures.retries++;
    }
  }
}

async function changeAndPromote(rotation: Rotation, progress: Progress): Promise<void> {
  const { strategy, log } = rotation;
  const current = await readCurrent(rotation);
  const next = await readPending(rotation, current);
  if (!next) {
    log.info('the version is AWSCURRENT already');
    return;
  }
  const actor = await strategy.reopen(rotation, current, next);
  const change = { actor, current, next };
  const changed = actor.version?.id === next.id;

  // The connection for the proof is prepared while the labels are read again: neither takes time from the other.
  const dialling = changed ? undefined : rotation.engine.dial(next.credential, rotation.context);
  dialling?.catch(() => {});
  let closing: Promise<void> | undefined;
  try {
    if (!await fence(rotation, current)) return;
    requireTime(rotation);
    await keepEdits(rotation, change);
    const line = await dialling;
    const start = rotation.now();
    progress.changing = true;
    // Nobody waits for the end of the proof's session before AWSCURRENT is moved.
    if (line) closing = (await applyAndProve(rotation, change, line)).close();
    await promote(rotation, change);
    const millis = Math.round((rotation.now() - start) * 10) / 10;
    const windowMillis = strategy.interrupts ? millis : 0;
    if (!changed) rotation.figures.windowMillis = windowMillis;
    log.info('AWSCURRENT has the new password', { changeMillis: millis, windowMillis, changedBefore: changed });
  } finally {
    await Promise.all([actor.session.close(), closing]);
    await dialling?.then((line) => line.close(), () => {});
  }
}

/**
 * The version that is to become AWSCURRENT. Its own labels tell that it is pending; only when they do not, all are asked for.
 *
 * @returns nothing when it is AWSCURRENT already
 */
async function readPending(rotation: Rotation, current: Version): Promise<Version | undefined> {
  const { version } = rotation.event;
  if (current.id === version) return undefined;
  const stored = await rotation.store.find(version);
  if (!stored?.isPending && !(await rotation.store.describe()).isPending(version)) return undefined;
  return readVersion(rotation, version);
}

/** Under the lock: whether the rotation still is what it was when it was read. */
async function fence(rotation: Rotation, current: Version): Promise<boolean> {
  const labels = await rotation.store.describe();
  if (!labels.isPending(rotation.event.version)) return false;
  if (labels.current !== current.id) throw new RotationError('CONFLICT', 'AWSCURRENT was moved while the rotation ran');
  // Whoever took AWSPENDING away would take the only label of the new password.
  if (labels.journal !== rotation.event.version) throw new RotationError('CONFLICT', 'createSecret has not come to its end, so nothing keeps the new password');
  return true;
}

/**
 * A version cannot be changed, so what somebody edited in AWSCURRENT after the pending version was made would be lost. The
 * rotation gives way; where the database has the new password already, AWSCURRENT and its login are made to agree.
 */
async function keepEdits(rotation: Rotation, change: Change): Promise<void> {
  const { current, next } = change;
  const { rotated } = rotation.strategy;
  const edited = editedFields(next.fields, current.fields, rotated);
  // Of a pair, AWSCURRENT was moved to the very login that is about to be changed.
  if (rotated.includes('username') && next.credential.username === current.credential.username) edited.push('username');
  if (edited.length === 0) return;
  const adopted = await rotation.strategy.giveWay(rotation, change);
  await rotation.store.abandon(next.id);
  throw new RotationError('EDITED', `${edited.map((name) => JSON.stringify(name)).join(', ')} of the secret was edited while it rotated; the edit is kept${adopted ? ', with the new password' : ''}`);
}
