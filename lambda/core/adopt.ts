import { SecretFields } from './engine';
import { RotationError } from './errors';
import { writeJournal } from './journal';
import { Work } from './rotation';
import { derivedVersionId, editedFields, Version, withChanges } from './secret-value';

/**
 * Makes the password of a version that logs in AWSCURRENT, where AWSCURRENT itself does not log in any more: what an
 * interrupted rotation left. Members that somebody edited in AWSCURRENT since then are kept.
 *
 * @returns the version that is AWSCURRENT now
 */
export async function adopt(work: Work, version: Version, current: Version): Promise<Version> {
  const adopted = editedFields(version.fields, current.fields, work.strategy.rotated).length === 0 ? version : await merge(work, version, current);
  if (!await work.store.promote(adopted.id, current.id)) throw new RotationError('CONFLICT', 'AWSCURRENT was moved while the rotation ran');
  work.log.warn('an earlier rotation was finished: its password is AWSCURRENT now', { promoted: adopted.id });
  return adopted;
}

/** AWSCURRENT, with the members of another version that a rotation changes. */
export function adoptedFields({ strategy }: Work, version: Version, current: Version): SecretFields {
  return withChanges(current.fields, Object.fromEntries(strategy.rotated.map((name) => [name, version.fields[name]])));
}

async function merge(work: Work, version: Version, current: Version): Promise<Version> {
  const fields = adoptedFields(work, version, current);
  const id = derivedVersionId(`${version.id} ${current.id}`);
  await work.store.putAdopted(id, JSON.stringify(fields), work.event.rotationToken);
  if (version.inJournal) await writeJournal(work, id, version.id);
  return { ...version, id, fields };
}
