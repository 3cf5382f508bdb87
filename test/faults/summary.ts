import Table from 'cli-table3';
import { CaseResult } from './case';

/** The figures of one strategy on one server. */
export interface Summary {
  readonly target: string;
  readonly setting: string;
  readonly cases: number;
  readonly harmful: number;
  readonly endings: { readonly [ending in CaseResult['ending']]: number };
  /** Cases with an edit, in which it is kept. */
  readonly edits: number;
  /** Cases after whose fault AWSCURRENT was refused until the next attempt. */
  readonly dead: number;
  /** Points at which the process died, and those of them after which AWSCURRENT was refused. */
  readonly crashPoints: number;
  readonly deadCrashPoints: number;
  readonly failedLogins: number;
}

export function summarise(target: string, setting: string, results: readonly CaseResult[]): Summary {
  const count = (holds: (result: CaseResult) => boolean): number => results.filter(holds).length;
  const ending = (name: CaseResult['ending']): number => count((result) => result.ending === name);
  const crash = ({ case: { fault, start, second } }: CaseResult): boolean => fault.name.startsWith('dies') && start !== 'after a rotation that died in the middle' && !second;
  return {
    target,
    setting,
    cases: results.length,
    harmful: count(({ violations }) => violations.length > 0),
    endings: {
      'ok': ending('ok'),
      'one retry': ending('one retry'),
      'more retries': ending('more retries'),
      'cancelled, then ok': ending('cancelled, then ok'),
      'stopped, then ok': ending('stopped, then ok'),
      'repaired by hand, then ok': ending('repaired by hand, then ok'),
    },
    edits: count(({ case: { fault, second } }) => fault.edits === true || second?.fault.edits === true),
    dead: count(({ dead }) => dead),
    crashPoints: count(crash),
    deadCrashPoints: count((result) => crash(result) && result.dead),
    failedLogins: results.reduce((sum, { failedLogins }) => sum + failedLogins, 0),
  };
}

export function toTable(summaries: readonly Summary[]): string {
  const table = new Table({
    head: ['server', 'strategy', 'cases', 'ok', '1 retry', 'more', 'cancelled', 'stopped', 'by hand', 'edits kept', 'HARMFUL', 'dead', 'dead of crash points', 'failed logins a case'],
    style: { head: [], border: [], compact: true },
  });
  for (const { target, setting, cases, endings, edits, harmful, dead, crashPoints, deadCrashPoints, failedLogins } of summaries) {
    table.push([
      target, setting, cases, ...Object.values(endings), edits, harmful, dead,
      `${deadCrashPoints} of ${crashPoints} (${(100 * deadCrashPoints / Math.max(1, crashPoints)).toFixed(1)} %)`, (failedLogins / cases).toFixed(1),
    ]);
  }
  return table.toString();
}

/** How many of the passwords stand in a log, which may be long: every text of a password's length is looked up. */
export function passwordsIn(log: string, passwords: ReadonlySet<string>): number {
  const lengths = new Set([...passwords].map(({ length }) => length));
  const found = new Set<string>();
  for (const [run] of log.matchAll(/[A-Za-z0-9._-]{20,}/g)) {
    for (const length of lengths) {
      for (let start = 0; start + length <= run.length; start++) {
        const text = run.slice(start, start + length);
        if (passwords.has(text)) found.add(text);
      }
    }
  }
  return found.size;
}
