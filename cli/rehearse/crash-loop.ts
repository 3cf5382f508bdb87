import { PlannedRotation } from './plan';
import { logsIn } from './prober';
import { connectionOf } from './rehearsal';
import { FUNCTION_KEY, World } from './world';

/** Requests are always the same ones; how many pieces the answers of a database come in varies. */
const KINDS = ['request', 'answer'] as const;

/** An answered request to Secrets Manager, or a piece of an answer of the database. */
export type EffectKind = typeof KINDS[number];

/** A rotation in which the process of the function was killed once. */
export interface CrashRow {
  /** Killed after the n-th effect of its kind. */
  readonly kind: EffectKind;
  readonly n: number;
  /** What that effect was. */
  readonly effect: string;
  readonly step: string;
  /** Whether AWSCURRENT authenticated while the service waited to try again. */
  readonly worksBeforeRetry: boolean;
  /** Whether it does after the service tried again. */
  readonly worksAfter: boolean;
  readonly succeeded: boolean;
  /** How often the service ran the four steps. */
  readonly attempts: number;
  readonly failedLogins: number;
}

/**
 * Kills the process of the function after its first effect, then in a new rotation after its second, and so on until there
 * are no more. The effect has happened, and the function does not know it yet. After each death the service runs the four
 * steps again, as it does.
 */
export async function crashLoop(world: World, rotation: PlannedRotation): Promise<CrashRow[]> {
  const rows: CrashRow[] = [];
  for (const kind of KINDS) {
    for (let n = 1, row = await crashOnce(world, rotation, kind, n); row; row = await crashOnce(world, rotation, kind, ++n)) rows.push(row);
  }
  return rows;
}

/** @returns nothing when the rotation has fewer effects */
async function crashOnce(world: World, rotation: PlannedRotation, kind: EffectKind, n: number): Promise<CrashRow | undefined> {
  const deployed = await world.deploySecret(rotation, `crash_${kind}_${n}`);
  const { proxy, server } = deployed.standIn;
  const lambda = await world.deployFunction(rotation, deployed.arn);
  const firstPort = proxy.outgoingPorts.length;
  let count = 0;
  let effect: string | undefined;
  let step = '';
  let crashedIn = '';
  let worksBeforeRetry: boolean | undefined;

  const seen = (seenKind: EffectKind, name: string): boolean => {
    if (seenKind !== kind || ++count !== n) return false;
    effect = name;
    crashedIn = step;
    lambda.process.kill();
    return true;
  };
  const works = async () => logsIn(connectionOf(deployed, await world.current(world.operator, deployed.arn)));
  proxy.onSegment(({ direction }) => (direction === 'server-to-client' && seen('answer', 'answer of the database') ? 'cut-before' : 'forward'));
  const stopWatching = world.onEffect(FUNCTION_KEY, (operation) => void seen('request', operation));
  const functionArn = world.setInvoker(`crash-${kind}-${n}`, async (event) => {
    step = event.Step;
    const result = await lambda.process.invoke(event);
    if (effect !== undefined) worksBeforeRetry ??= await works();
    return result;
  });

  const outcome = await world.rotate(deployed.arn, functionArn);
  proxy.onSegment(undefined);
  stopWatching();
  lambda.process.kill();
  if (effect === undefined) return undefined;
  const ports = new Set(proxy.outgoingPorts.slice(firstPort));
  return {
    kind,
    n,
    effect,
    step: crashedIn,
    worksBeforeRetry: worksBeforeRetry ?? false,
    worksAfter: await works(),
    succeeded: outcome.status === 'succeeded',
    attempts: outcome.attempts.length,
    failedLogins: server.logins().filter(({ remotePort, outcome: end }) => ports.has(remotePort) && end === 'failed').length,
  };
}
