/** Provides the servers for the tests that npm does not install. */
import { step } from './lib/run';
import { SERVERS } from './lib/servers';

async function main(): Promise<void> {
  for (const [title, provide] of SERVERS) await step(title, provide);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
