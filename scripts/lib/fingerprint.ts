import { createHash } from 'crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ROOT } from './root';

/** A hash over files and folders below a base, by content. */
export function fingerprint(paths: string[], base: string = ROOT): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((item) => filesBelow(path.join(base, item)))) {
    hash.update(path.relative(base, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Does the work unless it was done for the same fingerprint before and what it made is still there. */
export async function unlessDone(name: string, mark: string, made: string[], work: () => Promise<void>): Promise<void> {
  const file = path.join(ROOT, 'build', `${name}.done`);
  const isDone = existsSync(file) && readFileSync(file, 'utf8') === mark && made.every((item) => existsSync(path.join(ROOT, item)));
  if (isDone) return;
  await work();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, mark);
}

function filesBelow(item: string): string[] {
  if (!existsSync(item)) return [];
  if (!statSync(item).isDirectory()) return [item];
  return readdirSync(item).sort().flatMap((name) => (name === 'node_modules' || name === 'cdk.out' ? [] : filesBelow(path.join(item, name))));
}
