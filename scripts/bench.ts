/**
 * What many rotated logins in one stack cost: time and resources, beside those of the CDK's own rotations. Each figure is the
 * median of some runs, each in a process of its own.
 */
import Table from 'cli-table3';
import { Kind, Measurement } from './bench/kinds';
import { program } from './lib/root';
import { run } from './lib/run';

const RUNS = 3;

const ROWS: readonly { readonly kind: Kind; readonly logins: number }[] = [
  { kind: 'cdk-guarded-secrets', logins: 60 },
  { kind: 'SecretRotation', logins: 60 },
  { kind: 'HostedRotation', logins: 60 },
  { kind: 'cdk-guarded-secrets, secrets of another stack', logins: 60 },
  { kind: 'cdk-guarded-secrets, secrets of another stack', logins: 200 },
];

async function measure(kind: Kind, logins: number): Promise<Measurement> {
  const runs: Measurement[] = [];
  for (let number = 0; number < RUNS; number++) {
    runs.push(JSON.parse(await run(program('tsx'), ['scripts/bench/synthesise.ts', kind, String(logins)], { env: { CDK_VALIDATION: 'false' } })));
  }
  return runs.sort((a, b) => a.millis - b.millis)[Math.floor(RUNS / 2)];
}

async function main(): Promise<void> {
  const table = new Table({ head: ['rotation', 'logins', 'seconds', 'resources', 'functions', 'made at deployment', 'template kB'], style: { head: [], border: [] } });
  for (const { kind, logins } of ROWS) {
    const { millis, resources, functions, serverSide, templateBytes } = await measure(kind, logins);
    table.push([kind, logins, (millis / 1000).toFixed(2), resources, functions, serverSide, Math.round(templateBytes / 1000)]);
  }
  console.log(table.toString());
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
