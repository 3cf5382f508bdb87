import { RotationError } from './errors';
import { Work } from './rotation';

/**
 * Puts a version under the journal label, under which it stays reachable also when AWSPENDING is taken away. The label is
 * taken from the version only that had it: an invocation that was frozen until now must not take it from a later one.
 */
export async function writeJournal({ store }: Work, version: string, from: string | undefined): Promise<void> {
  if (await store.moveJournal(version, from)) return;
  if ((await store.describe()).journal !== version) throw new RotationError('CONFLICT', 'another rotation of the secret is under way');
}
