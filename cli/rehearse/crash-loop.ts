import { restore } from './crash-reset';
import { expectationsOf } from './expectations';
import { PlannedRotation } from './plan';
import { DeployedSecret } from './secret-deployer';
import { FUNCTION_KEY, Invoke } from './secrets-manager';
import { World } from './world';

/** Requests are always the same ones; how many pieces the answers of a database come in varies. */
const KINDS = ['request', 'answer'] as const;

/** An answered request to Secrets Manager, or a piece of an answer of the database. */
export type EffectKind = typeof KINDS[number];

/** What follows a crash: the service runs the four steps again, or an operator cancels the rotation and starts another one. */
export type Aftermath = 'retry' | 'cancel';

/** A rotation in which the process of the function was killed once. */
export interface CrashRow {
  readonly aftermath: Aftermath;
  /** Killed after the n-th effect of its kind. */
  readonly kind: EffectKind;
  readonly n: number;
  /** What that effect was. */
  readonly effect: string;
  readonly step: string;
  /** Whether AWSCURRENT authenticated before anything followed; also true of a login that was yet to be made. */
  readonly worksBefore: boolean;
  /** Whether it does in the end. */
  readonly worksAfter: boolean;
  readonly succeeded: boolean;
  /** How often the service ran the four steps, in the last rotation. */
  readonly attempts: number;
  readonly failedLogins: number;
  readonly rightsKept?: boolean;
}

export interface CrashLoopOptions {
  readonly aftermath: Aftermath;
  /** Called after each crash. */
  readonly progress?: (row: CrashRow) => void;
}

/**
 * Kills the process of the function after its first effect, then in another rotation after its second, and so on until there
 * are no more. The effect has happened, and the function does not know it yet.
 */
export async function crashLoop(world: World, rotation: PlannedRotation, deployed: DeployedSecret, options: CrashLoopOptions): Promise<CrashRow[]> {
  const rows: CrashRow[] = [];
  for (const kind of KINDS) {
    for (let n = 1, row = await crashOnce(world, rotation, deployed, { ...options, kind, n }); row;
      row = await crashOnce(world, rotation, deployed, { ...options, kind, n: ++n })) {
      rows.push(row);
      options.progress?.(row);
    }
  }
  return rows;
}

/** @returns nothing when the rotation has fewer effects */
async function crashOnce(
  world: World, rotation: PlannedRotation, deployed: DeployedSecret, { aftermath, kind, n }: CrashLoopOptions & { kind: EffectKind; n: number },
): Promise<CrashRow | undefined> {
  const { secretsManager } = world;
  const { arn, standIn } = deployed;
  const lambda = await world.functions.deploy(rotation);
  const invoke: Invoke = (event) => lambda.process.invoke(event);
  await restore(secretsManager, deployed, () => secretsManager.rotate(arn, secretsManager.setInvoker(rotation.rotationFunction.id, invoke)));
  // Each life of the function begins with a cold start, also the one that is cut short.
  lambda.process.kill();
  const works = async () => standIn.logsIn(await secretsManager.current(arn));
  const existed = await works();
  const connectionsBefore = standIn.connections;
  let count = 0;
  let effect: string | undefined;
  let step = '';
  let crashedIn = '';
  let worksBefore: boolean | undefined;

  const seen = (seenKind: EffectKind, name: string): boolean => {
    if (seenKind !== kind || ++count !== n) return false;
    effect = name;
    crashedIn = step;
    lambda.process.kill();
    return true;
  };
  standIn.proxy.onSegment(({ direction }) => (direction === 'server-to-client' && seen('answer', 'answer of the database') ? 'cut-before' : 'forward'));
  const stopWatching = secretsManager.onEffect(FUNCTION_KEY, (operation) => void seen('request', operation));
  const functionArn = secretsManager.setInvoker(rotation.rotationFunction.id, async (event) => {
    step = event.Step;
    const result = await invoke(event);
    if (effect !== undefined && worksBefore === undefined) {
      worksBefore = !existed || await works();
      if (aftermath === 'cancel') await secretsManager.cancel(arn);
    }
    return result;
  });

  const crashed = await secretsManager.rotate(arn, functionArn);
  const outcome = effect !== undefined && aftermath === 'cancel' ? await secretsManager.rotate(arn, functionArn) : crashed;
  standIn.proxy.onSegment(undefined);
  stopWatching();
  lambda.process.kill();
  if (effect === undefined) return undefined;
  return {
    aftermath,
    kind,
    n,
    effect,
    step: crashedIn,
    worksBefore: worksBefore ?? false,
    worksAfter: await works(),
    succeeded: outcome.status === 'succeeded',
    attempts: outcome.attempts.length,
    failedLogins: standIn.seenLogins(connectionsBefore).filter(({ outcome: end }) => end === 'failed').length,
    rightsKept: expectationsOf(rotation.facts).hasRights ? await standIn.readsCanary(await secretsManager.current(arn)) : undefined,
  };
}
