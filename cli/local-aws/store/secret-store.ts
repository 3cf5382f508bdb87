import type { Secret } from './secret';
import { markedForDeletion, secretNotFound, validation } from '../errors';

const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;
const SUFFIX = /-[A-Za-z0-9]{6}$/;
const HISTORY_LENGTH = 64;

/** How far a read lags behind: it sees a write only after this much time, or after this many later reads. */
export interface Staleness {
  readonly millis?: number;
  readonly reads?: number;
  /** Number of the write from which on there is a lag; everything up to it is seen at once. */
  readonly since?: number;
}

interface PastState {
  readonly write: number;
  readonly at: number;
  readonly reads: number;
  readonly secrets: ReadonlyMap<string, Secret>;
}

export function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw validation('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!');
  }
}

/** Last part of an ARN of a secret, or nothing if the text is a name. */
export function resourceOf(secretId: string): string | undefined {
  return /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.*)$/.exec(secretId)?.[1];
}

export class SecretStore {
  private readonly history: PastState[] = [];
  private reads = 0;
  private writes = 0;

  public constructor(private readonly secrets: Map<string, Secret> = new Map()) {}

  public all(): Secret[] {
    return [...this.secrets.values()];
  }

  public add(secret: Secret): void {
    this.secrets.set(secret.name, secret);
  }

  public remove(secret: Secret): void {
    this.secrets.delete(secret.name);
  }

  public byName(name: string): Secret | undefined {
    return this.secrets.get(name);
  }

  /** By name, ARN, or ARN without its suffix. A resource that ends like a suffix is taken for a whole ARN, as the service does. */
  public lookUp(secretId: string): Secret | undefined {
    const resource = resourceOf(secretId);
    checkName(resource ?? secretId);
    if (resource === undefined) return this.secrets.get(secretId);
    const whole = this.all().find(({ arn }) => arn === secretId);
    if (whole !== undefined || SUFFIX.test(resource)) return whole;
    const partial = this.secrets.get(resource);
    return partial?.arn.startsWith(`${secretId}-`) ? partial : undefined;
  }

  /** Also a secret that is marked for deletion. */
  public find(secretId: string): Secret {
    const secret = this.lookUp(secretId);
    if (secret === undefined) throw secretNotFound();
    return secret;
  }

  public findActive(secretId: string): Secret {
    const secret = this.find(secretId);
    if (secret.deletion !== undefined) throw markedForDeletion();
    return secret;
  }

  /** Deletes what has reached the end of its recovery window. */
  public expire(now: number): void {
    for (const secret of this.all()) {
      if (secret.deletion !== undefined && secret.deletion <= now) this.remove(secret);
    }
  }

  /** How many writes there were. */
  public get lastWrite(): number {
    return this.writes;
  }

  public countRead(): void {
    this.reads += 1;
  }

  /** Remembers the state after a write. */
  public remember(now: number): void {
    this.writes += 1;
    this.history.push({ write: this.writes, at: now, reads: this.reads, secrets: structuredClone(this.secrets) });
    if (this.history.length > HISTORY_LENGTH) this.history.shift();
  }

  /** The store as a reader sees it that lags behind; a copy, so that a read leaves no trace in the present. */
  public asOf(now: number, { millis = 0, reads = 0, since = 0 }: Staleness): SecretStore {
    const visible = (state: PastState) => state.write <= since || (state.at <= now - millis && state.reads < this.reads - reads);
    const oldest = this.writes > HISTORY_LENGTH ? this.history[0] : undefined;
    const state = [...this.history].reverse().find(visible) ?? oldest;
    return new SecretStore(structuredClone(state?.secrets ?? new Map()) as Map<string, Secret>);
  }
}
