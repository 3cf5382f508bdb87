import { arrange, Start } from '../case';
import { Boundary } from '../container';
import { Fault } from '../faults/fault';
import { brokenInTheEnd } from '../invariants';
import { FAULTS } from '../plan';
import { ANY_BOUNDARY, errorsOf, Scene, SceneOptions } from '../scene';
import { Setting } from '../targets/target';

/** Where the tests of a row take place. */
export interface Stage {
  readonly server: string;
  readonly setting: Setting;
  open(options?: SceneOptions): Promise<Scene>;
}

/** One thing that goes wrong, what we make of it, and what AWS's functions do. */
export interface Row {
  readonly id: string;
  readonly fault: string;
  readonly result: string;
  readonly aws: string;
  readonly settings: (setting: Setting) => boolean;
  /** Part of the names of the servers that know the fault; all, if left out. */
  readonly servers?: string;
  act(stage: Stage): Promise<void>;
}

export const every = (): boolean => true;
export const single = ({ strategy }: Setting): boolean => strategy === 'single-user';
export const byAdministrator = (setting: Setting): boolean => !single(setting);
export const alternating = ({ strategy }: Setting): boolean => strategy === 'alternating-users';
export const dual = ({ dualPasswords }: Setting): boolean => dualPasswords === true;
/** The strategies with the most different ways. */
export const typical = (setting: Setting): boolean => single(setting) || (alternating(setting) && setting.role !== true);

/** The boundaries at which to strike: by step, and by operation or direction. */
export type Where = Partial<Pick<Boundary, 'step' | 'what' | 'channel'>>;

export interface Expectation {
  readonly start?: Start;
  /** How often the service ran the steps. */
  readonly attempts?: number;
  /** Whether AWSCURRENT must log in also between the attempts. */
  readonly alive?: boolean;
}

/** Lets a fault strike at the n-th boundary that fits, in the next attempt. */
export function inject(scene: Scene, name: string, where: Where, nth: number = 1): { readonly hit: boolean; readonly fault: Fault } {
  const fault = FAULTS.find((each) => each.name === name);
  if (!fault) throw new Error(`there is no fault ${JSON.stringify(name)}`);
  const state = { hit: false, fault };
  let seen = 0;
  const strikes = (boundary: Boundary): boolean => {
    if (!Object.entries(where).every(([member, value]) => boundary[member as keyof Boundary] === value)) return false;
    seen++;
    if (seen === nth) state.hit = true;
    return seen === nth || (seen > nth && fault.lasts === true);
  };
  scene.arm({
    name,
    call: async (at) => (strikes(at.boundary) ? fault.call!(at) : at.perform()),
    segment: async (at) => (strikes(at.boundary) ? fault.segment?.(at) : undefined),
  }, ANY_BOUNDARY);
  return state;
}

/** A fault after which the service succeeds, and nothing is left of it. */
export function survives(name: string, where: Where, expected: Expectation = {}): Row['act'] {
  return async (stage) => {
    expect(await strike(stage, name, where, 1, expected)).toBe(true);
  };
}

/** The same at each boundary that fits; other tests run beside it. */
export function survivesEverywhere(name: string, where: Where, expected: Expectation = {}): Row['act'] {
  return async (stage) => {
    let places = 0;
    while (await strike(stage, name, where, places + 1, expected)) places++;
    expect(places).toBeGreaterThan(0);
  };
}

async function strike(stage: Stage, name: string, where: Where, nth: number, { start = 'later rotation', attempts, alive }: Expectation): Promise<boolean> {
  const scene = await stage.open();
  await arrange(scene, start);
  const rightsBefore = await scene.rights();
  const state = inject(scene, name, where, nth);
  const refused: string[] = [];
  scene.onFailure = async () => {
    if (alive && !await scene.currentIsAccepted()) refused.push(`AWSCURRENT is refused after the fault at place ${nth}`);
  };
  const result = await scene.rotate();
  await scene.settle();
  if (!state.hit) return false;
  if (!state.fault.excuse && result.status === 'failed') throw new Error(`the rotation failed: ${errorsOf(result)}`);
  if (attempts !== undefined) expect(result.attempts).toHaveLength(attempts);
  expect(refused).toEqual([]);
  await expectSound(scene, [state.fault], rightsBefore);
  return true;
}

/** Nothing is broken, and one more rotation is clean. */
export async function expectSound(scene: Scene, faults: readonly Fault[] = [], rightsBefore?: readonly string[]): Promise<void> {
  scene.disarm();
  scene.onFailure = undefined;
  await scene.endAdministratorRotation();
  expect(await brokenInTheEnd(scene, { faults, rightsBefore: rightsBefore ?? await scene.rights() })).toEqual([]);
}

export async function expectRotation(scene: Scene): Promise<void> {
  const result = await scene.rotate();
  if (result.status === 'failed') throw new Error(`the rotation failed: ${errorsOf(result)}`);
  expect(await scene.currentLogsIn()).toBe(true);
}

/** The rotation fails for a reason that it tells, and AWSCURRENT still is what it was. */
export async function expectRefusal(scene: Scene, message: RegExp): Promise<void> {
  const before = await scene.value();
  const result = await scene.rotate();
  expect(result.status).toBe('failed');
  expect(errorsOf(result)).toMatch(message);
  expect(await scene.value()).toEqual(before);
}
