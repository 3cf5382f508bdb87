import { RotationError } from './errors';

export interface Clock {
  /** Milliseconds, of which only differences mean something. */
  now(): number;
}

/** Kept for the error, the log line and the answer, so that the function says why it stops instead of being killed. */
const RESERVE = 1_000;
const LARGEST_SHARE_OF_RESERVE = 0.1;

/** The time that is left of one invocation. */
export class Deadline {
  private readonly end: number;

  public constructor(private readonly clock: Clock, remaining: number) {
    this.end = clock.now() + remaining - Math.min(RESERVE, remaining * LARGEST_SHARE_OF_RESERVE);
  }

  public remaining(): number {
    return Math.max(0, this.end - this.clock.now());
  }

  /** At most `limit` milliseconds, less when the deadline is near. */
  public slice(limit: number): number {
    const remaining = Math.floor(this.remaining());
    if (remaining < 1) {
      throw new RotationError('TIMEOUT', 'the time of the function is over', { hint: 'raise the timeout of the function, or find out what is slow in its log' });
    }
    return Math.min(limit, remaining);
  }
}
