import { Command } from 'commander';
import { Listr } from 'listr2';
import { readAssembly } from '../rehearse/assembly';
import { Plan, planRehearsal } from '../rehearse/plan';
import { RehearsalReport, rehearseRotation } from '../rehearse/rehearsal';
import { renderReport } from '../rehearse/report';
import { World } from '../rehearse/world';
import { findPostgres } from '../servers/postgres-binaries';

/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

interface RehearseOptions {
  readonly json: boolean;
}

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('run the rotations of a synthesised app against real servers on this machine')
    .argument('[assembly]', 'folder of the synthesised app', 'cdk.out')
    .option('--json', 'print the report as JSON, and nothing else', false)
    .action(rehearse);
}

async function rehearse(folder: string, { json }: RehearseOptions): Promise<void> {
  const plan = planRehearsal(readAssembly(folder));
  const report = plan.rotations.length > 0 ? await run(plan, json) : { server: 'none', rotations: [], leftOut: plan.leftOut };
  console.log(json ? JSON.stringify(report, undefined, 2) : `\n${renderReport(report)}`);
  if (report.rotations.length === 0 || report.rotations.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function run(plan: Plan, json: boolean): Promise<RehearsalReport> {
  const binaries = findPostgres(process.cwd());
  const report: RehearsalReport = { server: binaries.source, rotations: [], leftOut: plan.leftOut };
  const world = await World.create({ plan, binaries, projectFolder: process.cwd() });
  const interrupt = () => void world.close().finally(() => process.exit(INTERRUPTED));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const tasks = new Listr<unknown, 'default' | 'silent', 'simple'>([], { renderer: json ? 'silent' : 'default', fallbackRenderer: 'simple', concurrent: false });
    for (const rotation of plan.rotations) {
      tasks.add([
        { title: `PostgreSQL for ${rotation.database.stack.name}/${rotation.database.id}`, task: async () => void await world.standIn(rotation.database) },
        { title: `rotating ${rotation.name}`, task: async () => void report.rotations.push(await rehearseRotation(world, rotation)) },
      ]);
    }
    await tasks.run();
    return report;
  } finally {
    await world.close();
  }
}
