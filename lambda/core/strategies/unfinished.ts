import { logsIn } from '../actor';
import { adopt } from '../adopt';
import { Session } from '../engine';
import { isUnfinished, Labels } from '../labels';
import { Rotation } from '../rotation';
import { Version } from '../secret-value';
import { findVersion } from '../versions';

/**
 * The login of AWSCURRENT may have the password of an earlier rotation that could not be finished, and the journal label is about to
 * leave it. If so, that rotation is finished first: to set the password back could cross with a promotion that was merely delayed.
 *
 * @returns the version that is AWSCURRENT now
 */
export async function finishEarlier(rotation: Rotation, session: Session, current: Version, labels: Labels): Promise<Version> {
  const unfinished = await unfinishedVersion(rotation, labels, current.credential.username);
  // Where AWSCURRENT took the password up, the journal label was merely left behind.
  if (!unfinished || unfinished.credential.password === current.credential.password) return current;
  if (await logsIn(rotation, unfinished)) return adopt(rotation, unfinished, current);
  if (!await logsIn(rotation, current)) await session.apply(current.credential);
  return current;
}

/** The version of an earlier rotation that could not be finished, if it is of this login. */
export async function unfinishedVersion(rotation: Rotation, labels: Labels, username: string): Promise<Version | undefined> {
  if (!isUnfinished(labels) || labels.journal === undefined) return undefined;
  const version = await findVersion(rotation, labels.journal);
  return version?.credential.username === username ? version : undefined;
}
