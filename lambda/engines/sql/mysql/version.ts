/** The numbers of a version, such as [8, 0, 36]. */
export type Version = readonly number[];

/** What follows the three numbers, such as "-log", says nothing about statements. */
export function parseVersion(text: string): Version {
  return text.split(/[^\d.]/)[0].split('.').map(Number);
}

export function isSince(version: Version, first: string): boolean {
  const other = parseVersion(first);
  const index = other.findIndex((number, position) => number !== (version[position] ?? 0));
  return index < 0 || (version[index] ?? 0) > other[index];
}
