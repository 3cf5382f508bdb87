/** Thrown into a process that died. What it does afterwards has no effect. */
export class Died extends Error {}

/** What becomes of an effect. */
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOMES = [
  /** It happens, and its answer arrives. */
  'done',
  /** It happens, but its answer is lost. */
  'lost',
  /** It happens, and again later: its answer was lost, and the SDK asked a second time. */
  'resent',
  /** It does not happen; an error says so. */
  'failed',
  /** It does not happen, and after a long time an error says so. */
  'silent',
  /** It does not happen: a policy is in the way. */
  'denied',
  /** A read that does not see the last write; or the last three. */
  'stale', 'very-stale',
  /** The process dies before it. */
  'die',
  /** The process dies when it was sent: it may still happen later. */
  'die-late',
] as const;

/** Something that a process does to the world. */
export interface Effect {
  readonly name: string;
  readonly target: 'secrets' | 'database' | 'time';
  /** Whether nobody else notices it, or changes what comes of it: when it happens does not matter. */
  readonly unnoticed?: boolean;
  /** What outcomes other than those of every effect it can have. */
  readonly outcomes: readonly Outcome[];
  /** When it can happen at the latest. */
  readonly due: number;
  /** Whether it can happen now; it waits otherwise. */
  ready(): boolean;
  /** @throws what the process is to get instead of an answer */
  perform(outcome: Outcome): unknown;
}

export interface PendingEffect extends Effect {
  readonly process: SimulatedProcess;
  answer(settle: () => Promise<unknown>): Promise<void>;
}

/**
 * One process whose effects wait until the schedule lets them happen. Between two effects it runs alone and takes no time,
 * so what it has been answered says in which state it is.
 */
export class SimulatedProcess {
  /** Everything that it was answered. */
  public history = '';
  /** What the outside does when the process is gone, for example end its connections. */
  public readonly onGone: (() => void)[] = [];
  /** Nobody waits for it, and it is passed over until it is thawed. */
  public frozen = false;
  public ended?: { readonly error?: unknown };
  /** Settles when nobody has to wait for it any more. */
  public readonly end: Promise<{ readonly error?: unknown }>;
  private reportEnd!: (end: { readonly error?: unknown }) => void;
  private died = false;
  private readonly counts = new Map<string, number>();

  public constructor(private readonly scheduler: Scheduler, public readonly name: string) {
    this.end = new Promise((resolve) => (this.reportEnd = resolve));
  }

  public get isDead(): boolean {
    return this.died;
  }

  public async run(action: () => Promise<void>): Promise<void> {
    await action().then(() => (this.ended ??= {}), (error: unknown) => (this.ended ??= { error }));
    this.reportEnd(this.ended!);
  }

  /** Takes longer than whoever called it waits. */
  public freeze(): void {
    this.frozen = true;
    this.reportEnd({ error: new Error('timed out') });
  }

  public async effect<T>(effect: Effect): Promise<T> {
    if (this.died) throw new Died(`${this.name} died before ${effect.name}`);
    const count = (this.counts.get(effect.name) ?? 0) + 1;
    this.counts.set(effect.name, count);
    return new Promise<T>((resolve, reject) => {
      this.scheduler.pending.push({
        ...effect,
        name: count === 1 ? effect.name : `${effect.name} ${count}`,
        process: this,
        answer: async (settle) => {
          try {
            const value = await settle();
            this.history += `${effect.name}=${JSON.stringify(value)};`;
            resolve(value as T);
          } catch (error) {
            this.history += `${effect.name}!${(error as { code?: string }).code ?? (error as Error).message};`;
            reject(error as Error);
          }
        },
      });
    });
  }

  /** Ends the process. Its effects do not happen any more, and the outside sees its connections end. */
  public die(): void {
    this.stop();
    this.disconnect();
  }

  /** Ends the process, but what it has sent is still on its way. */
  public stop(): void {
    this.died = true;
    this.ended = { error: new Died(this.name) };
    this.reportEnd(this.ended);
    for (const effect of this.scheduler.take((each) => each.process === this)) void effect.answer(() => Promise.reject(new Died(this.name)));
  }

  public disconnect(): void {
    this.onGone.splice(0).forEach((gone) => gone());
  }
}

/** Lets effects happen one at a time, in the order that somebody chooses. Time is a number. */
export class Scheduler {
  public now = 0;
  public readonly pending: PendingEffect[] = [];
  public readonly processes: SimulatedProcess[] = [];
  /** When something happens by itself, for example a session of the database that is silent ends. */
  public readonly onTime: (() => void)[] = [];

  public process(name: string): SimulatedProcess {
    const process = new SimulatedProcess(this, name);
    this.processes.push(process);
    return process;
  }

  /** Removes effects. */
  public take(chosen: (effect: PendingEffect) => boolean): PendingEffect[] {
    const taken = this.pending.filter(chosen);
    this.pending.splice(0, this.pending.length, ...this.pending.filter((effect) => !chosen(effect)));
    return taken;
  }

  /** Runs every process up to its next effect. All of them wait for promises only. */
  public async settle(): Promise<void> {
    await new Promise(setImmediate);
  }

  public async perform(effect: PendingEffect, outcome: Outcome): Promise<void> {
    if (outcome === 'die') {
      effect.process.die();
    } else if (outcome === 'die-late') {
      this.dieLate(effect);
    } else if (outcome === 'resent') {
      await Promise.resolve(effect.perform('done')).catch(() => {});
    } else {
      this.take((each) => each === effect);
      await effect.answer(async () => effect.perform(outcome));
    }
    await this.settle();
  }

  /** The end of a connection to the database comes after what was sent on it. */
  private dieLate(effect: PendingEffect): void {
    const { process } = effect;
    this.take((each) => each === effect);
    process.stop();
    void effect.answer(() => Promise.reject(new Died(process.name)));
    if (effect.target !== 'database') process.disconnect();
    this.pending.push({
      ...effect,
      outcomes: [],
      answer: async (settle) => {
        await settle().catch(() => {});
        process.disconnect();
      },
    });
  }

  public pass(milliseconds: number): void {
    this.now += milliseconds;
    this.onTime.forEach((each) => each());
  }
}
