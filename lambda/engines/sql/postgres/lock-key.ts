import { createHash } from 'crypto';

/** The number that an advisory lock with a name has. */
export function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}
