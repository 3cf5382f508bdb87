import { Command } from 'commander';
import { CONTEXT_FILE, lockedValues, writeLock } from '../lock/locked-values';
import { readAssembly } from '../rehearse/assembly';

export function lockCommand(): Command {
  return new Command('lock')
    .description(`remember in ${CONTEXT_FILE} what the values of the secrets of a synthesised app are generated from, so that a later synthesis refuses to change it`)
    .argument('[assembly]', 'folder of the synthesised app', 'cdk.out')
    .action(lock);
}

function lock(folder: string): void {
  const stacks = lockedValues(readAssembly(folder));
  const count = Object.values(stacks).reduce((sum, values) => sum + Object.keys(values).length, 0);
  if (count === 0) {
    throw new Error(`the app in ${JSON.stringify(folder)} defines no guarded secret, so there is nothing to lock; synthesise one that does with \`npx cdk synth\``);
  }
  writeLock(process.cwd(), stacks);
  console.log(`locked the values of ${count} secret${count === 1 ? '' : 's'} in ${CONTEXT_FILE}; commit it`);
}
