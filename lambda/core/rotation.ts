import { Engine, EngineContext } from './engine';
import { RotationEvent, SecretEvent } from './event';
import { Log } from './log';
import { Figures } from './metrics';
import { Redactor } from './redact';
import { SecretStore, StoredValue } from './secret-store';
import { parseCredential, parseFields, Version } from './secret-value';
import { Strategy } from './strategies/strategy';
import { SecretFacts } from '../../src/handler-contract';

/** All that one invocation works with. */
export interface Work {
  readonly event: SecretEvent;
  readonly facts: SecretFacts;
  readonly strategy: Strategy;
  readonly engine: Engine;
  readonly context: EngineContext;
  readonly store: SecretStore;
  /** The secret of the administrator; every strategy but `single-user` has one. */
  readonly admin?: SecretStore;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly figures: Figures;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What one step works with. */
export interface Rotation extends Work {
  readonly event: RotationEvent;
}

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
