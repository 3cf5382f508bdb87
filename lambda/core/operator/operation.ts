import { RotationError } from '../errors';
import { OperatorEvent } from '../event';
import { Labels } from '../labels';
import { Work } from '../rotation';

/** All that one operation works with. */
export interface Operation extends Work {
  readonly event: OperatorEvent;
  /** Milliseconds since 1970. */
  readonly date: () => number;
}

/** What an operator gets back: what is true now, and what to do next. */
export interface Answer {
  readonly outcome: string;
  readonly next: string;
}

/** What is left to do when AWSCURRENT logs in. */
export const NOTHING = 'nothing to do';

/** Under the lock: the labels are still what the operation decided by. */
export async function fence(operation: Operation, before: Labels): Promise<void> {
  const labels = await operation.store.describe();
  if (JSON.stringify(labels.all) === JSON.stringify(before.all)) return;
  throw new RotationError('CONFLICT', 'the labels of the secret were moved meanwhile; nothing was changed', { hint: 'inspect the secret again' });
}
