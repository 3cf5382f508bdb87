import { ListrTask } from 'listr2';
import { Aftermath, crashLoop, CrashRow } from '../rehearse/crash-loop';
import { NotRehearsable } from '../rehearse/not-rehearsable';
import { Plan, PlannedRotation } from '../rehearse/plan';
import { rehearseRotation, withCrashes } from '../rehearse/rehearsal';
import { keyOf } from '../rehearse/resources';
import { RehearsalReport } from '../rehearse/rotation-report';
import { DeployedSecret } from '../rehearse/secret-deployer';
import { World } from '../rehearse/world';

const AFTERMATHS: readonly Aftermath[] = ['retry', 'cancel'];

/** First all databases and secrets: the environment of a function may name more than those of its own rotation. */
export function rehearsalTasks({ rotations }: Plan, world: World, report: RehearsalReport, faults: boolean): ListrTask[] {
  const deployed = new Map<PlannedRotation, DeployedSecret>();
  const databases = new Map(rotations.map(({ database, kind }) => [keyOf(database), { database, kind }]));
  /** What befalls one rotation stands in the report, and the others go on. */
  const guarded = async ({ name }: PlannedRotation, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof NotRehearsable) report.leftOut.push({ name, reason: error.message });
      else report.failed.push({ name, error: error instanceof Error ? error.message : String(error) });
    }
  };
  return [
    ...[...databases].map(([name, { database, kind }]): ListrTask => ({
      title: `${kind.title} for ${name}`,
      // A server that does not start is told by each rotation that needs it.
      task: async () => void await world.standIns.of(database, kind).catch(() => {}),
    })),
    ...rotations.map((rotation): ListrTask => ({
      title: `login of ${rotation.name}`,
      task: () => guarded(rotation, async () => void deployed.set(rotation, await world.secrets.deploy(rotation))),
    })),
    ...rotations.map((rotation): ListrTask => ({
      title: `rotating ${rotation.name}`,
      skip: () => !deployed.has(rotation),
      task: () => guarded(rotation, async () => void report.rotations.push(await rehearseRotation(world, rotation, deployed.get(rotation)!))),
    })),
    ...faults ? rotations.map((rotation) => crashTask(world, rotation, deployed, report, guarded)) : [],
  ];
}

function crashTask(
  world: World, rotation: PlannedRotation, deployed: ReadonlyMap<PlannedRotation, DeployedSecret>, report: RehearsalReport,
  guarded: (rotation: PlannedRotation, work: () => Promise<void>) => Promise<void>,
): ListrTask {
  const index = () => report.rotations.findIndex(({ name }) => name === rotation.name);
  return {
    title: `crashes of ${rotation.name}`,
    skip: () => index() < 0,
    task: (_, task) => guarded(rotation, async () => {
      const rows: CrashRow[] = [];
      for (const aftermath of AFTERMATHS) {
        const progress = ({ step, n, effect }: CrashRow) => void (process.stdout.isTTY && (task.output = `${aftermath}: ${step}, ${effect} (${n})`));
        rows.push(...await crashLoop(world, rotation, deployed.get(rotation)!, { aftermath, progress }));
      }
      report.rotations[index()] = withCrashes(report.rotations[index()], rotation, rows);
    }),
  };
}
