import type { Clock, Random } from './environment';
import type { RotationInvoker, RotationStep } from './invokers/invoker';
import type { Secret } from './store/secret';
import { CURRENT, holderOf, PENDING, pruneVersions } from './store/versions';

export interface RetryPolicy {
  /** How often the whole sequence is tried. AWS does not document its number. */
  readonly attempts: number;
  readonly delayMillis: number;
}

export interface StepReport {
  readonly step: RotationStep;
  readonly millis: number;
  readonly error?: string;
}

export interface AttemptReport {
  readonly steps: readonly StepReport[];
}

export interface RotationResult {
  readonly secretId: string;
  readonly versionId: string;
  readonly status: 'succeeded' | 'failed';
  readonly attempts: readonly AttemptReport[];
}

/** A probe tests the function on a temporary version, and changes nothing. */
export type RotationKind = 'rotation' | 'probe';

interface Run {
  readonly result: Promise<RotationResult>;
  readonly abort: AbortController;
}

const STEPS: { readonly [kind in RotationKind]: readonly RotationStep[] } = {
  rotation: ['createSecret', 'setSecret', 'testSecret', 'finishSecret'],
  probe: ['testSecret'],
};

const CLOSING_MILLIS = 2000;

export interface RotationRunnerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetryPolicy;
  readonly invoker?: RotationInvoker;
  /** Called after each change of a secret. */
  readonly changed: () => void;
}

/** Rotates in the background, as the service's back end does. */
export class RotationRunner {
  /** The last run of each secret. */
  private readonly runs = new Map<string, Run>();
  private readonly unfinished = new Set<Run>();

  public constructor(private readonly options: RotationRunnerOptions) {}

  public async canInvoke(functionArn: string): Promise<boolean> {
    const { invoker } = this.options;
    if (invoker === undefined) return false;
    return await invoker.canInvoke?.(functionArn) ?? true;
  }

  public isRunning(secret: Secret): boolean {
    return this.unfinished.has(this.runs.get(secret.arn)!);
  }

  /** The rotation of a secret that was started last. */
  public latest(secret: Secret): Promise<RotationResult> | undefined {
    return this.runs.get(secret.arn)?.result;
  }

  public start(secret: Secret, versionId: string, kind: RotationKind): void {
    const abort = new AbortController();
    const run: Run = { abort, result: this.run(secret, versionId, kind, abort.signal).finally(() => this.unfinished.delete(run)) };
    this.runs.set(secret.arn, run);
    this.unfinished.add(run);
  }

  /** A step that is under way ends by itself; none follows. */
  public cancel(secret: Secret): void {
    this.runs.get(secret.arn)?.abort.abort();
  }

  /** Waits for the steps that are under way, but not for one that hangs. */
  public async close(): Promise<void> {
    const runs = [...this.unfinished];
    for (const { abort } of runs) abort.abort();
    const ended = new AbortController();
    const all = Promise.all(runs.map(({ result }) => result)).then(() => ended.abort());
    await Promise.race([all, this.options.clock.sleep(CLOSING_MILLIS, ended.signal)]);
  }

  private async run(secret: Secret, versionId: string, kind: RotationKind, signal: AbortSignal): Promise<RotationResult> {
    const { clock, random, retry } = this.options;
    const attempts: AttemptReport[] = [];
    const rotationToken = random.uuid();
    const result = (status: RotationResult['status']): RotationResult => ({ secretId: secret.arn, versionId, status, attempts });
    // The answer to RotateSecret leaves first.
    await clock.sleep(0);
    while (attempts.length < retry.attempts && !signal.aborted) {
      if (attempts.length > 0) await clock.sleep(retry.delayMillis, signal);
      if (signal.aborted) break;
      const steps: StepReport[] = [];
      attempts.push({ steps });
      if (await this.attempt(secret, versionId, kind, rotationToken, steps, signal)) {
        this.complete(secret, versionId, kind);
        return result('succeeded');
      }
    }
    if (kind === 'probe') this.removeProbe(secret, versionId);
    return result('failed');
  }

  private async attempt(secret: Secret, versionId: string, kind: RotationKind, rotationToken: string,
    steps: StepReport[], signal: AbortSignal): Promise<boolean> {
    const { clock } = this.options;
    for (const step of STEPS[kind]) {
      if (signal.aborted || !secret.rotation?.enabled || secret.deletion !== undefined) return false;
      const start = clock.now();
      let error = await this.invoke(secret.rotation.functionArn, {
        Step: step, SecretId: secret.arn, ClientRequestToken: versionId, RotationToken: rotationToken,
      });
      if (error === undefined && step === 'finishSecret') error = incomplete(secret);
      steps.push({ step, millis: clock.now() - start, ...error === undefined ? {} : { error } });
      if (error !== undefined) return false;
    }
    return true;
  }

  private async invoke(functionArn: string, event: Parameters<RotationInvoker['invoke']>[1]): Promise<string | undefined> {
    try {
      const { functionError, payload } = await this.options.invoker!.invoke(functionArn, event);
      if (functionError === undefined) return undefined;
      const message = (payload as { errorMessage?: unknown } | undefined)?.errorMessage;
      return typeof message === 'string' ? `${functionError}: ${message}` : functionError;
    } catch (error) {
      return `not invoked: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  private complete(secret: Secret, versionId: string, kind: RotationKind): void {
    if (kind === 'probe') return this.removeProbe(secret, versionId);
    const now = this.options.clock.now();
    // Functions leave AWSPENDING on the new version; the service takes it off.
    holderOf(secret, PENDING)?.labels.delete(PENDING);
    secret.lastRotated = now;
    secret.lastChanged = now;
    pruneVersions(secret, now);
    this.options.changed();
  }

  private removeProbe(secret: Secret, versionId: string): void {
    secret.versions.delete(versionId);
    this.options.changed();
  }
}

/** Success is AWSPENDING nowhere, or on the version that is current. */
function incomplete(secret: Secret): string | undefined {
  const pending = holderOf(secret, PENDING);
  return pending === undefined || pending.labels.has(CURRENT) ? undefined : 'all steps succeeded, but AWSPENDING is not on the version that is AWSCURRENT';
}
