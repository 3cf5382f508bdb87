import { Credential, Session } from './engine';
import { hasCode, RotationError } from './errors';
import { Actor, Work } from './rotation';
import { Version } from './secret-value';
import { findVersion, readVersion } from './versions';

/** The id of a version, or how to find it out when it is needed. */
type Candidate = string | undefined | (() => Promise<string | undefined>);

/**
 * Logs in with the first version that the database accepts, and takes the lock of the secret.
 *
 * AWSCURRENT comes first, so that a clean rotation makes no failed login. Only a refused login leads to the next version:
 * after any other error another password would not help, and could lock the account.
 *
 * @param current id of AWSCURRENT
 * @param others tried in this order
 * @param proveAgain whether the password may have changed between login and lock, though nobody was waited for
 */
export async function openActor(
  work: Work, [current, ...others]: readonly [string, ...Candidate[]], { proveAgain = false }: { readonly proveAgain?: boolean } = {},
): Promise<Required<Actor>> {
  for (;;) {
    const actor = await logIn(work, current, others);
    try {
      return await takeLock(work, actor, { proveAgain });
    } catch (error) {
      if (!hasCode(error, 'AUTH')) throw error;
    }
  }
}

/** Takes the lock of the secret. The session is closed on failure; AUTH says that its password has changed meanwhile. */
export async function takeLock<A extends Actor>(work: Work, actor: A, { proveAgain = false }: { readonly proveAgain?: boolean } = {}): Promise<A> {
  try {
    const free = await actor.session.lock(work.store.arn);
    if (!free) work.log.info('waited for another rotation of the secret');
    // Whoever had the lock may have changed the password: a session that is open says nothing about it any more. The lock is
    // kept while that is found out, or those who wait would take it from each other for ever.
    if (actor.version && (!free || proveAgain)) await verify(work, actor.version.credential);
    return actor;
  } catch (error) {
    await actor.session.close();
    throw error;
  }
}

async function logIn(work: Work, current: string, others: readonly Candidate[]): Promise<Required<Actor>> {
  const first = await readVersion(work, current);
  const refusedPasswords = new Set<string>();
  let refused: unknown;
  for (const candidate of [current, ...others]) {
    const id = typeof candidate === 'function' ? await candidate() : candidate;
    if (id === undefined) continue;
    const version = id === current ? first : await findVersion(work, id);
    if (!version || version.credential.username !== first.credential.username || refusedPasswords.has(version.credential.password)) continue;
    try {
      return { version, session: await connect(work, version.credential) };
    } catch (error) {
      if (!hasCode(error, 'AUTH')) throw error;
      refused = error;
      refusedPasswords.add(version.credential.password);
      work.log.warn('a version of the secret does not log in', { refused: id });
    }
  }
  throw new RotationError('DRIFT', 'no version of the secret that has a label logs in', { cause: refused });
}

export async function connect(work: Work, credential: Credential): Promise<Session> {
  const line = await work.engine.dial(credential, work.context);
  return line.login(credential);
}

/** Proves that a credential logs in. */
export async function verify(work: Work, credential: Credential): Promise<void> {
  const session = await connect(work, credential);
  await session.close();
}

/** Whether a version logs in. */
export async function logsIn(work: Work, { credential }: Version): Promise<boolean> {
  try {
    await verify(work, credential);
    return true;
  } catch (error) {
    if (hasCode(error, 'AUTH')) return false;
    throw error;
  }
}
