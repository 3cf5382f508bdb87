import type { Secret, SecretContent, Version } from './secret';
import { limitExceeded } from '../errors';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

const MAXIMUM_LABELS = 20;
const MAXIMUM_DEPRECATED = 100;
const MINIMUM_AGE = 86_400_000;

export function holderOf(secret: Secret, label: string): Version | undefined {
  return [...secret.versions.values()].find(({ labels }) => labels.has(label));
}

export function sortedLabels(version: Version): string[] {
  return [...version.labels].sort();
}

export function versionsToStages(secret: Secret): { [versionId: string]: string[] } | undefined {
  const labelled = [...secret.versions.values()].filter(({ labels }) => labels.size > 0);
  return labelled.length === 0 ? undefined : Object.fromEntries(labelled.map((version) => [version.id, sortedLabels(version)]));
}

export function addVersion(secret: Secret, id: string, now: number, content?: SecretContent): Version {
  const version: Version = { id, created: now, content, labels: new Set(), kmsKeyId: secret.kmsKeyId };
  secret.versions.set(id, version);
  return version;
}

/** Takes the labels from whoever has them. AWSPREVIOUS follows AWSCURRENT by itself. */
export function moveLabels(secret: Secret, labels: readonly string[], target: Version): void {
  const afterwards = new Set([...[...secret.versions.values()].flatMap((version) => [...version.labels]), ...labels]);
  if (afterwards.size > MAXIMUM_LABELS) {
    throw limitExceeded(`You can't attach more than ${MAXIMUM_LABELS} staging labels to the versions of a secret.`);
  }
  for (const label of labels) {
    const holder = holderOf(secret, label);
    if (holder === target) continue;
    holder?.labels.delete(label);
    target.labels.add(label);
    if (label === CURRENT && holder !== undefined) {
      moveLabels(secret, [PREVIOUS], holder);
      // A rotation that AWSCURRENT has already left is over.
      holder.labels.delete(PENDING);
    }
  }
}

/** Deprecated versions beyond the limit go, oldest first; never in their first day. */
export function pruneVersions(secret: Secret, now: number): void {
  const deprecated = [...secret.versions.values()].filter(({ labels }) => labels.size === 0);
  const surplus = deprecated.slice(0, Math.max(0, deprecated.length - MAXIMUM_DEPRECATED));
  for (const { id, created } of surplus) {
    if (now - created >= MINIMUM_AGE) secret.versions.delete(id);
  }
}
