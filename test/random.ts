import { createHash } from 'crypto';

/** So many numbers there are. */
export const KEYS = 2 ** 32;

/** Mulberry32: the same seed gives the same numbers. */
export class Random {
  private state: number;

  public constructor(private readonly seed: number) {
    this.state = seed;
  }

  /** The numbers of a thing with a name, whatever other things there are. */
  public of(name: string): Random {
    return new Random(createHash('sha256').update(`${this.seed} ${name}`).digest().readUInt32BE());
  }

  /** A whole number from 0 up to, but not including, the limit. */
  public below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1); // eslint-disable-line no-bitwise
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61); // eslint-disable-line no-bitwise
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit; // eslint-disable-line no-bitwise
  }

  /**
   * In random order. Two items come in the same order whatever others there are: a server that sends its answer in one piece
   * more than the last time changes the cases with that piece, and no other ones.
   */
  public shuffle<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
    const keys = new Map(items.map((item) => [item, this.of(nameOf(item)).below(KEYS)]));
    return [...items].sort((one, other) => keys.get(one)! - keys.get(other)!);
  }
}

/** Every run tries the same cases. `GUARDED_SECRETS_SEED` gives others, as the nightly tests do. */
export const SEED = seedOf(process.env.GUARDED_SECRETS_SEED ?? '1');

function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`GUARDED_SECRETS_SEED is ${JSON.stringify(text)}; set a whole number from 0 to 999999999`);
  return Number(text);
}
