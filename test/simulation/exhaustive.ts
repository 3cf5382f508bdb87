import { createHash } from 'crypto';
import { cancel, edit, leasePasses, pendingOf, restart } from './events';
import { compress, Move, moveOf } from './moves';
import { Oracle } from './oracle';
import { Outcome, PendingEffect } from './scheduler';
import { Events, Script, Task } from './script';
import { Setting } from './settings';
import { numberOf, Step, STEPS, World } from './world';

/** Two actors whose effects are interleaved in every way, with at most one fault. */
export interface Scenario {
  readonly name: string;
  /** What has happened before, without any fault. */
  readonly before: readonly Task[];
  readonly first: readonly Task[];
  readonly second: readonly Task[];
  /** What may become of one of the effects. */
  readonly faults: readonly Outcome[];
}

export interface Harm {
  readonly violations: readonly string[];
  readonly schedule: readonly Move[];
}

export interface Exploration {
  readonly states: number;
  readonly schedules: number;
  readonly ends: number;
  readonly harmful: readonly Harm[];
}

const EVENTS: Events = {
  cancel,
  edit,
  restart,
  'lease passes': leasePasses,
  'rotation 1 begins': (world) => world.rotate(1),
  'rotation 2 begins': (world) => world.rotate(2),
};

/** Plays every schedule of a scenario, apart from those that go on from a state that was reached before. */
export async function explore(setting: Setting, scenario: Scenario): Promise<Exploration> {
  const visited = new Set<string>();
  const deaths = new Set<string>();
  const ends = new Set<string>();
  const harmful: Harm[] = [];
  const open: Move[][] = [[]];
  let schedules = 0;
  for (let prefix = open.pop(); prefix; prefix = open.pop()) {
    schedules++;
    const run = await Run.begin(setting, scenario);
    await run.follow(prefix, { visited, deaths, ends, open });
    if (run.oracle.violations.length > 0) harmful.push({ violations: run.oracle.violations, schedule: compress(run.moves, run.pending) });
    run.stop();
  }
  return { states: visited.size, schedules, ends: ends.size, harmful };
}

type Choice = [PendingEffect, Outcome];

/** What the schedules so far have shown, and what is left to play. */
interface Known {
  /** States that were reached, also by a death, and states in which all had ended. */
  readonly visited: Set<string>;
  readonly deaths: Set<string>;
  readonly ends: Set<string>;
  readonly open: Move[][];
}

/** One schedule of a scenario. */
class Run {
  public static async begin(setting: Setting, { before, first, second, faults }: Scenario): Promise<Run> {
    const world = await World.create(setting);
    const oracle = new Oracle(world);
    const prelude = new Script(world, oracle, 'before', before, EVENTS);
    const scripts = [new Script(world, oracle, 'first', first, EVENTS), new Script(world, oracle, 'second', second, EVENTS)];
    const run = new Run(world, oracle, scripts, faults);
    while (await prelude.advance()) await run.finish();
    return run;
  }

  public readonly moves: Move[] = [];
  private faultsLeft = 1;

  private constructor(
    private readonly world: World, public readonly oracle: Oracle, private readonly scripts: readonly Script[], private readonly faults: readonly Outcome[],
  ) {}

  public get pending(): readonly PendingEffect[] {
    return this.world.scheduler.pending;
  }

  public async follow(prefix: readonly Move[], { visited, deaths, ends, open }: Known): Promise<void> {
    for (;;) {
      await this.advance();
      const choices = this.choices();
      if (choices.length === 0) break;
      const known = this.moves.length < prefix.length;
      if (!known) {
        const state = this.digest();
        if (visited.has(state)) return;
        visited.add(state);
        for (const other of choices.slice(1)) {
          if (this.isNew(other, deaths)) open.push([...this.moves, moveOf(...other)]);
        }
      }
      const [effect, outcome] = known ? this.find(choices, prefix[this.moves.length]) : choices[0];
      this.moves.push(moveOf(effect, outcome));
      if (outcome !== 'done') this.faultsLeft--;
      await this.world.scheduler.perform(effect, outcome);
      this.oracle.check();
      if (this.oracle.violations.length > 0) return;
    }
    const end = hash(this.world.digest() + this.oracle.digest());
    if (ends.has(end)) return;
    ends.add(end);
    await this.recover();
  }

  /** Ends what is left, so that nothing of this run stays. */
  public stop(): void {
    this.world.invocations.forEach(({ process }) => process.die());
  }

