/**
 * What the real service was recorded to do, written down as facts: LocalStack publishes the recordings of its tests against AWS
 * (tests/aws/services/secretsmanager and tests/aws/services/cloudformation, Apache-2.0), made between 2022 and 2026.
 *
 * `V1` to `V9` stand for version ids, `NAME` for the name of the secret, `ARN` for its ARN, `PARTIAL` for the ARN without its suffix,
 * and all times are `datetime`.
 */
export interface Recording {
  readonly name: string;
  readonly secretName?: string;
  readonly steps: readonly Step[];
}

/** Without an answer, it does not matter here; the recording has it elsewhere. */
export type Step = readonly [operation: string, input: object, answer?: object];

export const VERSION_IDS = Array.from({ length: 9 }, (_, index) => `${index + 1}0000000-0000-4000-8000-000000000000`);
export const REFERENCE = { ARN: 'ARN', Name: 'NAME' };

export function create(value: object, extra: object = {}): Step {
  return ['CreateSecret', { Name: 'NAME', ClientRequestToken: 'V1', ...value, ...extra }, { ...REFERENCE, VersionId: 'V1' }];
}

export function put(version: string, text: string, stages: string[] | undefined, answered: string[] = stages!): Step {
  return ['PutSecretValue', { SecretId: 'NAME', ClientRequestToken: version, SecretString: text, VersionStages: stages },
    { ...REFERENCE, VersionId: version, VersionStages: answered }];
}

export function get(version: string, text: string, stages: string[], input: object = {}): Step {
  return ['GetSecretValue', { SecretId: 'NAME', ...input },
    { ...REFERENCE, CreatedDate: 'datetime', SecretString: text, VersionId: version, VersionStages: stages }];
}

export function moveStage(stage: string, from: string | undefined, to: string | undefined): Step {
  return ['UpdateSecretVersionStage', { SecretId: 'NAME', VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to }, REFERENCE];
}

/** A `*` behind a version says that it was read; no labels, that it is deprecated. */
export function versions(expected: { readonly [version: string]: string[] }, input: object = {}): Step {
  return ['ListSecretVersionIds', { SecretId: 'NAME', ...input }, {
    ...REFERENCE,
    Versions: Object.entries(expected).map(([version, stages]) => ({
      CreatedDate: 'datetime',
      KmsKeyIds: ['DefaultEncryptionKey'],
      VersionId: version.slice(0, 2),
      ...stages.length === 0 ? {} : { VersionStages: stages },
      ...version.endsWith('*') ? { LastAccessedDate: 'datetime' } : {},
    })),
  }];
}

export function describe(extra: object, stages?: { readonly [version: string]: string[] }): Step {
  return ['DescribeSecret', { SecretId: 'NAME' },
    { ...REFERENCE, CreatedDate: 'datetime', LastChangedDate: 'datetime', ...extra, ...stages === undefined ? {} : { VersionIdsToStages: stages } }];
}

export const forceDelete: Step = [
  'DeleteSecret', { SecretId: 'NAME', ForceDeleteWithoutRecovery: true }, { ...REFERENCE, DeletionDate: 'datetime' },
];

export function fails(operation: string, input: object, error: string, message: string): Step {
  return [operation, input, { error, message }];
}

/** Replaces placeholders, or puts them back. */
export function replaceAll<T>(value: T, replacements: ReadonlyMap<string, string>, part: ReadonlyMap<string, string> = new Map()): T {
  if (value instanceof Date) return 'datetime' as T;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => replaceAll(item, replacements, part)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [replaceText(key, replacements), replaceAll(member, replacements, part)])) as T;
  }
  if (typeof value !== 'string') return value;
  return [...part].reduce((text, [from, to]) => text.split(from).join(to), replaceText(value, replacements)) as T;
}

function replaceText(text: string, replacements: ReadonlyMap<string, string>): string {
  return replacements.get(text) ?? text;
}
