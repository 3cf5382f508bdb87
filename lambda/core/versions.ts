import { Work } from './rotation';
import { StoredValue } from './secret-store';
import { parseCredential, parseFields, Version } from './secret-value';

/** The value of a version, which must have one. */
export async function readVersion(work: Work, id: string): Promise<Version> {
  return toVersion(work, await work.store.read(id));
}

/** AWSCURRENT as it is now. */
export async function readCurrent(work: Work): Promise<Version> {
  return toVersion(work, await work.store.readCurrent());
}

/** The value of a version that can be done without: undefined when it has none, or none that is a login of this database. */
export async function findVersion(work: Work, id: string): Promise<Version | undefined> {
  const value = await work.store.find(id);
  try {
    return value && toVersion(work, value);
  } catch (error) {
    work.log.warn('a version of the secret is passed over', { passedOver: id, reason: (error as Error).message });
    return undefined;
  }
}

/** @throws INVALID_SECRET when it is not a login of this database */
export function toVersion(work: Work, { id, text, isPending, inJournal }: StoredValue): Version {
  const fields = parseFields(text);
  work.redactor.concealMembers(fields);
  return { id, fields, credential: parseCredential(work.engine, fields, work.facts), isPending, inJournal };
}