  /** Without a choice: what nobody else is affected by, and the begin of tasks. */
  private async advance(): Promise<void> {
    for (;;) {
      const effect = this.world.scheduler.pending.find(({ unnoticed }) => unnoticed);
      if (effect) {
        await this.world.scheduler.perform(effect, 'done');
        continue;
      }
      const began = [];
      for (const script of this.scripts) began.push(await script.advance());
      if (!began.includes(true)) return;
    }
  }

  private choices(): Choice[] {
    const { pending } = this.world.scheduler;
    let ready = pending.filter((effect) => effect.ready());
    if (ready.length === 0 && pending.length > 0) {
      this.world.passTime();
      ready = pending.filter((effect) => effect.ready());
    }
    if (ready.length === 0) return [];
    const done = ready.map((effect): Choice => [effect, 'done']);
    if (this.faultsLeft === 0) return done;
    return [...done, ...pending.flatMap((effect) => this.faultsOf(effect).map((outcome): Choice => [effect, outcome]))];
  }

  private faultsOf(effect: PendingEffect): Outcome[] {
    if (effect.target === 'time') return [];
    return this.faults.filter((fault) => fault === 'die' || effect.outcomes.includes(fault));
  }

  private find(choices: Choice[], move: Move): Choice {
    const wanted = JSON.stringify(move);
    const found = choices.find((choice) => JSON.stringify(moveOf(...choice)) === wanted);
    if (!found) throw new Error(`a schedule could not be repeated: ${wanted} is not among ${JSON.stringify(choices.map((each) => moveOf(...each)))}`);
    return found;
  }

  /** What comes after a death is known without playing it: much that a process knew dies with it. */
  private isNew([{ process }, outcome]: Choice, deaths: Set<string>): boolean {
    if (outcome !== 'die') return true;
    const state = this.digest(this.faultsLeft - 1, process.name);
    if (deaths.has(state)) return false;
    deaths.add(state);
    return true;
  }

  /** @param without name of a process, as if it had ended */
  private digest(faultsLeft: number = this.faultsLeft, without?: string): string {
    const late = this.world.scheduler.pending.filter(({ process }) => process.isDead).map(({ process, name }) => `${process.name} ${name}`);
    return hash([this.world.digest(without), this.oracle.digest(), faultsLeft, ...this.scripts.map((script) => script.digest(without)), ...late].join('\n'));
  }

  /** Lets everything happen that waits. */
  private async finish(): Promise<void> {
    const { scheduler } = this.world;
    while (scheduler.pending.length > 0) {
      const effect = scheduler.pending.find((each) => each.ready());
      if (effect) await scheduler.perform(effect, 'done');
      else this.world.passTime();
    }
  }

  /** The service tries again, or the schedule rotates; then the next rotation is clean. */
  private async recover(): Promise<void> {
    await this.attempt(11);
    this.oracle.checkEnd();
    if (!await this.attempt(12) && !await this.attempt(13)) this.oracle.violate('no rotation succeeds any more');
    this.oracle.checkEnd();
    const failed = this.world.server.failedLogins;
    if (!await this.attempt(14)) this.oracle.violate('a clean rotation fails');
    if (this.world.server.failedLogins !== failed) this.oracle.violate('I6: a clean rotation makes a failed login');
    const before = this.world.digest();
    await this.step('finishSecret', 14, 'again');
    if (this.world.digest() !== before) this.oracle.violate('I4: a step that runs again changes something');
  }

  private async attempt(newToken: number): Promise<boolean> {
    const pending = pendingOf(this.world);
    const goesOn = pending !== undefined && this.world.secret.rotation?.enabled === true;
    const token = goesOn ? numberOf(pending) : newToken;
    // A function that was cancelled just before it wrote its version made that pending again: the operator takes that away, too.
    if (!goesOn && pending !== undefined) await cancel(this.world);
    if (!goesOn) await this.world.rotate(token);
    for (const step of STEPS) if (!await this.step(step, token, `attempt ${newToken}`)) return false;
    return true;
  }

  private async step(step: Step, token: number, name: string): Promise<boolean> {
    const { process } = this.world.invoke(step, token, `${name}.${step}`);
    await this.world.scheduler.settle();
    await this.finish();
    return process.ended?.error === undefined;
  }
}

function hash(text: string): string {
  return createHash('md5').update(text).digest('base64');
}
