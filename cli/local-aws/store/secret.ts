import type { RotationRulesType, StatusType } from '@aws-sdk/client-secrets-manager';

/** A value as it travels: text, or bytes in base64. */
export interface SecretContent {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

export interface Version {
  readonly id: string;
  readonly created: number;
  /** Missing in a version that a rotation registered and no function has filled yet. */
  content?: SecretContent;
  readonly labels: Set<string>;
  kmsKeyId?: string;
  lastAccessed?: number;
}

export interface RotationSettings {
  readonly functionArn: string;
  readonly rules?: RotationRulesType;
  readonly enabled: boolean;
}

export interface Replica {
  readonly region: string;
  readonly kmsKeyId?: string;
  status: StatusType;
  message?: string;
}

/** Plain data, so that a copy of it is a state of the past. All times are milliseconds since 1970. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  readonly type?: string;
  readonly versions: Map<string, Version>;
  description?: string;
  kmsKeyId?: string;
  lastChanged: number;
  lastAccessed?: number;
  lastRotated?: number;
  /** When a value was last written by anybody: the schedule counts from here. */
  valueChanged?: number;
  /** When the recovery window ends; set while the secret is marked for deletion. */
  deletion?: number;
  /** Once a secret has had tags, the service shows an empty list instead of none. */
  tags?: Map<string, string>;
  policy?: string;
  rotation?: RotationSettings;
  replicas?: Replica[];
}

export function sameContent(one: SecretContent, other: SecretContent): boolean {
  return one.SecretString === other.SecretString && one.SecretBinary === other.SecretBinary;
}

const DAY = 86_400_000;

/** The service keeps the day of an access, not its time. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** Times travel as seconds with a fraction. */
export function seconds(time: number): number {
  return time / 1000;
}
