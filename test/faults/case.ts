import { Client } from './client';
import { Fault } from './faults/fault';
import { brokenInvariants, brokenInTheEnd } from './invariants';
import { ANY_BOUNDARY, errorsOf, Scene } from './scene';
import { neverFails, Setting, Target } from './targets/target';
import { RotationResult } from '../../cli/local-aws';

/** What the secret has behind it when the faulty rotation starts. */
export type Start = 'first rotation' | 'later rotation' | 'after a rotation that died in the middle';

/** What follows when an attempt fails. */
export type Then = 'the service tries again' | 'an operator cancels and rotates anew';

export interface Case {
  readonly start: Start;
  readonly fault: Fault;
  readonly boundary: string;
  readonly then: Then;
  /** A second fault, in the attempt after the first. */
  readonly second?: { readonly fault: Fault; readonly boundary: string };
  /** Whether a client logs in with AWSCURRENT all the time. */
  readonly watched: boolean;
}

export interface CaseResult {
  readonly case: Case;
  /** Whether everything in the case came to pass, so that it differs from all others. */
  readonly distinct: boolean;
  readonly ending: 'ok' | 'one retry' | 'more retries' | 'cancelled, then ok' | 'stopped, then ok' | 'repaired by hand, then ok';
  /** Whether AWSCURRENT was refused between the failed attempt and the next. */
  readonly dead: boolean;
  /** Whether a failed attempt was followed by another. */
  readonly failed: boolean;
  readonly failedLogins: number;
  readonly passwords: readonly string[];
  readonly violations: readonly string[];
}

/** Arranges, injects, lets the service or an operator go on, and judges. */
export async function runCase(target: Target, setting: Setting, planned: Case): Promise<CaseResult> {
  const scene = await Scene.open(target, setting);
  try {
    await arrange(scene, planned.start);
    return await play(scene, planned);
  } finally {
    await planned.fault.over?.(scene);
    await scene.settle();
    await scene.close();
  }
}

/** Brings a secret to where the rotation of the case starts. */
export async function arrange(scene: Scene, start: Start): Promise<void> {
  if (start === 'first rotation') return;
  await expectSuccess(scene);
  if (start === 'later rotation') return;
  scene.onFailure = () => scene.cancel();
  scene.arm({
    name: 'dies where AWSCURRENT is to be moved',
    call: async ({ container, boundary, perform }) => {
      if (boundary.what !== 'UpdateSecretVersionStage' || boundary.step !== 'finishSecret') return perform();
      container.kill();
      throw new Error('killed');
    },
  }, ANY_BOUNDARY);
  await scene.rotate();
  scene.onFailure = undefined;
}

async function expectSuccess(scene: Scene): Promise<void> {
  const result = await scene.rotate();
  if (result.status !== 'succeeded') throw new Error(`a rotation without a fault failed: ${errorsOf(result)}`);
}

async function play(scene: Scene, planned: Case): Promise<CaseResult> {
  const { fault, boundary, then, second, watched } = planned;
  const violations: string[] = [];
  const rightsBefore = await scene.rights();
  const first = scene.arm(fault, boundary);
  const followUp = second && scene.arm(second.fault, second.boundary, 2);
  const client = watched ? new Client(scene) : undefined;
  let failures = 0;
  let dead = false;
  let cancelled = false;
  // A rotation may have a segment less than the recorded one: what did not happen leaves nothing behind.
  const struck = (): Fault[] => [...first.hit ? [fault] : [], ...second && followUp?.hit ? [second.fault] : []];
  scene.onFailure = async () => {
    if (++failures > 1 || !first.hit) return;
    await fault.over?.(scene);
    // Whoever changes the password by hand shuts AWSCURRENT out; the rotation does not.
    dead = !await scene.currentIsAccepted() && !haveDrift(struck());
    violations.push(...await brokenInvariants(scene, struck(), 'after the fault'));
    if (then === 'the service tries again') return;
    cancelled = true;
    await scene.cancel();
  };

  let result = await scene.rotate();
  await fault.over?.(scene);
  if (cancelled) result = await scene.rotate();
  await scene.settle();
  const faults = struck();
  const stopped = result.status === 'failed';
  if (stopped && !faults.some(({ excuse }) => excuse !== undefined)) violations.push(`stuck: ${errorsOf(result)}`);
  const repaired = await repair(scene, result, faults, violations);
  scene.onFailure = undefined;
  scene.disarm();
  await scene.endAdministratorRotation();
  violations.push(...await brokenInTheEnd(scene, { faults, rightsBefore }));

  if (client) {
    const gaps = await client.stop();
    if (neverFails(scene.setting) && gaps > 0 && !haveDrift(faults)) violations.push(`AWSCURRENT was refused ${gaps} times`);
  }
  return {
    case: planned,
    distinct: first.hit !== undefined && (then === 'the service tries again' || cancelled) && (!followUp || followUp.hit !== undefined),
    ending: repaired ? 'repaired by hand, then ok' : stopped ? 'stopped, then ok' : cancelled ? 'cancelled, then ok' : failures === 0 ? 'ok' : failures === 1 ? 'one retry' : 'more retries',
    dead,
    failed: failures > 0,
    failedLogins: scene.failedLogins(),
    passwords: await scene.passwords(),
    violations,
  };
}

/** Whether somebody changed the password by hand. */
function haveDrift(faults: readonly Fault[]): boolean {
  return faults.some(({ excuse }) => excuse === 'drift');
}

/** A password that was changed by hand cannot be known to a login that changes its own: then the person must store it. */
async function repair(scene: Scene, { status }: RotationResult, faults: readonly Fault[], violations: string[]): Promise<boolean> {
  if (await scene.currentLogsIn()) return false;
  if (!haveDrift(faults)) {
    if (status === 'succeeded') violations.push('LOCKED OUT: AWSCURRENT is refused after a rotation that succeeded');
    return false;
  }
  if (scene.setting.strategy !== 'single-user') return false;
  const { username } = await scene.value();
  const [known] = await scene.target.accepted(scene.madeByHand.map((password) => ({ username, password })));
  // Else a version with a label has the password, and the next rotation finds it.
  if (!known) return false;
  await scene.cancel();
  await scene.edit({ password: known.password });
  return true;
}
