import { Command } from 'commander';
import { Listr } from 'listr2';
import { rehearsalTasks } from './rehearsal-tasks';
import { readAssembly } from '../rehearse/assembly';
import { planRehearsal } from '../rehearse/plan';
import { EquippedPlan, equip } from '../rehearse/programs';
import { renderReport } from '../rehearse/report/report';
import { RehearsalReport } from '../rehearse/rotation-report';
import { World } from '../rehearse/world';

/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

interface RehearseOptions {
  readonly json: boolean;
  readonly faults: boolean;
  readonly strict: boolean;
}

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('run the rotations of a synthesised app against real servers on this machine')
    .argument('[assembly]', 'folder of the synthesised app', 'cdk.out')
    .option('--faults', 'also kill the function after each of its effects, and see what the next attempt makes of it (a minute or two for each rotation)', false)
    .option('--strict', 'fail when a rotation cannot be rehearsed', false)
    .option('--json', 'print the report as JSON, and nothing else', false)
    .action(rehearse);
}

async function rehearse(folder: string, options: RehearseOptions): Promise<void> {
  const projectFolder = process.cwd();
  const plan = equip(planRehearsal(readAssembly(folder)), projectFolder);
  const report: RehearsalReport = {
    servers: [...plan.programs].map(([{ title }, { source }]) => ({ title, source })),
    rotations: [],
    failed: [],
    leftOut: [...plan.leftOut],
  };
  if (plan.rotations.length > 0) await run(plan, projectFolder, report, options);
  console.log(options.json ? JSON.stringify(report, undefined, 2) : `\n${renderReport(report)}`);
  if (!isGood(report, options.strict)) process.exitCode = 1;
}

function isGood({ rotations, failed, leftOut }: RehearsalReport, strict: boolean): boolean {
  const good = rotations.length > 0 && failed.length === 0 && rotations.every(({ broken }) => broken.length === 0);
  return good && (!strict || leftOut.length === 0);
}

async function run(plan: EquippedPlan, projectFolder: string, report: RehearsalReport, { json, faults }: RehearseOptions): Promise<void> {
  const world = await World.create({ plan, programs: plan.programs, projectFolder });
  let interrupted = false;
  const interrupt = () => {
    if (interrupted) return;
    interrupted = true;
    void world.close().finally(() => process.exit(INTERRUPTED));
  };
  // They stay: a second Ctrl-C, or a renderer that sends the signal again, must not end the process before all is removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  try {
    await new Listr<unknown, 'default' | 'silent', 'simple'>(rehearsalTasks(plan, world, report, faults), {
      renderer: json ? 'silent' : 'default',
      fallbackRenderer: 'simple',
      concurrent: false,
      // Ours removes what was started; that of the task list would end the process first.
      registerSignalListeners: false,
    }).run();
  } finally {
    // What fails because it is being removed is no failure; the process ends soon.
    if (interrupted) await new Promise(() => {});
    await world.close();
  }
}
