/** Mulberry32: the same seed gives the same numbers. */
export class Random {
  public constructor(private state: number) {}

  /** A whole number from 0 up to, but not including, the limit. */
  public below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1); // eslint-disable-line no-bitwise
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61); // eslint-disable-line no-bitwise
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit; // eslint-disable-line no-bitwise
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  public shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.below(index + 1);
      [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
    }
    return shuffled;
  }
}

/** The seed of the run: `GUARDED_SECRETS_SEED`, or the time. */
export const SEED = Number(process.env.GUARDED_SECRETS_SEED ?? Date.now() % 1_000_000);
