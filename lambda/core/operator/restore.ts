import { verify } from '../actor';
import { requireTime } from '../change';
import { findVersion } from '../versions';
import { Operation } from './operation';
import { Session } from '../engine';
import { hasCode, RotationError } from '../errors';
import { isUnfinished, Labels } from '../labels';
import { derivedVersionId, Version } from '../secret-value';

/** Under the lock: gives the login of AWSCURRENT the password of AWSCURRENT, and ends the rotation that gave it another one. */
export async function restoreCurrent(operation: Operation, session: Session, current: Version, labels: Labels): Promise<void> {
  requireTime(operation);
  try {
    await session.rehearse(current.credential);
    const unfinished = await unfinishedVersion(operation, labels, current);
    if (unfinished !== undefined) await reissue(operation, current, unfinished);
    await session.apply(current.credential);
    await verify(operation, current.credential);
    if (unfinished !== undefined) await operation.store.clearJournal(unfinished);
  } catch (error) {
    // Some servers keep a history, and do not take a password again that they had before.
    if (!hasCode(error, 'POLICY', 'REUSE')) throw error;
    throw new RotationError(error.code, 'the server does not take the password of AWSCURRENT back', {
      cause: error,
      hint: 'adopt the version that logs in, or let Secrets Manager finish the rotation',
    });
  }
}

/**
 * The version under the journal label, if the login of AWSCURRENT may have its password. Where it is of the other login of a pair,
 * that login may have it: the label stays, and the next rotation takes the password up.
 */
export async function unfinishedVersion(operation: Operation, labels: Labels, current: Version): Promise<string | undefined> {
  const { journal } = labels;
  if (journal === undefined || !isUnfinished(labels)) return undefined;
  const version = await findVersion(operation, journal);
  return version && version.credential.username !== current.credential.username ? undefined : journal;
}

/**
 * Makes AWSCURRENT a version of its own, with the same value. An invocation that was frozen right before its promotion finds
 * AWSCURRENT moved then, and cannot make a password AWSCURRENT that the database is about to lose. It also takes AWSPENDING.
 */
async function reissue({ event, store }: Operation, current: Version, unfinished: string): Promise<void> {
  const id = derivedVersionId(`${current.id} instead of ${unfinished}`);
  await store.putPending(id, JSON.stringify(current.fields), event.rotationToken);
  if (await store.promote(id, current.id)) return;
  await store.abandon(id);
  throw new RotationError('CONFLICT', 'AWSCURRENT was moved meanwhile; the database was not changed', { hint: 'inspect the secret again' });
}
