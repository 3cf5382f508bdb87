import { ArnFormat, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { CfnSecret, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';

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

/** Before the name: the longest partition and Region. */
const LONGEST_PREFIX = 'arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:'.length;

/** What CloudFormation puts behind the logical id for a name, and the service behind the name. */
const GENERATED_SUFFIX = 13;
const SERVICE_SUFFIX = 7;

/** For a secret that only a deployment knows; nearly all names are shorter. */
const UNKNOWN_NAME = 100;

/** The length of the complete ARN of a secret, estimated from above: services limit what ARNs stand in. */
export function arnLength(secret: ISecret): number {
  if (!Token.isUnresolved(secret.secretArn)) return secret.secretArn.length + SERVICE_SUFFIX;
  const resource = secretResource(secret);
  return LONGEST_PREFIX + (resource ? nameLength(resource) : UNKNOWN_NAME) + SERVICE_SUFFIX;
}

function nameLength(resource: CfnSecret): number {
  if (resource.name !== undefined && !Token.isUnresolved(resource.name)) return resource.name.length;
  return String(Stack.of(resource).resolve(resource.logicalId)).length + GENERATED_SUFFIX;
}

/** The resource of a secret of this app, also by way of its attachment to a database. */
export function secretResource({ node }: IConstruct): CfnSecret | undefined {
  const { defaultChild, scope } = node;
  if (!defaultChild || !CfnResource.isCfnResource(defaultChild)) return undefined;
  if (defaultChild.cfnResourceType === CfnSecret.CFN_RESOURCE_TYPE_NAME) return defaultChild as CfnSecret;
  return defaultChild.cfnResourceType === CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME && scope ? secretResource(scope) : undefined;
}
