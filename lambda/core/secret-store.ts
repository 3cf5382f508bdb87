import {
  DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Deadline } from './deadline';
import { RotationError } from './errors';
import { Labels } from './labels';
import { JOURNAL_LABEL } from '../../src/handler-contract';

/** The part of the SDK's client that is used. */
export type SecretsClient = Pick<SecretsManagerClient, 'send'>;

export interface StoredValue {
  readonly text: string | undefined;
  readonly inJournal: boolean;
}

/** For one call, with all that the SDK retries. */
const CALL_LIMIT = 15_000;

/** Reads lag behind writes for moments. */
const READ_ATTEMPTS = 5;
const FIRST_PAUSE = 100;

/** The service said no, and did nothing. What merely failed may have had its effect nevertheless. */
const REFUSALS = new Set(['AccessDeniedException', 'InvalidRequestException', 'DecryptionFailure', 'EncryptionFailure']);

const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/** One secret in Secrets Manager, as the rotation needs it. The only place that calls the service. */
export class SecretStore {
  /** How many calls were made. */
  public calls = 0;

  /** What a version has as its value never changes. */
  private readonly values = new Map<string, StoredValue>();

  public constructor(
    private readonly client: SecretsClient,
    private readonly secret: string,
    private readonly deadline: Deadline,
    private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {}

  public async describe(): Promise<Labels> {
    const { RotationEnabled, VersionIdsToStages } = await this.call('DescribeSecret', (options) => this.client.send(new DescribeSecretCommand({ SecretId: this.secret }), options));
    return new Labels(RotationEnabled === true, VersionIdsToStages ?? {});
  }

  /** Undefined when the version has no value, or none that can be seen yet. */
  public async find(version: string): Promise<StoredValue | undefined> {
    const known = this.values.get(version);
    if (known) return known;
    try {
      const { SecretString, VersionStages } = await this.call('GetSecretValue', (options) => this.client.send(new GetSecretValueCommand({ SecretId: this.secret, VersionId: version }), options));
      const value = { text: SecretString, inJournal: VersionStages?.includes(JOURNAL_LABEL) ?? false };
      this.values.set(version, value);
      return value;
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  /** The value of a version that must have one. Waits a little for it to become visible. */
  public async read(version: string): Promise<StoredValue> {
    for (let attempt = 1, pause = FIRST_PAUSE; ; attempt++, pause *= 2) {
      const value = await this.find(version);
      if (value) return value;
      if (attempt === READ_ATTEMPTS) throw new RotationError('SERVICE', `version ${version} of the secret has no value`);
      await this.sleep(this.deadline.slice(pause));
    }
  }

  /** Stores the value of the pending version. @returns false when the version has another value already */
  public async putPending(version: string, text: string, rotationToken: string | undefined): Promise<boolean> {
    return this.put(version, text, [PENDING], rotationToken);
  }

  /** Stores a value that is neither pending nor current yet. */
  public async putJournal(version: string, text: string, rotationToken: string | undefined): Promise<void> {
    if (await this.put(version, text, [JOURNAL_LABEL], rotationToken)) return;
    throw new RotationError('CONFLICT', `version ${version} of the secret has another value`);
  }

  /** Moves AWSCURRENT, if `from` has it still. @returns false when it has not */
  public async promote(version: string, from: string): Promise<boolean> {
    return this.moveLabel(CURRENT, version, from);
  }

  /** Puts a version under the journal label, if `from` has it still. @returns false when it has not */
  public async moveJournal(version: string, from: string | undefined): Promise<boolean> {
    return this.moveLabel(JOURNAL_LABEL, version, from);
  }

  /** Gives a pending version up, so that the next rotation makes another one. The journal label stays on it. */
  public async abandon(version: string): Promise<void> {
    await this.moveLabel(PENDING, undefined, version);
  }

  private async put(version: string, text: string, labels: string[], rotationToken: string | undefined): Promise<boolean> {
    try {
      await this.call('PutSecretValue', (options) => this.client.send(new PutSecretValueCommand({
        SecretId: this.secret,
        ClientRequestToken: version,
        SecretString: text,
        VersionStages: labels,
        RotationToken: rotationToken,
      }), options));
      return true;
    } catch (error) {
      if (isNamed(error, 'ResourceExistsException')) return false;
      throw error;
    }
  }

  private async moveLabel(label: string, to: string | undefined, from: string | undefined): Promise<boolean> {
    try {
      await this.call('UpdateSecretVersionStage', (options) => this.client.send(new UpdateSecretVersionStageCommand({
        SecretId: this.secret,
        VersionStage: label,
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      }), options));
      return true;
    } catch (error) {
      if (isNamed(error, 'InvalidParameterException')) return false;
      throw error;
    }
  }

  private async call<T>(operation: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    this.calls++;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.deadline.slice(CALL_LIMIT));
    try {
      return await send({ abortSignal: abort.signal });
    } catch (error) {
      throw failure(operation, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function failure(operation: string, error: unknown): RotationError {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  if (REFUSALS.has((error as Error).name)) return new RotationError('DENIED', `Secrets Manager refused ${operation}`, { cause: error });
  if (status !== undefined) return new RotationError('SERVICE', `${operation} failed`, { cause: error });
  return new RotationError('SERVICE', `Secrets Manager did not answer ${operation}`, {
    cause: error,
    hint: 'check that the function reaches Secrets Manager: its subnets need a VPC endpoint or NAT, and its security group HTTPS to it',
  });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof RotationError && error.cause instanceof Error && error.cause.name === name;
}
