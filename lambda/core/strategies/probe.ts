import { verify } from '../actor';
import { hasCode, RotationError } from '../errors';
import { Labels } from '../labels';
import { Rotation } from '../rotation';

/** The service tries out a rotation when it is configured: then the login is created, and AWSCURRENT must log in. */
export async function probeAsAdministrator(rotation: Rotation, before: Labels): Promise<void> {
  const { strategy } = rotation;
  const actor = await strategy.open(rotation, before);
  try {
    const labels = await rotation.store.describe();
    if (!labels.isPending(rotation.event.version)) return;
    const current = await strategy.settle(rotation, actor, labels);
    await strategy.rehearse(rotation, actor, current);
    await verify(rotation, current.credential);
  } catch (error) {
    if (!hasCode(error, 'AUTH')) throw error;
    throw new RotationError('DRIFT', 'AWSCURRENT does not log in', { cause: error, hint: 'the next rotation repairs it; until then, store the password that the login has as AWSCURRENT' });
  } finally {
    await actor.session.close();
  }
}
