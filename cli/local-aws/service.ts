import { Caller, Context, Output, ServiceSettings } from './context';
import { Clock, Random, systemClock, systemRandom } from './environment';
import { ServiceError } from './errors';
import type { RotationInvoker } from './invokers/invoker';
import { describeSecret } from './operations/description';
import { updateSecretVersionStage } from './operations/labels';
import { listSecrets, listSecretVersionIds } from './operations/listing';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy, validateResourcePolicy } from './operations/policies';
import { removeRegionsFromReplication, replicateSecretToRegions, stopReplicationToReplica } from './operations/replication';
import { cancelRotateSecret, rotateSecret } from './operations/rotating';
import { createSecret, deleteSecret, restoreSecret, updateSecret } from './operations/secrets';
import { tagResource, untagResource } from './operations/tags';
import { batchGetSecretValue, getSecretValue, putSecretValue } from './operations/values';
import { randomPassword } from './random-password';
import { RetryPolicy, RotationResult, RotationRunner } from './rotation';
import type { Secret } from './store/secret';
import { SecretStore, Staleness } from './store/secret-store';
import { validateInput } from './validation';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each operation has an input type of its own; validateInput stands in front of all
type Operation = (input: any, context: Context) => Output | Promise<Output>;

const READS: { readonly [name: string]: Operation } = {
  BatchGetSecretValue: batchGetSecretValue,
  DescribeSecret: describeSecret,
  GetRandomPassword: (input, { random }) => ({ RandomPassword: randomPassword(input, random) }),
  GetResourcePolicy: getResourcePolicy,
  GetSecretValue: getSecretValue,
  ListSecrets: listSecrets,
  ListSecretVersionIds: listSecretVersionIds,
  ValidateResourcePolicy: validateResourcePolicy,
};

const WRITES: { readonly [name: string]: Operation } = {
  CancelRotateSecret: cancelRotateSecret,
  CreateSecret: createSecret,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteSecret: deleteSecret,
  PutResourcePolicy: putResourcePolicy,
  PutSecretValue: putSecretValue,
  RemoveRegionsFromReplication: removeRegionsFromReplication,
  ReplicateSecretToRegions: replicateSecretToRegions,
  RestoreSecret: restoreSecret,
  RotateSecret: rotateSecret,
  StopReplicationToReplica: stopReplicationToReplica,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSecret: updateSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
};

export const OPERATIONS: readonly string[] = [...Object.keys(READS), ...Object.keys(WRITES)].sort();

export interface ServiceOptions {
  readonly region?: string;
  readonly accountId?: string;
  readonly partition?: string;
  readonly invoker?: RotationInvoker;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly retry?: Partial<RetryPolicy>;
  readonly probeValue?: ServiceSettings['probeValue'];
}

export interface CallOptions extends Caller {
  /** Reads only: how far this read lags behind. */
  readonly staleness?: Staleness;
}

const DEFAULT_RETRY: RetryPolicy = { attempts: 5, delayMillis: 50 };

/** Secrets Manager in memory: no network, no time and no chance of its own. */
export class SecretsManagerService {
  public readonly settings: ServiceSettings;

  private readonly store = new SecretStore();
  private readonly rotations: RotationRunner;
  private readonly clock: Clock;
  private readonly random: Random;

  public constructor(options: ServiceOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.settings = {
      region: options.region ?? 'us-east-1',
      accountId: options.accountId ?? '123456789012',
      partition: options.partition ?? partitionOf(options.region ?? ''),
      probeValue: options.probeValue ?? 'copy',
    };
    this.rotations = new RotationRunner({
      clock: this.clock,
      random: this.random,
      invoker: options.invoker,
      retry: { ...DEFAULT_RETRY, ...options.retry },
      changed: () => this.store.remember(this.clock.now()),
    });
  }

  /** Number of the last write. */
  public get lastWrite(): number {
    return this.store.lastWrite;
  }

  /** The secret itself, not a copy: for whoever watches it without making a call. */
  public secret(secretId: string): Secret {
    return this.store.find(secretId);
  }

  public isMutating(operation: string): boolean {
    return Object.hasOwn(WRITES, operation);
  }

  /**
   * Answers as JSON would carry it: times in seconds, bytes in base64.
   *
   * @throws ServiceError
   */
  public async handle(operation: string, input: unknown, { staleness }: CallOptions = {}): Promise<Output> {
    const mutating = this.isMutating(operation);
    const implementation = mutating ? WRITES[operation] : Object.hasOwn(READS, operation) ? READS[operation] : undefined;
    if (implementation === undefined) throw new ServiceError('UnknownOperationException', `The operation ${operation} is not known.`);
    const valid = validateInput(operation, input);
    const now = this.clock.now();
    this.store.expire(now);
    if (!mutating) this.store.countRead();
    const store = staleness && !mutating ? this.store.asOf(now, staleness) : this.store;
    const { clock, random, settings, rotations } = this;
    const output = await implementation(valid, { store, clock, random, settings, rotations });
    if (mutating) this.store.remember(this.clock.now());
    return withoutMissing(output);
  }

  /** The rotation of this secret that was started last, under way or ended. */
  public rotationOf(secretId: string): Promise<RotationResult> | undefined {
    return this.rotations.latest(this.store.find(secretId));
  }

  /** Rotates, and waits until it is done. A rotation that was not complete is tried again, and is waited for instead. */
  public async rotate(secretId: string): Promise<RotationResult> {
    const secret = this.store.find(secretId);
    const previous = this.rotations.latest(secret);
    const wasRunning = this.rotations.isRunning(secret);
    try {
      await this.handle('RotateSecret', { SecretId: secretId, ClientRequestToken: this.random.uuid() });
    } catch (error) {
      const latest = this.rotations.latest(secret);
      if (latest === undefined || (latest === previous && !wasRunning)) throw error;
    }
    return this.rotations.latest(secret)!;
  }

  /** Stops rotations after the step that is under way. */
  public close(): Promise<void> {
    return this.rotations.close();
  }
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function withoutMissing(output: Output): Output {
  return JSON.parse(JSON.stringify(output));
}
