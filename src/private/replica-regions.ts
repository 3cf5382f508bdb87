import { IConstruct } from 'constructs';

/** The Regions that secrets of the app are replicated to. */
const REGIONS = new WeakMap<IConstruct, Set<string>>();

/** Whether a secret has a replica of this library in a Region. */
export function isReplicatedTo(secret: IConstruct, region: string): boolean {
  return REGIONS.get(secret)?.has(region) ?? false;
}

/** Remembers that a secret has a replica in a Region. */
export function markReplicated(secret: IConstruct, region: string): void {
  REGIONS.set(secret, (REGIONS.get(secret) ?? new Set()).add(region));
}
