import { Command } from 'commander';
import { Listr, ListrTask } from 'listr2';
import { readAssembly } from '../rehearse/assembly';
import { keyOf } from '../rehearse/deployment';
import { NotRehearsable, Plan, PlannedRotation, planRehearsal } from '../rehearse/plan';
import { rehearseRotation } from '../rehearse/rehearsal';
import { renderReport } from '../rehearse/report';
import { RehearsalReport } from '../rehearse/rotation-report';
import { DeployedSecret, World } from '../rehearse/world';
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
  const report: RehearsalReport = { server: binaries.source, rotations: [], leftOut: [...plan.leftOut] };
  const world = await World.create({ plan, binaries, projectFolder: process.cwd() });
  let interrupted = false;
  const interrupt = () => {
    if (interrupted) return;
    interrupted = true;
    void world.close().finally(() => process.exit(INTERRUPTED));
  };
  // They stay: a second Ctrl-C, or a renderer that sends the signal again, must not end the process before all is removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    await tasksOf(plan, world, report, json).run();
    return report;
  } catch (error) {
    // What fails because it is being removed is no failure; the process ends soon.
    if (!interrupted) throw error;
    return report;
  } finally {
    await world.close();
  }
}

/** First all databases and secrets: the environment of a function may name more than those of its own rotation. */
function tasksOf({ rotations }: Plan, world: World, report: RehearsalReport, json: boolean): Listr<unknown, 'default' | 'silent', 'simple'> {
  const deployed = new Map<PlannedRotation, DeployedSecret>();
  const databases = new Map(rotations.map(({ database }) => [keyOf(database), database]));
  const tasks: ListrTask[] = [
    ...[...databases].map(([name, database]) => ({ title: `PostgreSQL for ${name}`, task: async () => void await world.standIn(database) })),
    ...rotations.map((rotation) => ({
      title: `login of ${rotation.name}`,
      task: async () => {
        try {
          deployed.set(rotation, await world.deploySecret(rotation));
        } catch (error) {
          if (!(error instanceof NotRehearsable)) throw error;
          report.leftOut.push({ name: rotation.name, reason: error.message });
        }
      },
    })),
    ...rotations.map((rotation) => ({
      title: `rotating ${rotation.name}`,
      skip: () => !deployed.has(rotation),
      task: async () => void report.rotations.push(await rehearseRotation(world, rotation, deployed.get(rotation)!)),
    })),
  ];
  return new Listr<unknown, 'default' | 'silent', 'simple'>(tasks, {
    renderer: json ? 'silent' : 'default',
    fallbackRenderer: 'simple',
    concurrent: false,
    // Ours removes what was started; that of the task list would end the process first.
    registerSignalListeners: false,
  });
}
