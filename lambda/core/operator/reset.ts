import { logsIn, verify } from '../actor';
import { readVersion } from '../versions';
import { fence, Answer, NOTHING, Operation } from './operation';
import { restoreCurrent } from './restore';
import { openAdministrator } from '../administrator';
import { RotationError } from '../errors';
import { createIfMissing } from '../strategies/provision';

/** Gives the login of AWSCURRENT the password of AWSCURRENT, whatever password it has. */
export async function reset(operation: Operation): Promise<Answer> {
  const { admin, facts, log, store } = operation;
  if (!admin) {
    throw new RotationError('CONFIG', `only an administrator can reset a password, and a ${facts.strategy} rotation has none`, {
      hint: 'adopt a version that logs in, set the password of AWSCURRENT in the database by hand, or deploy the rotation with an administrator',
    });
  }
  const labels = await store.describe();
  const current = await readVersion(operation, labels.requireCurrent());
  if (await logsIn(operation, current)) return { outcome: 'unchanged', next: NOTHING };
  const { session } = await openAdministrator(operation, current);
  try {
    await fence(operation, labels);
    if (await createIfMissing(operation, session, current)) await verify(operation, current.credential);
    else await restoreCurrent(operation, session, current, labels);
  } finally {
    await session.close();
  }
  log.warn('the login has the password of AWSCURRENT again', { reset: current.id });
  return { outcome: 'reset', next: NOTHING };
}
