/**
 * Synthesises the example with the packed library, prints what would be created, and rehearses its rotation.
 */
import { readFileSync } from 'fs';
import * as path from 'path';
import Table from 'cli-table3';
import { example, installExamples, packLibrary } from './lib/packed';
import { run, step, tryRun } from './lib/run';

const TOPIC = 'rds-postgres';
const STACK = 'RotatedPostgres';

interface Template {
  readonly Resources: { [logicalId: string]: { Type: string; Metadata?: { [name: string]: string } } };
}

async function main(): Promise<void> {
  const folder = example(TOPIC);
  await packLibrary();
  await installExamples();
  await step(`synthesising examples/${TOPIC}`, () => run('npx', ['cdk', 'synth', '--quiet'], { cwd: folder }));
  printResources(path.join(folder, 'cdk.out', `${STACK}.template.json`));

  console.log('\nguarded-secrets rehearse: the function from this app against a real PostgreSQL, on this machine\n');
  const { code } = await tryRun('npx', ['guarded-secrets', 'rehearse'], { cwd: folder, show: true });
  process.exitCode = code;
}

function printResources(templateFile: string): void {
  const template: Template = JSON.parse(readFileSync(templateFile, 'utf8'));
  const table = new Table({ head: ['what stack RotatedPostgres would create', 'where in the app'], style: { head: [], border: [], compact: true } });
  for (const { Type, Metadata } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CDK::Metadata') table.push([Type, readablePath(Metadata?.['aws:cdk:path'] ?? '')]);
  }
  console.log(`\n${table.toString()}`);
}

/** Without the stack, the name of the one resource of a construct, and the peers in the names of security group rules. */
function readablePath(constructPath: string): string {
  return constructPath.slice(STACK.length + 1).replace(/\/(Resource|Default)$/, '').replace(/\/(from|to) .*$/, '/rule');
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
