import { Stack } from 'aws-cdk-lib';
import { CfnRotationSchedule, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { resourcesBelow } from './late-dependency';

const ATTACHMENT = CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME;
const SCHEDULE = CfnRotationSchedule.CFN_RESOURCE_TYPE_NAME;

/** The schedule that the stack of a construct defines for a secret already, by way of its attachment or not. */
export function rotationScheduleOf(scope: IConstruct, secret: ISecret): CfnRotationSchedule | undefined {
  const stack = Stack.of(scope);
  const resources = resourcesBelow(stack, ATTACHMENT, SCHEDULE);
  const attachments = resources.filter(({ cfnResourceType }) => cfnResourceType === ATTACHMENT) as CfnSecretTargetAttachment[];
  const schedules = resources.filter(({ cfnResourceType }) => cfnResourceType === SCHEDULE) as CfnRotationSchedule[];
  const origin = (arn: string): string => attachments.find(({ ref }) => ref === arn)?.secretId ?? arn;
  const wanted = origin(secret.secretArn);
  return schedules.find(({ secretId }) => origin(secretId) === wanted);
}
