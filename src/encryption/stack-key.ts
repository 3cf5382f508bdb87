import { Annotations, ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** Id of the key that the guarded secrets of a stack share. It is part of the API: another id is another key. */
const STACK_KEY_ID = 'GuardedSecretsKey';

const LOGS_STATEMENT_ID = 'AllowCloudWatchLogsOfThisAccount';

/** The customer key that the guarded secrets of a stack share; defined on first use. */
export function stackKey(scope: Construct): kms.IKey {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(STACK_KEY_ID) as kms.Key | undefined;
  return existing ?? defineSecretsKey(stack, STACK_KEY_ID, `Encrypts the guarded secrets of stack ${stack.stackName}`);
}

/**
 * A customer key with the defaults of this library: rotated every year, kept when the stack goes, 30 days between the
 * request to delete it and the deletion.
 */
export function defineSecretsKey(scope: Construct, id: string, description: string): kms.Key {
  const key = new kms.Key(scope, id, {
    description,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  leaveGrantsToServices(key);
  return key;
}

/**
 * A grant on a key outlives the policies of whom it was given to. Only services may make one, for a resource of theirs:
 * Lambda does for the environment of a function, Secrets Manager needs none.
 *
 * @see https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html CT.KMS.PR.3, which wants this very form
 */
function leaveGrantsToServices(key: kms.Key): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:CreateGrant'],
    resources: ['*'],
    conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
  }));
}

/**
 * Lets CloudWatch Logs encrypt the log groups of this account and Region with a key.
 *
 * The statement cannot name one log group: the group needs the key first, and its generated name is not known before.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function allowLogEncryption(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  const logGroups = stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  // One of the few services whose principal differs by partition: it ends in amazonaws.com.cn in China.
  const principal = new iam.ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`);
  const result = key.addToResourcePolicy(new iam.PolicyStatement({
    sid: LOGS_STATEMENT_ID,
    principals: [principal],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  }), true);
  if (!result.statementAdded) {
    Annotations.of(scope).addWarningV2('cdk-guarded-secrets:logKeyPolicy',
      `the policy of the imported key ${JSON.stringify(key.node.path)} cannot be changed from here; allow CloudWatch Logs (logs.REGION.amazonaws.com) to use it for log groups, or leave out \`functionEncryptionKey\``);
  }
}
