/** A control that looks at a deployed account, not at a template. */
export interface RuntimeControl {
  readonly control: string;
  readonly demand: string;
  readonly how: string;

  /** The rules that ask a template for the same. Without any, no judge can say. */
  readonly rules?: readonly string[];
}

const NIST = 'NIST.800.53.R5';

export const RUNTIME_CONTROLS: readonly RuntimeControl[] = [
  { control: 'SecretsManager.1; Config `secretsmanager-rotation-enabled-check`', demand: 'rotation is configured', how: 'every 30 days', rules: [`${NIST}-SecretsManagerRotationEnabled`, 'AwsSolutions-SMG4'] },
  { control: 'SecretsManager.2; Config `secretsmanager-scheduled-rotation-success-check`', demand: 'rotations succeed on time', how: '`alarmTopic` tells each failure' },
  { control: 'SecretsManager.3; Config `secretsmanager-secret-unused`', demand: 'somebody reads the secret within 90 days', how: 'no template can meet it' },
  { control: 'SecretsManager.4; Config `secretsmanager-secret-periodic-rotation`', demand: 'the value changes within 90 days', how: 'every 30 days; an `interval` of more than 90 days breaks it' },
  { control: 'SecretsManager.5; Lambda.6', demand: 'tags', how: '`Tags.of(scope).add(...)`: the library chooses none for you' },
  { control: 'Config `secretsmanager-using-cmk`', demand: 'a customer key of the same account', how: 'the key of the stack, or yours', rules: [`${NIST}-SecretsManagerUsingKMSKey`] },
  { control: 'KMS.1; KMS.2', demand: 'no policy decrypts with all keys', how: 'policies name each key, the service and the secret' },
  { control: 'KMS.3', demand: 'no key is about to be deleted', how: 'keys are kept when the stack goes, with 30 days to think' },
  { control: 'KMS.4; Config `cmk-backing-key-rotation-enabled`', demand: 'keys rotate', how: 'every year', rules: [`${NIST}-KMSBackingKeyRotationEnabled`, 'kms_key_rotation_enabled_check'] },
  { control: 'KMS.5; Config `kms-key-policy-no-public-access`', demand: 'key policies name fixed principals', how: 'the account, and CloudWatch Logs for log groups of the account' },
  { control: 'Lambda.1; Config `lambda-function-public-access-prohibited`', demand: 'nobody else may invoke', how: 'Secrets Manager, for secrets of the account', rules: ['lambda_function_public_access_prohibited_check'] },
  { control: 'Lambda.2', demand: 'a supported runtime', how: 'Node.js 24', rules: ['AwsSolutions-L1'] },
  { control: 'Lambda.3; Config `lambda-inside-vpc`', demand: 'a VPC', how: '`vpc`, by default that of the database', rules: [`${NIST}-LambdaInsideVPC`] },
  { control: 'Lambda.5', demand: 'two Availability Zones or more', how: 'all private subnets of the VPC' },
  { control: 'Lambda.7', demand: 'traces', how: '`tracing`, `strictControls`', rules: ['Serverless-LambdaTracing'] },
  { control: 'Config `lambda-dlq-check`', demand: 'a dead-letter queue', how: '`deadLetterQueue`, `strictControls`', rules: [`${NIST}-LambdaDLQ`] },
  { control: 'Config `lambda-concurrency-check`', demand: 'a reserved concurrency', how: '`reservedConcurrentExecutions`, `strictControls`', rules: [`${NIST}-LambdaConcurrency`] },
  { control: 'CloudWatch.15; CloudWatch.17', demand: 'alarms act', how: 'on `alarmTopic`', rules: ['cloudwatch_alarm_action_check', 'cloudwatch_alarm_action_enabled_check'] },
  { control: 'CloudWatch.16; Config `cw-loggroup-retention-period-check`', demand: 'logs are kept for a year', how: '365 days', rules: ['cloudwatch_log_group_retention_period_check'] },
  { control: 'Config `cloudwatch-log-group-encrypted`', demand: 'logs are encrypted with a key', how: 'the key of the function', rules: [`${NIST}-CloudWatchLogGroupEncrypted`] },
  { control: 'Config `iam-no-inline-policy-check`', demand: 'no inline policies', how: 'managed ones', rules: [`${NIST}-IAMNoInlinePolicy`] },
  { control: 'SQS.1', demand: 'encrypted queues', how: 'by SQS; only `strictControls` makes one', rules: ['sqs_queue_encrypted_check'] },
  { control: 'SNS.1; SNS.4', demand: 'topics are encrypted and not public', how: 'the topic is yours; only alarms and rules are allowed to publish by us' },
  { control: 'CT.SECRETSMANAGER.PV.1', demand: 'only principals of the organisation reach secrets', how: 'the policy of the organisation holds beside that of the secret' },
];
