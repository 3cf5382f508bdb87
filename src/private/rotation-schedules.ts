import { Stack } from 'aws-cdk-lib';
import { CfnRotationSchedule, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { resourcesBelow } from './late-dependency';

/** The schedule that the stack of a construct defines for a secret already, by way of its attachment or not. */
export function rotationScheduleOf(scope: IConstruct, secret: ISecret): CfnRotationSchedule | undefined {
  const stack = Stack.of(scope);
  const attachments = resourcesBelow(stack, CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME) as CfnSecretTargetAttachment[];
  const origin = (arn: string): string => attachments.find(({ ref }) => ref === arn)?.secretId ?? arn;
  const wanted = origin(secret.secretArn);
  const schedules = resourcesBelow(stack, CfnRotationSchedule.CFN_RESOURCE_TYPE_NAME) as CfnRotationSchedule[];
  return schedules.find(({ secretId }) => origin(secretId) === wanted);
}
