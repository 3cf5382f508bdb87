import { verify } from '../actor';
import { toVersion } from '../versions';
import { Answer, Operation } from './operation';
import { judge } from './verdict';
import { Login, VersionReport } from './version-report';
import { ErrorCode } from '../errors';
import { isUnfinished, Labels } from '../labels';
import { StoredValue } from '../secret-store';

/** After these another login could do harm, or would end in the same way. */
const STOPS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LOCKED', 'NETWORK', 'TIMEOUT', 'TLS']);

const MILLIS_PER_HOUR = 3_600_000;

/** What is known about a secret. Its values are not part of it. */
export interface Inspection extends Answer {
  readonly strategy: string;
  readonly rotation: 'disabled' | 'pending' | 'idle';
  /** Whether the journal label is on a version that is not AWSCURRENT. */
  readonly journal: 'clean' | 'unfinished';
  readonly versions: readonly VersionReport[];
}

/** Logs in once with each version that has a label, AWSCURRENT first. Nothing is changed, and no lock is taken. */
export async function inspect(operation: Operation): Promise<Inspection> {
  const labels = await operation.store.describe();
  const versions: VersionReport[] = [];
  for (const [id, own] of sorted(labels)) {
    const stopped = versions.some(({ code }) => code !== undefined && STOPS.has(code));
    versions.push(await report(operation, id, own, stopped));
  }
  const { verdict, next } = judge(labels, versions, operation.facts);
  return {
    outcome: verdict,
    next,
    strategy: operation.facts.strategy,
    rotation: rotationOf(labels),
    journal: isUnfinished(labels) ? 'unfinished' : 'clean',
    versions,
  };
}

function sorted(labels: Labels): (readonly [string, readonly string[]])[] {
  const order = [labels.current, labels.journal, labels.pending, labels.previous];
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...labels.all].sort(([one], [other]) => place(one) - place(other));
}

function rotationOf({ rotationEnabled, pending }: Labels): Inspection['rotation'] {
  if (!rotationEnabled) return 'disabled';
  return pending === undefined ? 'idle' : 'pending';
}

async function report(operation: Operation, id: string, labels: readonly string[], stopped: boolean): Promise<VersionReport> {
  const value = await operation.store.find(id);
  if (!value) return { version: id, labels, logsIn: 'no', reason: 'it has no value' };
  const known = { version: id, labels, ...ageOf(value, operation.date()) };
  return stopped ? { ...known, logsIn: 'not tried' } : { ...known, ...await tryLogin(operation, value) };
}

function ageOf({ created }: StoredValue, now: number) {
  return created && { created: created.toISOString(), ageHours: Math.round((now - created.getTime()) / MILLIS_PER_HOUR) };
}

async function tryLogin(operation: Operation, value: StoredValue): Promise<Login> {
  let username: string | undefined;
  try {
    const { credential } = toVersion(operation, value);
    username = credential.username;
    await verify(operation, credential);
    return { username, logsIn: 'yes' };
  } catch (thrown) {
    const { code, sentence, hint } = operation.redactor.error(thrown);
    return { username, logsIn: 'no', code, reason: sentence, hint };
  }
}
