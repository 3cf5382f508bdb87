import { NOTHING } from './operation';
import { VersionReport } from './version-report';
import { SecretFacts } from '../../../src/handler-contract';
import { ErrorCode } from '../errors';
import { isUnfinished, Labels, noCurrent } from '../labels';

/** One word about a secret. */
export type Verdict = 'healthy' | 'pending' | 'unfinished' | 'interrupted' | 'drift' | 'blocked';

export interface Judgement {
  readonly verdict: Verdict;
  readonly next: string;
}

/** What is wrong with a version itself. Anything else could be said of the others as well. */
const OF_ONE_VERSION: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['AUTH', 'INVALID_SECRET']);

/** Says what the logins mean, and what to do. */
export function judge(labels: Labels, versions: readonly VersionReport[], facts: SecretFacts): Judgement {
  const current = versions.find(({ version }) => version === labels.current);
  if (!current) return { verdict: 'blocked', next: noCurrent().hint };
  if (current.logsIn === 'yes') return judgeWorking(labels);
  if (current.code !== 'AUTH') return { verdict: 'blocked', next: current.hint ?? 'give AWSCURRENT a value' };
  if (versions.some(({ logsIn }) => logsIn === 'yes')) {
    return { verdict: 'interrupted', next: labels.pending === undefined ? 'adopt' : 'adopt or abort, if Secrets Manager does not repair it by trying again' };
  }
  const blocking = versions.find(({ code }) => code !== undefined && !OF_ONE_VERSION.has(code));
  if (blocking?.hint !== undefined) return { verdict: 'blocked', next: blocking.hint };
  return { verdict: 'drift', next: facts.adminSecret === undefined ? 'store the password that the login has as AWSCURRENT, or set the one of AWSCURRENT in the database' : 'reset' };
}

function judgeWorking(labels: Labels): Judgement {
  if (labels.pending !== undefined) {
    return { verdict: 'pending', next: labels.rotationEnabled ? 'Secrets Manager goes on with the rotation; abort it if it should not' : 'abort: rotation is turned off, so nobody goes on with it' };
  }
  if (isUnfinished(labels)) return { verdict: 'unfinished', next: `${NOTHING}: the next rotation cleans up; abort does it now` };
  return { verdict: 'healthy', next: NOTHING };
}
