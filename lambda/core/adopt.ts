import { createHash } from 'crypto';
import { Credential } from './engine';
import { RotationError } from './errors';
import { Rotation } from './rotation';
import { editedFields, Version, withChanges } from './secret-value';

/**
 * Makes the password of a version that logs in AWSCURRENT, where AWSCURRENT itself does not log in any more: what an
 * interrupted rotation left. Members that somebody edited in AWSCURRENT since then are kept.
 *
 * @returns the version that is AWSCURRENT now
 */
export async function adopt<C extends Credential>(rotation: Rotation<C>, version: Version<C>, current: Version<C>): Promise<Version<C>> {
  const adopted = editedFields(version.fields, current.fields).length === 0 ? version : await merge(rotation, version, current);
  if (!await rotation.store.promote(adopted.id, current.id)) throw new RotationError('CONFLICT', 'AWSCURRENT was moved while the rotation ran');
  rotation.log.warn('an earlier rotation was finished: its password is AWSCURRENT now', { promoted: adopted.id });
  return adopted;
}

async function merge<C extends Credential>(rotation: Rotation<C>, version: Version<C>, current: Version<C>): Promise<Version<C>> {
  const fields = withChanges(current.fields, { password: version.credential.password });
  // The same id when it is done again, so that it is one version however often the function dies.
  const id = createHash('sha256').update(`${version.id} ${current.id}`).digest('hex').slice(0, 32);
  await rotation.store.putJournal(id, JSON.stringify(fields), rotation.event.rotationToken);
  return { ...version, id, fields };
}
