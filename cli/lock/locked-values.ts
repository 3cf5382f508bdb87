import { existsSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { LOCKED_VALUES_CONTEXT, LockedStacks, LockedValues, VALUES_METADATA } from '../../src/lock-contract';
import { AssemblyStack } from '../rehearse/assembly';

/** Where the CDK keeps what a synthesis has to know of earlier ones. */
export const CONTEXT_FILE = 'cdk.context.json';

/** What the stacks of an app say can be locked. */
export function lockedValues(stacks: AssemblyStack[]): LockedStacks {
  return Object.fromEntries(stacks.flatMap(({ metadata }) => Object.entries(metadata))
    .flatMap(([constructPath, entries]) => entries.filter(({ type }) => type === VALUES_METADATA)
      .map(({ data }): [string, LockedValues] => [constructPath.replace(/^\//, ''), data as LockedValues])));
}

/**
 * Locks the values of stacks; those of other stacks stay as they are.
 *
 * @throws an error when the file is there and no JSON object
 */
export function writeLock(folder: string, stacks: LockedStacks): void {
  const file = path.join(folder, CONTEXT_FILE);
  const context = existsSync(file) ? readContext(file) : {};
  const locked = { ...context[LOCKED_VALUES_CONTEXT] as LockedStacks | undefined, ...stacks };
  writeFileSync(file, `${JSON.stringify({ ...context, [LOCKED_VALUES_CONTEXT]: locked }, undefined, 2)}\n`);
}

function readContext(file: string): { readonly [key: string]: unknown } {
  try {
    const context: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof context === 'object' && context !== null && !Array.isArray(context)) return context as { readonly [key: string]: unknown };
  } catch {
    // told below
  }
  throw new Error(`${JSON.stringify(file)} is no JSON object, so nothing was written; repair it, or remove it if it is not needed`);
}
