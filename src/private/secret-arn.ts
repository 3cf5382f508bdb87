import { ArnFormat } from 'aws-cdk-lib';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** Six single-character wildcards: the suffix that Secrets Manager puts behind a name. */
const ANY_SUFFIX = '-??????';

/** Whether the complete ARN is known; a secret imported by name or by partial ARN lacks its suffix. */
export function hasCompleteArn(secret: ISecret): boolean {
  return secret.secretFullArn !== undefined;
}

/** The ARN of a secret as a policy names it. */
export function secretArnForPolicy(secret: ISecret): string {
  return secret.secretFullArn ?? `${secret.secretArn}${ANY_SUFFIX}`;
}

/** All secrets of the account and Region of a secret. */
export function anySecretArn({ env, stack }: ISecret): string {
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME, account: env.account, region: env.region });
}
