import type { Clock, Random } from './environment';
import type { RotationRunner } from './rotation';
import type { SecretStore } from './store/secret-store';

export interface Caller {
  readonly accessKeyId?: string;
}

export interface ServiceSettings {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** What the version contains that a rotation with RotateImmediately=false is tested with. AWS does not document it. */
  readonly probeValue: 'copy' | 'none';
}

/** What an operation may use. */
export interface Context {
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ServiceSettings;
  readonly rotations: RotationRunner;
}

/** Of an operation: what the SDK's types say, with binary values in base64. */
export type Wire<T> = Omit<T, 'SecretBinary'> & { SecretBinary?: string };

export type Output = { readonly [name: string]: unknown };
