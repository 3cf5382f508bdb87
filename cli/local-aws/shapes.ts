/** What the API reference says about a parameter. */
export interface Shape {
  readonly type: 'text' | 'blob' | 'number' | 'boolean' | 'list' | 'structure';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly values?: readonly string[];
  readonly item?: Shape;
  readonly members?: Shapes;
  /** Its value is never shown in an error. */
  readonly sensitive?: boolean;
}

export type Shapes = { readonly [name: string]: Shape };

const flag: Shape = { type: 'boolean' };
const token = text(32, 64);
const region = text(1, 128, '([a-z]+-)+\\d+');
const stage = text(1, 256);
const value = { minimum: 1, maximum: 65_536, sensitive: true };

function text(minimum: number, maximum: number, pattern?: string): Shape {
  return { type: 'text', minimum, maximum, pattern };
}

function oneOf(...values: string[]): Shape {
  return { type: 'text', values };
}

function listOf(item: Shape, minimum?: number, maximum?: number): Shape {
  return { type: 'list', item, minimum, maximum };
}

function structure(members: Shapes): Shape {
  return { type: 'structure', members };
}

export const MEMBERS: Shapes = {
  AddReplicaRegions: listOf(structure({ Region: region, KmsKeyId: text(0, 2048) }), 1),
  BlockPublicPolicy: flag,
  ClientRequestToken: token,
  Description: text(0, 2048),
  ExcludeCharacters: text(0, 4096),
  ExcludeLowercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  ExcludeUppercase: flag,
  Filters: listOf(structure({
    Key: oneOf('description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'),
    Values: listOf(text(1, 512, '\\!?[a-zA-Z0-9 :_@\\/\\+\\=\\.\\-\\!]*'), 1, 10),
  }), 0, 10),
  ForceDeleteWithoutRecovery: flag,
  ForceOverwriteReplicaSecret: flag,
  IncludeDeprecated: flag,
  IncludePlannedDeletion: flag,
  IncludeSpace: flag,
  KmsKeyId: text(0, 2048),
  MaxResults: { type: 'number', minimum: 1, maximum: 100 },
  MoveToVersionId: token,
  Name: text(1, 512),
  NextToken: text(1, 4096),
  PasswordLength: { type: 'number', minimum: 1, maximum: 4096 },
  RecoveryWindowInDays: { type: 'number' },
  RemoveFromVersionId: token,
  RemoveReplicaRegions: listOf(region, 1),
  RequireEachIncludedType: flag,
  ResourcePolicy: text(1, 20_480),
  RotateImmediately: flag,
  RotationLambdaARN: text(0, 2048),
  RotationRules: structure({
    AutomaticallyAfterDays: { type: 'number', minimum: 1, maximum: 1000 },
    Duration: text(2, 3, '[0-9h]+'),
    ScheduleExpression: text(1, 256, '[0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+'),
  }),
  RotationToken: text(36, 256, '[a-zA-Z0-9\\-]+'),
  SecretBinary: { type: 'blob', ...value },
  SecretId: text(1, 2048),
  SecretIdList: listOf(text(1, 2048), 1, 20),
  SecretString: { type: 'text', ...value },
  SortBy: oneOf('created-date', 'last-accessed-date', 'last-changed-date', 'name'),
  SortOrder: oneOf('asc', 'desc'),
  TagKeys: listOf(text(1, 128)),
  Tags: listOf(structure({ Key: text(1, 128), Value: text(0, 256) })),
  VersionId: token,
  VersionStage: stage,
  VersionStages: listOf(stage, 1, 20),
};

/** Where an operation differs from the others. */
export const OPERATION_MEMBERS: { readonly [operation: string]: Shapes } = {
  BatchGetSecretValue: { MaxResults: { type: 'number', minimum: 1, maximum: 20 } },
};

export const REQUIRED: { readonly [operation: string]: readonly string[] } = {
  CancelRotateSecret: ['SecretId'],
  CreateSecret: ['Name'],
  DeleteResourcePolicy: ['SecretId'],
  DeleteSecret: ['SecretId'],
  DescribeSecret: ['SecretId'],
  GetResourcePolicy: ['SecretId'],
  GetSecretValue: ['SecretId'],
  ListSecretVersionIds: ['SecretId'],
  PutResourcePolicy: ['SecretId', 'ResourcePolicy'],
  PutSecretValue: ['SecretId'],
  RemoveRegionsFromReplication: ['SecretId', 'RemoveReplicaRegions'],
  ReplicateSecretToRegions: ['SecretId', 'AddReplicaRegions'],
  RestoreSecret: ['SecretId'],
  RotateSecret: ['SecretId'],
  StopReplicationToReplica: ['SecretId'],
  TagResource: ['SecretId', 'Tags'],
  UntagResource: ['SecretId', 'TagKeys'],
  UpdateSecret: ['SecretId'],
  UpdateSecretVersionStage: ['SecretId', 'VersionStage'],
  ValidateResourcePolicy: ['ResourcePolicy'],
};
