import { PlannedFacts } from './planned-facts';

/** What the strategy of a rotation promises. */
export interface Expectations {
  /** How many rotations show all of it. */
  readonly rotations: number;
  /** AWSCURRENT authenticates at every instant. */
  readonly neverInterrupted: boolean;
  /** The password before the last one stays valid until the next rotation. */
  readonly previousStays: boolean;
  /** Each rotation changes to the other login. */
  readonly changesLogin: boolean;
  /** There are rights that must be kept. */
  readonly hasRights: boolean;
}

/** Of functions that are not of this library, what holds for one login with one password. */
export function expectationsOf(facts: PlannedFacts | undefined): Expectations {
  const alternates = facts?.strategy === 'alternating-users';
  const overlaps = alternates || facts?.dualPasswords === 'true';
  return {
    rotations: overlaps ? 2 : 1,
    neverInterrupted: overlaps,
    previousStays: overlaps,
    changesLogin: alternates,
    hasRights: facts?.create !== 'none',
  };
}
