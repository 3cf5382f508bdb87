/** Thrown where a process was killed. What it would have done afterwards has no effect. */
export class Killed extends Error {}

export type Moment = 'before' | 'after';

interface Plan {
  readonly kind: 'kill' | 'freeze' | 'pause';
  readonly effect: number | string;
  readonly moment: Moment;
}

/**
 * One process of the function, which can be killed, or frozen and thawed, right before or right after its n-th effect.
 */
export class FunctionProcess {
  /** The effects so far. */
  public readonly effects: string[] = [];
  /** What the outside does when the process is gone, for example end its sessions. */
  public readonly onGone: (() => void)[] = [];
  /** Resolves when the process was frozen. */
  public readonly frozen: Promise<void>;

  private killed = false;
  private thawed?: Promise<void>;
  private thawNow?: () => void;
  private reportFrozen?: () => void;
  private readonly plans: Plan[] = [];

  public constructor() {
    this.frozen = new Promise((resolve) => (this.reportFrozen = resolve));
  }

  /** @param effect number of the effect, or the name of the first one of its kind */
  public killAt(effect: number | string, moment: Moment): this {
    this.plans.push({ kind: 'kill', effect, moment });
    return this;
  }

  /** For longer than its sessions live. */
  public freezeAt(effect: number | string, moment: Moment): this {
    this.plans.push({ kind: 'freeze', effect, moment });
    return this;
  }

  /** For so short that its sessions live on. */
  public pauseAt(effect: number | string, moment: Moment): this {
    this.plans.push({ kind: 'pause', effect, moment });
    return this;
  }

  public thaw(): void {
    this.thawNow?.();
  }

  public get isKilled(): boolean {
    return this.killed;
  }

  /** Does something that the outside can see. */
  public async effect<T>(name: string, action: () => Promise<T> | T): Promise<T> {
    await this.thawed;
    if (this.killed) throw new Killed(`killed before ${name}`);
    const number = this.effects.push(name);
    await this.reach(number, 'before', name);
    const result = await action();
    await this.reach(number, 'after', name);
    return result;
  }

  private async reach(number: number, moment: Moment, name: string): Promise<void> {
    const index = this.plans.findIndex((each) => each.moment === moment && (each.effect === number || each.effect === name));
    if (index < 0) return;
    const [{ kind }] = this.plans.splice(index, 1);
    if (kind !== 'pause') this.onGone.forEach((gone) => gone());
    if (kind === 'kill') {
      this.killed = true;
      throw new Killed(`killed ${moment} ${name}`);
    }
    this.thawed = new Promise((resolve) => (this.thawNow = resolve));
    this.reportFrozen?.();
    await this.thawed;
  }
}
