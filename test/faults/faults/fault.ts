import { Output } from '../../../cli/local-aws';
import { Verdict } from '../../../cli/servers/tcp-proxy';
import { Boundary, Container } from '../container';
import { Scene } from '../scene';
import { Perform } from '../service-client';
import { Setting } from '../targets/target';

/** Where a fault strikes. */
export interface Strike {
  readonly scene: Scene;
  readonly container: Container;
  readonly boundary: Boundary;
}

export interface CallStrike extends Strike {
  readonly perform: Perform;
}

/** Something that goes wrong at one boundary. */
export interface Fault {
  readonly name: string;

  /** Whether the same calls fail as long as the step lasts, also when the SDK repeats them. */
  readonly lasts?: boolean;

  /** What a rotation may do about it, beside to go on. */
  readonly excuse?: 'may stop' | 'drift';

  /** Whether the secret was given a member that must still be there in the end. */
  readonly edits?: boolean;

  /** Ends what outlasts the boundary, before the next attempt. Called at least once for each scene. */
  over?(scene: Scene): Promise<void>;

  /** Whether it can be injected; everywhere, if left out. */
  applies?(boundary: Boundary, setting: Setting): boolean;

  /** At a call of Secrets Manager: what the function gets. */
  call?(strike: CallStrike): Promise<Output>;

  /** At a segment of a database connection: what becomes of it. */
  segment?(strike: Strike): Promise<Verdict | void>;
}

/** Something that others do, while the function goes on. */
export function meanwhile(name: string, action: (strike: Strike) => Promise<unknown>, more: Partial<Fault> = {}): Fault {
  return {
    name,
    async call({ perform, ...strike }) {
      await action(strike);
      return perform();
    },
    async segment(strike) {
      await action(strike);
    },
    ...more,
  };
}
