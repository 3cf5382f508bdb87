import { ArnFormat, CfnResource, IResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnSecret, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { isInEnvironmentOf } from './environments';

/** Six single-character wildcards: the suffix that Secrets Manager puts behind a name. */
const ANY_SUFFIX = '-??????';

/** Whether the complete ARN is known; a secret imported by name or by partial ARN lacks its suffix. */
export function hasCompleteArn(secret: ISecret): boolean {
  return secret.secretFullArn !== undefined;
}

/** The ARN of a secret as a policy names it. */
export function secretArnForPolicy(secret: ISecret): string {
  const { secretFullArn } = secret;
  if (secretFullArn === undefined) return `${secret.secretArn}${ANY_SUFFIX}`;
  const resource = secretResource(secret);
  if (!resource) return secretFullArn;
  const owner = resource.node.scope as ISecret;
  return Lazy.uncachedString({
    produce: ({ scope }) => isInEnvironmentOf(secret, scope) ? secretFullArn : arnFromElsewhere(owner, scope),
  });
}

/** From another account or Region the CDK refers to a secret by its name, unless it exports the ARN there. A name lacks the suffix. */
function arnFromElsewhere({ secretArn }: ISecret, consumer: IConstruct): string {
  const resolved: unknown = Stack.of(consumer).resolve(secretArn);
  const isComposed = typeof resolved === 'string' || (resolved as object).hasOwnProperty('Fn::Join');
  return isComposed ? `${secretArn}${ANY_SUFFIX}` : secretArn;
}

/**
 * The ARN of a secret as the policy of its key can name it. The secret needs its key first, so a generated name is not known
 * there: then these are all secrets of the account in the Region.
 */
export function secretArnForKeyPolicy(secret: ISecret): string {
  const resource = secretResource(secret);
  if (!resource) return secretArnForPolicy(secret);
  return Lazy.uncachedString({
    produce: () => {
      const name: unknown = Stack.of(resource).resolve(resource.name);
      return arnOf(secret, typeof name === 'string' ? `${name}${ANY_SUFFIX}` : '*');
    },
  });
}

/** All secrets of the account and Region of a resource. */
export function anySecretArn(resource: IResource): string {
  return arnOf(resource, '*');
}

function arnOf({ env, stack }: IResource, resourceName: string): string {
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME, account: env.account, region: env.region });
}

/** What the ARN of a secret of this app will be, in each Region that it is replicated to: `*` for what is not known. */
export function secretArnPattern(secret: ISecret): string {
  const name: unknown = Stack.of(secret).resolve(secretResource(secret)?.name);
  const { account } = secret.env;
  return `arn:*:secretsmanager:*:${Token.isUnresolved(account) ? '*' : account}:secret:${typeof name === 'string' ? `${name}${ANY_SUFFIX}` : '*'}`;
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

/** Whether two objects are known to be the same secret: also when one is an attachment of it, or both were imported. */
export function isSameSecret(one: ISecret, other: ISecret): boolean {
  const [resource, otherResource] = [one, other].map(secretResource);
  if (resource && otherResource) return resource === otherResource;
  const { stack } = one;
  return JSON.stringify(stack.resolve(secretArnForPolicy(one))) === JSON.stringify(stack.resolve(secretArnForPolicy(other)));
}

/** Whether the key of a secret is known, or is that of the service. Most imported secrets do not tell. */
export function isKeyKnown(secret: ISecret): boolean {
  return secret.encryptionKey !== undefined || secretResource(secret) !== undefined || isManagedByService(secret);
}

/** Whether a secret is known to be a master secret that RDS manages itself. The CDK knows its customer key, if it has one. */
export function isManagedByService(secret: ISecret): boolean {
  return JSON.stringify(secret.stack.resolve(secret.secretArn)).includes('"MasterUserSecret.SecretArn"');
}
