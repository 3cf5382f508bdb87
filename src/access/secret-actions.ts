import { Conditions } from '../private/conditions';

/** Actions on a secret that are allowed together, under the same conditions. */
export interface SecretStatement {
  readonly actions: string[];
  readonly conditions?: Conditions;
}

const DESCRIBE_SECRET = 'secretsmanager:DescribeSecret';

export const DESCRIBE: SecretStatement = { actions: [DESCRIBE_SECRET] };

export const READ_VALUE = ['secretsmanager:GetSecretValue'];

/** Not UpdateSecret, which changes key and description too. */
export const WRITE: SecretStatement = { actions: ['secretsmanager:PutSecretValue', DESCRIBE_SECRET] };

/** A request to rotate that carries no setting: no rules, no other function, no other role. */
export const ROTATE: SecretStatement = {
  actions: ['secretsmanager:RotateSecret'],
  conditions: {
    BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
    Null: { 'secretsmanager:RotationLambdaARN': 'true', 'secretsmanager:ExternalSecretRotationRoleArn': 'true' },
  },
};

/**
 * The settings. Not UpdateSecret, which replaces the value too; not UpdateSecretVersionStage, which says what the value is; not
 * DeleteResourcePolicy, which opens the secret; not replication, which takes the value elsewhere and deletes replicas at once.
 */
export const MANAGE: SecretStatement[] = [
  {
    actions: [
      DESCRIBE_SECRET,
      'secretsmanager:GetResourcePolicy',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:TagResource',
      'secretsmanager:UntagResource',
      'secretsmanager:RotateSecret',
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:ValidateResourcePolicy',
      'secretsmanager:RestoreSecret',
    ],
  },
  { actions: ['secretsmanager:PutResourcePolicy'], conditions: { Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } } },
  { actions: ['secretsmanager:DeleteSecret'], conditions: { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } } },
];

/** These have no resource: what they give of a secret, its own permission decides. */
export const READ_BATCHES = ['secretsmanager:BatchGetSecretValue'];
export const LIST = ['secretsmanager:ListSecrets'];
