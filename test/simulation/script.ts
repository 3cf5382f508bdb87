import { Oracle } from './oracle';
import { SimulatedProcess } from './scheduler';
import { Invocation, Step, World } from './world';

/** What happens around the processes, by name. */
export type Events = { readonly [name: string]: (world: World, oracle: Oracle) => Promise<void> | void };

/** What one actor does, one after the other: an invocation, or an event. */
export type Task = { readonly step: Step; readonly token: number } | { readonly event: string };

/** A sequence of tasks, each of which begins when the one before it has succeeded. */
export class Script {
  private position = 0;
  private invocation?: Invocation;
  private failed = false;
  private readonly process: SimulatedProcess;

  public constructor(
    private readonly world: World, private readonly oracle: Oracle, public readonly name: string,
    private readonly tasks: readonly Task[], private readonly events: Events,
  ) {
    this.process = world.scheduler.process(name);
  }

  /** Begins the next task when the last one has ended. @returns whether it did */
  public async advance(): Promise<boolean> {
    const ended = this.invocation?.process.ended;
    if (this.invocation && !ended) return false;
    this.failed ||= ended?.error !== undefined;
    if (this.failed || this.position === this.tasks.length) return false;
    const task = this.tasks[this.position++];
    if ('step' in task) {
      this.invocation = this.world.invoke(task.step, task.token, `${this.name}.${task.step}`);
    } else {
      this.invocation = { process: this.process, step: 'createSecret', token: 0 };
      this.process.ended = undefined;
      void this.process.run(() => this.process.effect({
        name: task.event, target: 'time', outcomes: [], due: 0, ready: () => true, perform: async () => this.events[task.event](this.world, this.oracle),
      }));
    }
    await this.world.scheduler.settle();
    return true;
  }

  /**
   * What its future depends on, apart from the world.
   *
   * @param without name of a process, as if it had ended
   */
  public digest(without?: string): string {
    const { process } = this.invocation ?? {};
    const over = process?.ended ? process.ended.error !== undefined || this.position === this.tasks.length : process?.name === without;
    return `${this.name} ${over ? 'over' : `${this.position} ${process?.ended ? 'ended' : process?.history}`}`;
  }
}
