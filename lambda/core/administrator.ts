import { connect, takeLock } from './actor';
import { Credential, Session } from './engine';
import { hasCode, RotationError } from './errors';
import { Actor, Work } from './rotation';
import { parseFields, Version } from './secret-value';

/** The secret of the administrator may itself be in the middle of a rotation. */
const LABELS = ['AWSCURRENT', 'AWSPENDING'] as const;

/** Logs in as the administrator of the database, and takes the lock of the secret. */
export async function openAdministrator(work: Work, current: Version): Promise<Actor> {
  const session = await logIn(work, current);
  return takeLock(work, { session });
}

async function logIn(work: Work, current: Version): Promise<Session> {
  let refused: { readonly password: string; readonly error: RotationError } | undefined;
  for (const label of LABELS) {
    const credential = await administrator(work, current, label);
    // Both labels may be on one version; to try it twice would bring the account closer to being locked.
    if (!credential || credential.password === refused?.password) continue;
    try {
      return await connect(work, credential);
    } catch (error) {
      if (!hasCode(error, 'AUTH')) throw error;
      refused = { password: credential.password, error };
      work.log.warn('the administrator does not log in', { refusedAdministrator: label });
    }
  }
  throw new RotationError('AUTH', 'the administrator does not log in', { cause: refused?.error, hint: 'check the user name and the password in the secret of the administrator' });
}

/**
 * Only user name and password come from the administrator's secret: one that a service manages has nothing else, and the address is
 * a matter of the deployment.
 */
async function administrator({ admin, engine, redactor }: Work, current: Version, label: string): Promise<Credential | undefined> {
  const value = await admin!.findLabelled(label);
  if (!value) {
    if (label === 'AWSCURRENT') throw new RotationError('CONFIG', 'the secret of the administrator has no value', { hint: 'give it the user name and the password of an administrator' });
    return undefined;
  }
  const fields = parseFields(value.text, 'the secret of the administrator');
  redactor.concealMembers(fields);
  const { username, password } = fields;
  return engine.parse({ ...current.fields, username, password });
}
