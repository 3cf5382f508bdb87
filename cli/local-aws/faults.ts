import { ServiceError } from './errors';
import type { Staleness } from './store/secret-store';

/** What becomes of a request. `drop-before` closes the connection before the effect, `drop-after` after it. */
export type FaultEffect =
  | 'throttle'
  | 'error500'
  /** Any other error of the service instead of the effect, for example DecryptionFailure. */
  | { readonly error: string; readonly message?: string; readonly status?: number }
  | 'drop-before'
  | 'drop-after'
  | { readonly delayMillis: number }
  /** Reads do not see what was written in the last so many milliseconds. */
  | { readonly staleMillis: number }
  /** So many reads after a write do not see it. */
  | { readonly staleReads: number };

export interface FaultRule {
  readonly operation?: string | readonly string[];
  readonly accessKeyId?: string;
  /** The first matching request that is hit, from 1. */
  readonly nth?: number;
  /** How many matching requests are hit from there on; by default one if `nth` is given, else all. */
  readonly count?: number;
  readonly effect: FaultEffect;
}

export interface FaultTarget {
  readonly operation: string;
  readonly accessKeyId?: string;
}

export interface ActiveFault {
  readonly effect: FaultEffect;
  readonly since: number;
}

/** The error that these faults answer instead of the effect. */
export function errorOf(faults: readonly ActiveFault[]): ServiceError | undefined {
  const errors = faults.flatMap(({ effect }) => {
    if (effect === 'throttle') return [new ServiceError('ThrottlingException', 'Rate exceeded')];
    if (effect === 'error500') return [new ServiceError('InternalServiceError', 'An error occurred on the server side.', 500)];
    if (typeof effect !== 'object' || !('error' in effect)) return [];
    return [new ServiceError(effect.error, effect.message ?? effect.error, effect.status)];
  });
  return errors[0];
}

/** How far behind a read is that these faults hit. */
export function stalenessOf(faults: readonly ActiveFault[]): Staleness | undefined {
  const staleness = faults.flatMap(({ effect, since }): Staleness[] => {
    if (typeof effect !== 'object') return [];
    if ('staleMillis' in effect) return [{ millis: effect.staleMillis, since }];
    return 'staleReads' in effect ? [{ reads: effect.staleReads, since }] : [];
  });
  return staleness.length === 0 ? undefined : Object.assign({}, ...staleness);
}

/** Counts requests per rule, so that two rules never disturb each other. */
export class FaultBook {
  private readonly rules = new Map<FaultRule, { seen: number; readonly since: number }>();

  /** @param since the last write of the time in which the rule is added: no read lags behind it */
  public add(rule: FaultRule, since: number): () => void {
    // A copy, so that the same rule can be added twice.
    const own = { ...rule };
    this.rules.set(own, { seen: 0, since });
    return () => void this.rules.delete(own);
  }

  /** Effects on this request, in the order in which the rules were added. */
  public take(target: FaultTarget): ActiveFault[] {
    return [...this.rules].filter(([rule, state]) => {
      if (!matches(rule, target)) return false;
      state.seen += 1;
      const first = rule.nth ?? 1;
      const count = rule.count ?? (rule.nth === undefined ? Infinity : 1);
      return state.seen >= first && state.seen < first + count;
    }).map(([{ effect }, { since }]) => ({ effect, since }));
  }
}

function matches(rule: FaultRule, target: FaultTarget): boolean {
  const operations = rule.operation === undefined ? undefined : [rule.operation].flat();
  return (operations?.includes(target.operation) ?? true) && (rule.accessKeyId === undefined || rule.accessKeyId === target.accessKeyId);
}
