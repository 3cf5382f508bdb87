import { Client } from 'pg';
import type { ClientConfig } from 'pg';

/** What a client that logs in all the time has seen. */
export interface ProbeReport {
  readonly attempts: number;
  readonly failed: number;
  /** The longest time in which AWSCURRENT did not authenticate, from the start of a failed login to the end of the next good one. */
  readonly longestGapMillis: number;
}

export interface ProberOptions {
  /** Fetches AWSCURRENT anew, as an app without a cache does. */
  readonly connection: () => Promise<ClientConfig>;
}

/** A client that fetches AWSCURRENT and logs in with it, again and again. */
export class Prober {
  private running = true;
  private attempts = 0;
  private failed = 0;
  private longestGap = 0;
  private gapStart: number | undefined;
  private readonly done: Promise<void>;

  public constructor(private readonly options: ProberOptions) {
    this.done = this.run();
  }

  /** Ends after the login that is under way, and after one more that shows whether a gap is over. */
  public async stop(): Promise<ProbeReport> {
    this.running = false;
    await this.done;
    return { attempts: this.attempts, failed: this.failed, longestGapMillis: this.longestGap };
  }

  private async run(): Promise<void> {
    do {
      await this.attempt();
      await new Promise((resolve) => setTimeout(resolve, 1));
    } while (this.running);
    await this.attempt();
  }

  private async attempt(): Promise<void> {
    const start = performance.now();
    this.attempts++;
    // A value that is no login does not authenticate either.
    const works = await this.options.connection().then(logsIn, () => false);
    if (!works) {
      this.failed++;
      this.gapStart ??= start;
    }
    if (this.gapStart === undefined) return;
    this.longestGap = Math.max(this.longestGap, performance.now() - this.gapStart);
    if (works) this.gapStart = undefined;
  }
}

/** Whether a login works. */
export async function logsIn(connection: ClientConfig): Promise<boolean> {
  const client = new Client(connection);
  // A server may end a connection that is being closed.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
