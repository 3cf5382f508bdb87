import { MemorySecrets } from './support/memory-secrets';
import { FunctionProcess } from './support/process';
import { STEPS, TestFunction } from './support/rotation';
import { SecretFields } from '../../lambda/core/engine';

/** The secret of a login on a real server, and the functions that rotate it. */
export interface TestRotation {
  readonly secrets: MemorySecrets;
  rotator(process?: FunctionProcess): TestFunction;
  logsIn(value: SecretFields): Promise<boolean>;
}

export interface WindowOptions {
  readonly rotations: number;
  /** In milliseconds, for the shortest of them. */
  readonly limit: number;
}

/** How long the password of AWSCURRENT is one that the server takes no more. */
export function testWindow(rotation: () => TestRotation, { rotations, limit }: WindowOptions): void {
  test('between change and promotion AWSCURRENT fails for milliseconds', async () => {
    const { secrets } = rotation();
    const used = rotation().rotator();
    for (let count = 0; count < rotations; count++) await used.rotate(secrets.startRotation());
    const windows = used.records.flatMap(({ windowMillis }) => (typeof windowMillis === 'number' ? [windowMillis] : []));
    expect(windows).toHaveLength(rotations);
    expect(Math.min(...windows)).toBeLessThan(limit);
  }, 60_000);
}

/** Further checks of a test whose process dies. */
export interface DeathChecks {
  /** @param place after which effect it died */
  readonly onDeath?: (place: string) => Promise<void>;
  readonly onRetry?: () => Promise<void>;
}

/** For each effect of a rotation: the process dies after it, then the service tries again. */
export async function dieAfterEachEffect(rotation: TestRotation, { onDeath, onRetry }: DeathChecks = {}): Promise<void> {
  const { secrets } = rotation;
  for (const [effect, place] of await effectsOf(rotation)) {
    const token = secrets.startRotation();
    await rotation.rotator(new FunctionProcess().killAt(effect, 'after')).rotate(token).catch(() => {});
    await onDeath?.(place);
    await rotation.rotator().rotate(token);
    expect([place, secrets.holder('AWSCURRENT'), await rotation.logsIn(secrets.current)]).toEqual([place, token, true]);
    await onRetry?.();
  }
}

/** For each effect of a rotation: the process is frozen after it, overtaken by another rotation, and goes on. */
export async function overtakeAfterEachEffect(rotation: TestRotation): Promise<void> {
  const { secrets } = rotation;
  for (const [effect, place] of await effectsOf(rotation)) {
    const frozen = new FunctionProcess().freezeAt(effect, 'after');
    const first = rotation.rotator(frozen).rotate(secrets.startRotation()).catch(() => {});
    await Promise.race([frozen.frozen, first]);
    secrets.removeLabel('AWSPENDING');
    await rotation.rotator().rotate(secrets.startRotation());
    frozen.thaw();
    await first;
    expect([place, await rotation.logsIn(secrets.current)]).toEqual([place, true]);
  }
}

/** Rotations that others overtake. Call it in a test file of the engine. */
export function testOvertakenRotations(rotation: () => TestRotation): void {
  test('finishSecret twice at once', async () => {
    const { secrets } = rotation();
    const finish = (token: string) => rotation().rotator().step('finishSecret', token);
    const token = secrets.startRotation();
    for (const step of STEPS.slice(0, 3)) await rotation().rotator().step(step, token);
    await Promise.all([finish(token), finish(token)]);
    expect(secrets.holder('AWSCURRENT')).toBe(token);
    expect(await rotation().logsIn(secrets.current)).toBe(true);
  });

  test('the process is frozen after any effect, overtaken by another rotation, and goes on', () => overtakeAfterEachEffect(rotation()), 60_000);
}

/** The effects of a rotation that nothing disturbs: number, and what to call the place after it. */
async function effectsOf(rotation: TestRotation): Promise<[number, string][]> {
  const recorder = new FunctionProcess();
  await rotation.rotator(recorder).rotate(rotation.secrets.startRotation());
  return recorder.effects.map((name, index) => [index + 1, `after effect ${index + 1}, ${name}`]);
}
