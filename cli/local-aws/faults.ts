/** What becomes of a request. `drop-before` closes the connection before the effect, `drop-after` after it. */
export type FaultEffect =
  | 'throttle'
  | 'error500'
  | 'drop-before'
  | 'drop-after'
  | { readonly delayMillis: number }
  /** Reads do not see what was written in the last so many milliseconds. */
  | { readonly staleMillis: number }
  /** A write is seen only after so many reads were answered. */
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

/** Counts requests per rule, so that two rules never disturb each other. */
export class FaultBook {
  private readonly rules = new Map<FaultRule, { seen: number }>();

  public add(rule: FaultRule): () => void {
    // A copy, so that the same rule can be added twice.
    const own = { ...rule };
    this.rules.set(own, { seen: 0 });
    return () => void this.rules.delete(own);
  }

  /** Effects on this request, in the order in which the rules were added. */
  public take(target: FaultTarget): FaultEffect[] {
    return [...this.rules].filter(([rule, state]) => {
      if (!matches(rule, target)) return false;
      state.seen += 1;
      const first = rule.nth ?? 1;
      const count = rule.count ?? (rule.nth === undefined ? Infinity : 1);
      return state.seen >= first && state.seen < first + count;
    }).map(([rule]) => rule.effect);
  }
}

function matches(rule: FaultRule, target: FaultTarget): boolean {
  const operations = rule.operation === undefined ? undefined : [rule.operation].flat();
  return (operations?.includes(target.operation) ?? true) && (rule.accessKeyId === undefined || rule.accessKeyId === target.accessKeyId);
}
