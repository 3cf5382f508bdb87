import { Case } from './case';
import { Random } from '../random';
import { Fault, Strike } from './faults/fault';
import { Target } from './targets/target';

/** So many cases share one outage, which takes as long for one as for all. */
export const CASES_PER_OUTAGE = 12;

/** Lets nobody pass until all have come or withdrawn; then something happens, once. */
export class Barrier {
  /** Settles when it has happened. */
  public readonly opened: Promise<void>;
  private open!: (happened: Promise<void>) => void;

  public constructor(private missing: number, private readonly action: () => Promise<void>) {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  public async arrive(): Promise<void> {
    this.withdraw();
    await this.opened;
  }

  public withdraw(): void {
    if (--this.missing === 0) this.open(this.action());
  }
}

/** An outage of a server that hits many rotations at once, each at a point of its own. */
interface Outage {
  readonly name: string;
  readonly begin: (target: Target) => Promise<void>;
  readonly end: (target: Target) => Promise<void>;
}

export const OUTAGES: readonly Outage[] = [
  { name: 'the server restarts', begin: (target) => target.restart(), end: async () => {} },
  { name: 'failover: the server is read-only until the next attempt', begin: (target) => target.setReadOnly(true), end: (target) => target.setReadOnly(false) },
];

/** The outages as faults of one case. */
export function outagesOf(target: Target): Fault[] {
  return OUTAGES.map((outage) => strikeOf(outage, target, 1));
}

/** Cases in groups. Those of a group wait for one another, so all of them must be run at once. */
export function outageGroups(target: Target, singles: readonly Case[], random: Random): Case[][] {
  const pointOf = ({ start, boundary }: Case): string => `${start} ${boundary}`;
  const points = random.shuffle([...new Map(singles.map((single) => [pointOf(single), single])).values()], pointOf);
  // In turn, so that the first few groups have every kind.
  return chunks(points).flatMap((group) => OUTAGES.map((outage) => {
    const fault = strikeOf(outage, target, group.length);
    return group.map((point): Case => ({ start: point.start, boundary: point.boundary, then: point.then, fault, watched: false }));
  }));
}

/** The fault that all cases of a group share. */
function strikeOf({ name, begin, end }: Outage, target: Target, cases: number): Fault {
  const beginning = new Barrier(cases, () => begin(target));
  // Under load, functions give up before the outage has come about that hits them.
  const ending = new Barrier(cases, () => beginning.opened.then(() => end(target)));
  const begun = new Set<unknown>();
  const ended = new Set<unknown>();
  const strike = async ({ scene, container }: Strike): Promise<void> => {
    begun.add(scene);
    const struck = beginning.arrive();
    container.hold(struck);
    await struck;
  };
  return {
    name,
    async call({ perform, ...at }) {
      await strike(at);
      return perform();
    },
    segment: strike,
    async over(scene) {
      if (ended.has(scene)) return;
      ended.add(scene);
      if (!begun.has(scene)) beginning.withdraw();
      await ending.arrive();
    },
  };
}

function chunks<T>(items: readonly T[]): T[][] {
  const size = CASES_PER_OUTAGE;
  return Array.from({ length: Math.ceil(items.length / size) }, (_chunk, index) => items.slice(index * size, (index + 1) * size));
}
