import { logsIn } from '../actor';
import { Actor } from '../rotation';
import { findVersion, readVersion } from '../versions';
import { fence, Answer, NOTHING, Operation } from './operation';
import { restoreCurrent, unfinishedVersion } from './restore';
import { isUnfinished, Labels } from '../labels';
import { Version } from '../secret-value';

/** Gives up a rotation that is pending, or that was not finished. */
export async function abort(operation: Operation): Promise<Answer> {
  const { log, store } = operation;
  const labels = await store.describe();
  if (labels.pending === undefined && !isUnfinished(labels)) return { outcome: 'unchanged', next: NOTHING };
  if (isUnfinished(labels)) await giveUp(operation, labels);
  // Without the journal label no password was ever near the database, which may be out of reach.
  else await store.abandon(labels.pending!);
  log.warn('the rotation was given up', { abandoned: labels.pending ?? labels.journal });
  return { outcome: 'aborted', next: 'find out why it did not succeed, then rotate the secret' };
}

/** Under the lock: AWSCURRENT logs in first, and only then the labels go. */
async function giveUp(operation: Operation, labels: Labels): Promise<void> {
  const { store, strategy } = operation;
  const current = await readVersion(operation, labels.requireCurrent());
  const actor = await strategy.open(operation, labels);
  try {
    await fence(operation, labels);
    const unfinished = await unfinishedVersion(operation, labels, current);
    if (unfinished !== undefined && !await hasOwnPassword(operation, actor, current, unfinished)) {
      await restoreCurrent(operation, actor.session, current, labels);
      return;
    }
    if (labels.pending !== undefined) await store.abandon(labels.pending);
    if (unfinished === undefined) return;
    // The lock was kept until here: nobody gave the database that password, and without AWSPENDING nobody will.
    await actor.session.rehearse(current.credential);
    await store.clearJournal(unfinished);
  } finally {
    await actor.session.close();
  }
}

/** Whether the login has the password of AWSCURRENT, and not that of the rotation. */
async function hasOwnPassword(operation: Operation, actor: Actor, current: Version, unfinished: string): Promise<boolean> {
  if (actor.version) return actor.version.id === current.id;
  if (!await logsIn(operation, current)) return false;
  const version = operation.facts.dualPasswords === undefined ? undefined : await findVersion(operation, unfinished);
  return !version || !await logsIn(operation, version);
}
