import { Credential, Session } from './engine';
import { hasCode, RotationError } from './errors';
import { findVersion, readVersion, Rotation } from './rotation';
import { Version } from './secret-value';

/** A session, and the version of the secret that it logged in with. */
export interface Actor<C extends Credential = Credential> {
  readonly version: Version<C>;
  readonly session: Session<C>;
}

/**
 * Logs in with the first version that the database accepts, and takes the lock of the secret.
 *
 * AWSCURRENT comes first, so that a clean rotation makes no failed login. Only a refused login leads to the next version:
 * after any other error another password would not help, and could lock the account.
 *
 * @param candidates ids of versions, AWSCURRENT first
 * @param proveAgain whether the password may have changed between login and lock, though nobody was waited for
 */
export async function openActor<C extends Credential>(
  rotation: Rotation<C>, candidates: readonly (string | undefined)[], { proveAgain = false }: { readonly proveAgain?: boolean } = {},
): Promise<Actor<C>> {
  for (;;) {
    const actor = await logIn(rotation, candidates);
    try {
      const free = await actor.session.lock(rotation.event.secret);
      if (free && !proveAgain) return actor;
      // Whoever had the lock may have changed the password: a session that is open says nothing about it any more. The lock is
      // kept while that is found out, or those who wait would take it from each other for ever.
      if (!free) rotation.log.info('waited for another rotation of the secret');
      await verify(rotation, actor.version.credential);
      return actor;
    } catch (error) {
      await actor.session.close();
      if (!hasCode(error, 'AUTH')) throw error;
    }
  }
}

async function logIn<C extends Credential>(rotation: Rotation<C>, candidates: readonly (string | undefined)[]): Promise<Actor<C>> {
  const [current, ...others] = [...new Set(candidates)].filter((id) => id !== undefined);
  const first = await readVersion(rotation, current);
  let refused: unknown;
  for (const id of [current, ...others]) {
    const version = id === current ? first : await findVersion(rotation, id);
    if (!version || version.credential.username !== first.credential.username) continue;
    try {
      return { version, session: await connect(rotation, version.credential) };
    } catch (error) {
      if (!hasCode(error, 'AUTH')) throw error;
      refused = error;
      rotation.log.warn('a version of the secret does not log in', { refused: id });
    }
  }
  throw new RotationError('DRIFT', 'no version of the secret that has a label logs in', { cause: refused });
}

export async function connect<C extends Credential>(rotation: Rotation<C>, credential: C): Promise<Session<C>> {
  const line = await rotation.engine.dial(credential, rotation.context);
  return line.login(credential);
}

/** Proves that a credential logs in. */
export async function verify<C extends Credential>(rotation: Rotation<C>, credential: C): Promise<void> {
  const session = await connect(rotation, credential);
  await session.close();
}
