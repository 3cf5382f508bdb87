import { cancel, changeByHand, edit, isClean, leasePasses, restart, rotateAdministrator, storeByHand } from './events';
import { compress, Move, moveOf, play } from './moves';
import { Oracle, valueOf } from './oracle';
import { Outcome, PendingEffect } from './scheduler';
import { Setting } from './settings';
import { Step, STEPS, World } from './world';

/** After so many moves that need no decision, one of those that are possible then. */
export interface Intervention {
  readonly after: number;
  readonly choice: number;
}

/** How many rotations the schedule of the secret starts. */
const ROTATIONS = 2;

/** What a schedule did, and where it violated an invariant. */
export interface Report {
  readonly violations: readonly string[];
  readonly schedule: readonly Move[];
  /** What all had come to before the service tried again. */
  readonly end: string;
}

/** Everybody waits: until something happens by itself. */
const TIME_PASSES = 'time passes';

type Event = (world: World, oracle: Oracle) => Promise<void> | void;

const EVENTS: { readonly [name: string]: Event } = {
  'cancel': cancel,
  'edit': edit,
  'lease passes': leasePasses,
  'restart': restart,
  'failover': ({ server }) => void (server.readOnly = true),
  'failback': ({ server }) => void (server.readOnly = false),
  'administrator rotates': rotateAdministrator,
  'changed by hand': changeByHand,
  'stored by hand': storeByHand,
};

/**
 * Plays a schedule: rotations by the service, and what interferes with them.
 *
 * @param recovered end states from which recovery was seen to succeed
 */
export async function playRandom(setting: Setting, interventions: readonly Intervention[], recovered: Set<string> = new Set()): Promise<Report> {
  const run = await RandomRun.begin(setting);
  await run.interfere(interventions);
  const schedule = compress(run.moves, run.pending);
  await run.end();
  const end = run.endState();
  if (!recovered.has(end)) await run.recover();
  if (run.oracle.violations.length === 0) recovered.add(end);
  return { violations: run.oracle.violations, schedule, end };
}

/** Plays a schedule that was written down. */
export async function replay(setting: Setting, schedule: readonly Move[]): Promise<Report> {
  const run = await RandomRun.begin(setting);
  for (const move of schedule) await run.do(move);
  await run.end();
  const end = run.endState();
  await run.recover();
  return { violations: run.oracle.violations, schedule, end };
}

class RandomRun {
  public static async begin(setting: Setting): Promise<RandomRun> {
    const world = await World.create(setting, async (_world, step, token) => {
      const { process } = world.invoke(step, token);
      const { error } = await process.end;
      return error === undefined ? undefined : String(error);
    });
    return new RandomRun(world, new Oracle(world));
  }

  public readonly moves: Move[] = [];
  private tokens = 0;
  private lastProcess = '';

  private constructor(private readonly world: World, public readonly oracle: Oracle) {}

  public get pending(): readonly PendingEffect[] {
    return this.world.scheduler.pending;
  }

  public async interfere(interventions: readonly Intervention[]): Promise<void> {
    for (const { after, choice } of interventions) {
      for (let move = 0; move < after; move++) await this.goOn();
      const possible = this.possible();
      await this.do(possible[choice % possible.length]);
    }
    // Whoever is frozen is overtaken by all the others; otherwise the rotations of the recovery follow.
    while (this.world.invocations.some(({ process }) => process.frozen) && await this.goOn());
  }

  public async do(move: Move): Promise<void> {
    this.moves.push(move);
    if ('process' in move) this.lastProcess = move.process;
    await play(this.world, move, (event) => this.happen(event));
    if ('event' in move) await this.world.scheduler.settle();
    this.oracle.check();
  }

  /** Everybody comes to an end, and whatever failed is repaired. */
  public async end(): Promise<void> {
    for (const { process } of this.world.invocations) process.frozen = false;
    await this.do({ event: 'failback' });
    await this.goOnToEnd();
    await this.do({ event: 'stored by hand' });
  }

  /** The service tries again, and the schedule rotates. */
  public async recover(): Promise<void> {
    const { world, oracle } = this;
    await this.rotate();
    oracle.checkEnd();
    const clean = isClean(world);
    const failedLogins = world.server.failedLogins;
    const succeeded = await this.rotate();
    if (clean && !succeeded) oracle.violate('a clean rotation fails');
    if (clean && world.server.failedLogins !== failedLogins) oracle.violate('I6: a clean rotation makes a failed login');
    if (!succeeded && !await this.rotate()) oracle.violate('no rotation succeeds any more');
    oracle.checkEnd();
  }

