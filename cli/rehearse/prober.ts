/** What a client that logs in all the time has seen. */
export interface ProbeReport {
  readonly attempts: number;
  readonly failed: number;
  /** The longest time in which AWSCURRENT did not authenticate, from the start of a failed login to the end of the next good one. */
  readonly longestGapMillis: number;
}

/** Fetches AWSCURRENT anew, as an app without a cache does, and tries to log in with it. */
export type Attempt = () => Promise<boolean>;

/** A client that logs in with AWSCURRENT again and again. */
export class Prober {
  /** Comes back after the first login. */
  public static async start(attempt: Attempt): Promise<Prober> {
    const prober = new Prober(attempt);
    await prober.attempt();
    prober.done = prober.run();
    return prober;
  }

  private running = true;
  private attempts = 0;
  private failed = 0;
  private longestGap = 0;
  private gapStart: number | undefined;
  private done: Promise<void> = Promise.resolve();

  private constructor(private readonly login: Attempt) {}

  /** Ends after the login that is under way, and after one more that shows whether a gap is over. */
  public async stop(): Promise<ProbeReport> {
    this.running = false;
    await this.done;
    return { attempts: this.attempts, failed: this.failed, longestGapMillis: this.longestGap };
  }

  private async run(): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.attempt();
    } while (this.running);
    await this.attempt();
  }

  private async attempt(): Promise<void> {
    const start = performance.now();
    // A value that is no login does not authenticate either.
    const works = await this.login().catch(() => false);
    // A login that is yet to be made by the function does not authenticate before.
    if (!works && this.attempts === 0) return;
    this.attempts++;
    if (!works) {
      this.failed++;
      this.gapStart ??= start;
    }
    if (this.gapStart === undefined) return;
    this.longestGap = Math.max(this.longestGap, performance.now() - this.gapStart);
    if (works) this.gapStart = undefined;
  }
}
