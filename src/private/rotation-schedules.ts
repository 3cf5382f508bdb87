import { Stack } from 'aws-cdk-lib';
import { CfnRotationSchedule, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { resourcesBelow } from './late-dependency';
import { secretArnForPolicy, secretResource } from './secret-arn';

const SCHEDULE = CfnRotationSchedule.CFN_RESOURCE_TYPE_NAME;

/** The secrets that the rotators of a stack rotate. */
const ROTATED = new WeakMap<Stack, Set<unknown>>();

/** Whether a secret is known to be rotated: by another rotator of the stack, or by the CDK, which defines the schedule below the secret. */
export function isRotated(stack: Stack, secret: ISecret): boolean {
  const resource = secretResource(secret);
  return ROTATED.get(stack)?.has(identityOf(stack, secret)) || resourcesBelow(resource?.node.scope ?? secret, SCHEDULE).length > 0;
}

/** Remembers that a rotator of the stack rotates a secret. */
export function markRotated(stack: Stack, secret: ISecret): void {
  const rotated = ROTATED.get(stack) ?? new Set();
  ROTATED.set(stack, rotated.add(identityOf(stack, secret)));
}

/** The resource, also by way of its attachment; of an imported secret, which may be imported twice, the ARN. */
function identityOf(stack: Stack, secret: ISecret): unknown {
  return secretResource(secret) ?? JSON.stringify(stack.resolve(secretArnForPolicy(secret)));
}
