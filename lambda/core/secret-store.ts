import {
  DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Deadline } from './deadline';
import { RotationError } from './errors';
import { Labels, noCurrent } from './labels';
import { JOURNAL_LABEL } from '../../src/handler-contract';

/** The part of the SDK's client that is used. */
export type SecretsClient = Pick<SecretsManagerClient, 'send'>;

export interface StoredValue {
  readonly id: string;
  readonly text: string | undefined;
  readonly isPending: boolean;
  readonly inJournal: boolean;
  readonly created?: Date;
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
const ADOPTED = 'GUARDED_ADOPTED';

/** One secret in Secrets Manager, as the rotation needs it. The only place that calls the service. */
export class SecretStore {
  /** How many calls were made. */
  public calls = 0;

  /** The complete ARN as soon as the service has told it; whoever asks may know the secret by a shorter one. */
  public arn: string;

  /** The labels as they were seen last. */
  public seen?: Labels;

  /** What a version has as its value never changes; its labels are those of the moment. */
  private readonly values = new Map<string, StoredValue>();

  public constructor(
    private readonly client: SecretsClient,
    private readonly secret: string,
    private readonly deadline: Deadline,
    private readonly sleep: (milliseconds: number) => Promise<void>,
  ) {
    this.arn = secret;
  }

  public async describe(): Promise<Labels> {
    const { ARN = this.arn, RotationEnabled, VersionIdsToStages } = await this.call('DescribeSecret', (options) => this.client.send(new DescribeSecretCommand({ SecretId: this.secret }), options));
    this.arn = ARN;
    this.seen = new Labels(RotationEnabled === true, VersionIdsToStages ?? {});
    return this.seen;
  }

  /** Undefined when the version has no value, or none that can be seen yet. */
  public async find(version: string): Promise<StoredValue | undefined> {
    const known = this.values.get(version);
    if (known) return known;
    return this.get({ VersionId: version });
  }

  /** The value with a label now. Undefined when no version has the label, or the one that has it has no value. */
  public async findLabelled(label: string): Promise<StoredValue | undefined> {
    return this.get({ VersionStage: label });
  }

  /**
   * The value of AWSCURRENT now. Waits a little for it to become visible.
   *
   * @throws INVALID_SECRET when there is nothing to rotate
   */
  public async readCurrent(): Promise<StoredValue> {
    return this.visible(() => this.findLabelled(CURRENT), noCurrent);
  }

  /** The value of a version that must have one. Waits a little for it to become visible. */
  public async read(version: string): Promise<StoredValue> {
    return this.visible(() => this.find(version), () => new RotationError('SERVICE', `version ${version} of the secret has no value`));
  }

  /** Stores the value of the pending version. @returns false when the version has another value already */
  public async putPending(version: string, text: string, rotationToken: string | undefined): Promise<boolean> {
    return this.put(version, text, [PENDING], rotationToken);
  }

  /** Stores a value that is neither pending nor current yet. A version has to have some label. */
  public async putAdopted(version: string, text: string, rotationToken: string | undefined): Promise<void> {
    if (await this.put(version, text, [ADOPTED], rotationToken)) return;
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

  /** Gives a pending version up whose password the database does not have, and never will. */
  public async reject(version: string): Promise<void> {
    await this.clearJournal(version);
    await this.abandon(version);
  }

  /** Takes the journal label from a version whose password the database does not have, and never will. */
  public async clearJournal(version: string): Promise<void> {
    await this.moveLabel(JOURNAL_LABEL, undefined, version);
  }

  private async visible(find: () => Promise<StoredValue | undefined>, missing: () => RotationError): Promise<StoredValue> {
    for (let attempt = 1, pause = FIRST_PAUSE; ; attempt++, pause *= 2) {
      const value = await find();
      if (value) return value;
      if (attempt === READ_ATTEMPTS) throw missing();
      await this.sleep(this.deadline.slice(pause));
    }
  }

  private async get(which: { readonly VersionId: string } | { readonly VersionStage: string }): Promise<StoredValue | undefined> {
    try {
      const { ARN = this.arn, VersionId: id = '', SecretString: text, VersionStages: labels = [], CreatedDate: created } = await this.call('GetSecretValue',
        (options) => this.client.send(new GetSecretValueCommand({ SecretId: this.secret, ...which }), options));
      this.arn = ARN;
      const value = { id, text, isPending: labels.includes(PENDING), inJournal: labels.includes(JOURNAL_LABEL), created };
      this.values.set(id, value);
      return value;
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
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
