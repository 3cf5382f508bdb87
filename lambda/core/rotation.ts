import { Credential, Engine, EngineContext } from './engine';
import { RotationEvent } from './event';
import { Log } from './log';
import { Redactor } from './redact';
import { SecretStore, StoredValue } from './secret-store';
import { parseCredential, parseFields, Version } from './secret-value';
import { SecretFacts } from '../../src/handler-contract';

/** All that one step works with. */
export interface Rotation<C extends Credential = Credential> {
  readonly event: RotationEvent;
  readonly facts: SecretFacts;
  readonly engine: Engine<C>;
  readonly context: EngineContext;
  readonly store: SecretStore;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The value of a version, which must have one. */
export async function readVersion<C extends Credential>(rotation: Rotation<C>, id: string): Promise<Version<C>> {
  return toVersion(rotation, id, await rotation.store.read(id));
}

/** The value of a version that can be done without: undefined when it has none, or none that is a login of this database. */
export async function findVersion<C extends Credential>(rotation: Rotation<C>, id: string): Promise<Version<C> | undefined> {
  const value = await rotation.store.find(id);
  try {
    return value && toVersion(rotation, id, value);
  } catch (error) {
    rotation.log.warn('a version of the secret is passed over', { passedOver: id, reason: (error as Error).message });
    return undefined;
  }
}

function toVersion<C extends Credential>(rotation: Rotation<C>, id: string, value: StoredValue): Version<C> {
  const fields = parseFields(value.text);
  rotation.redactor.concealMembers(fields);
  return { id, fields, credential: parseCredential(rotation.engine, fields, rotation.facts), inJournal: value.inJournal };
}
