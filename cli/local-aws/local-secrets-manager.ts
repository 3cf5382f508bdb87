import type { Output } from './context';
import { Clock, systemClock } from './environment';
import { ServiceError } from './errors';
import { ActiveFault, errorOf, FaultBook, FaultRule, stalenessOf } from './faults';
import type { RotationInvoker } from './invokers/invoker';
import { LambdaInvoker } from './invokers/lambda-invoker';
import type { RotationResult } from './rotation';
import { HttpServer, WireRequest } from './server';
import { SecretsManagerService, ServiceOptions } from './service';

export interface LocalSecretsManagerOptions extends ServiceOptions {
  /** A free one by default. */
  readonly port?: number;
}

/** One request, in the order of arrival. */
export interface RequestRecord {
  readonly operation: string;
  readonly accessKeyId?: string;
  readonly at: number;
  readonly mutating: boolean;
  readonly secretId?: string;
  /** `ok`, the name of an error, `pending` while it is under way, or `dropped` if the connection was closed before the effect. */
  outcome: string;
}

export interface RequestEvent {
  /** Around the effect of the request; the response is sent after both. */
  readonly moment: 'before' | 'after';
  /** Counts all requests, from 1. */
  readonly number: number;
  readonly request: Readonly<RequestRecord>;
}

/** `drop` closes the connection without a response. */
export type RequestHook = (event: RequestEvent) => void | 'drop' | Promise<void | 'drop'>;

/** Secrets Manager behind HTTP, with a record of all requests, and faults by rule. */
export class LocalSecretsManager {
  public static async start(options: LocalSecretsManagerOptions = {}): Promise<LocalSecretsManager> {
    const aws = new LocalSecretsManager(options);
    await aws.server.listen(options.port ?? 0);
    return aws;
  }

  public readonly service: SecretsManagerService;
  public readonly requests: RequestRecord[] = [];

  private readonly clock: Clock;
  private readonly faults = new FaultBook();
  private readonly hooks = new Set<RequestHook>();
  private readonly server = new HttpServer((request) => this.answer(request));

  private constructor(options: LocalSecretsManagerOptions) {
    this.clock = options.clock ?? systemClock;
    this.service = new SecretsManagerService({ ...options, invoker: options.invoker ?? invokerOfEnvironment() });
  }

  public get url(): string {
    return this.server.url;
  }

  /** Returns a function that removes the rule. */
  public addFault(rule: FaultRule): () => void {
    return this.faults.add(rule, this.service.lastWrite);
  }

  /** Returns a function that removes the hook. */
  public onRequest(hook: RequestHook): () => void {
    // A function of its own, so that the same hook can be added twice.
    const own: RequestHook = (event) => hook(event);
    this.hooks.add(own);
    return () => void this.hooks.delete(own);
  }

  /** Starts a rotation, and waits until it has succeeded or failed for good. */
  public rotate(secretId: string): Promise<RotationResult> {
    return this.service.rotate(secretId);
  }

  public async close(): Promise<void> {
    await Promise.all([this.service.close(), this.server.close()]);
  }

  private async answer({ operation, accessKeyId, input }: WireRequest): Promise<Output | 'drop'> {
    const record: RequestRecord = {
      operation, accessKeyId, at: this.clock.now(), mutating: this.service.isMutating(operation), secretId: secretIdOf(input), outcome: 'pending',
    };
    const number = this.requests.push(record);
    const faults = this.faults.take(record);
    const effects = faults.map(({ effect }) => effect);
    try {
      if (await this.runHooks({ moment: 'before', number, request: record })) return this.drop(record);
      await this.delay(faults);
      const fault = errorOf(faults);
      if (fault !== undefined) throw fault;
      if (effects.includes('drop-before')) return this.drop(record);
      const { output, error } = await this.perform(operation, input, accessKeyId, faults);
      record.outcome = error?.name ?? 'ok';
      const dropped = await this.runHooks({ moment: 'after', number, request: record });
      if (dropped || effects.includes('drop-after')) return 'drop';
      if (error !== undefined) throw error;
      return output!;
    } catch (error) {
      record.outcome = error instanceof Error ? error.name : 'unknown';
      throw error;
    }
  }

  private async perform(operation: string, input: unknown, accessKeyId: string | undefined, faults: readonly ActiveFault[]):
  Promise<{ output?: Output; error?: ServiceError }> {
    try {
      return { output: await this.service.handle(operation, input, { accessKeyId, staleness: stalenessOf(faults) }) };
    } catch (error) {
      if (error instanceof ServiceError) return { error };
      throw error;
    }
  }

  private drop(record: RequestRecord): 'drop' {
    record.outcome = 'dropped';
    return 'drop';
  }

  private async runHooks(event: RequestEvent): Promise<boolean> {
    const verdicts = [];
    for (const hook of this.hooks) verdicts.push(await hook(event));
    return verdicts.includes('drop');
  }

  private async delay(faults: readonly ActiveFault[]): Promise<void> {
    for (const { effect } of faults) {
      if (typeof effect === 'object' && 'delayMillis' in effect) await this.clock.sleep(effect.delayMillis);
    }
  }
}

function secretIdOf(input: unknown): string | undefined {
  const { SecretId: id, Name: name } = (input ?? {}) as { SecretId?: unknown; Name?: unknown };
  return [id, name].find((value) => typeof value === 'string') as string | undefined;
}

function invokerOfEnvironment(): RotationInvoker | undefined {
  const endpoint = process.env.AWS_ENDPOINT_URL_LAMBDA;
  return endpoint ? new LambdaInvoker(endpoint) : undefined;
}