  /** The state when everybody has come to an end. States that differ only in what ids and passwords are have one future. */
  public endState(): string {
    const { world, oracle } = this;
    const known = new Map<string, number>();
    const numberOf = (password: string): number => known.get(password) ?? known.set(password, known.size).size - 1;
    const values = (arn: string) => [...world.service.secret(arn).versions.values()].filter(({ labels }) => labels.size > 0)
      .map((version) => ({ labels: [...version.labels].sort().join(), ...valueOf(version) }))
      .sort((one, other) => (one.labels < other.labels ? -1 : 1))
      .map(({ labels, username, password, note }) => [labels, username, numberOf(password), note === oracle.note]);
    const accounts = [...world.server.accounts].map(([name, { passwords, rights }]) => [name, passwords.map(numberOf), [...rights].sort()]);
    return JSON.stringify([values(world.arn), values(world.adminArn), accounts, world.secret.rotation?.enabled]);
  }

  /** One move without a fault. @returns false when nothing is left to do */
  private async goOn(): Promise<boolean> {
    const { scheduler } = this.world;
    const awake = scheduler.pending.filter(({ process }) => !process.frozen && !process.isDead);
    const ready = awake.filter((effect) => effect.ready());
    const next = ready.find(({ process }) => process.name === this.lastProcess) ?? ready.find(({ target }) => target !== 'time') ?? ready[0];
    if (next) {
      await this.do(moveOf(next, 'done'));
    } else if (awake.length > 0) {
      await this.do({ event: TIME_PASSES });
    } else if (this.tokens < ROTATIONS) {
      await this.do({ event: `rotate ${++this.tokens}` });
    } else {
      return false;
    }
    return true;
  }

  private async goOnToEnd(): Promise<void> {
    const { scheduler } = this.world;
    this.tokens = Math.max(this.tokens, ROTATIONS);
    do {
      while (await this.goOn());
      const late = scheduler.pending[0];
      if (late) await this.do(moveOf(late, 'done'));
    } while (scheduler.pending.length > 0);
  }

  /** @returns whether it succeeded */
  private async rotate(): Promise<boolean> {
    await this.do({ event: `rotate ${++this.tokens}` });
    await this.goOnToEnd();
    return (await this.world.service.rotationOf(this.world.arn))?.status === 'succeeded';
  }

  private possible(): Move[] {
    const { scheduler, invocations } = this.world;
    const effects = scheduler.pending.filter((effect) => effect.ready()).flatMap((effect) => outcomesOf(effect).map((outcome) => moveOf(effect, outcome)));
    const running = invocations.filter(({ process }) => !process.ended);
    const frozen = running.map(({ process }) => ({ event: `${process.frozen ? 'thaw' : 'freeze'} ${process.name}` }));
    const again = running.map(({ step, token }) => ({ event: `invoke ${step} ${token}` }));
    const late = this.tokens === 0 ? [] : STEPS.map((step) => ({ event: `invoke ${step} ${this.tokens}` }));
    const rotate = { event: `rotate ${this.tokens + 1}` };
    return [...effects, ...frozen, ...again, ...late, rotate, ...Object.keys(EVENTS).map((event) => ({ event }))];
  }

  private async happen(event: string): Promise<void> {
    const { world } = this;
    const [verb, ...words] = event.split(' ');
    const process = world.scheduler.processes.find(({ name }) => name === words.join(' '));
    if (verb === 'rotate') return this.startRotation(Number(words[0]));
    if (verb === 'invoke') return void world.invoke(words[0] as Step, Number(words[1]));
    if (verb === 'freeze') return process!.freeze();
    if (event === TIME_PASSES) return world.passTime();
    if (verb === 'thaw') return void (process!.frozen = false);
    return EVENTS[event](world, this.oracle);
  }

  /** Refused while another rotation is not complete, which is tried again then; what was cancelled has to be taken away. */
  private async startRotation(token: number): Promise<void> {
    this.tokens = Math.max(this.tokens, token);
    if (this.world.secret.rotation?.enabled === false) await cancel(this.world);
    await this.world.rotate(token).catch((error: Error) => {
      if (error.name !== 'InvalidRequestException') throw error;
    });
  }
}

function outcomesOf({ target, outcomes, process }: PendingEffect): Outcome[] {
  return target === 'time' || process.isDead ? ['done'] : ['done', 'die', ...outcomes];
}
