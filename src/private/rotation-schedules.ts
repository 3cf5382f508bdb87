import { Stack } from 'aws-cdk-lib';
import { CfnRotationSchedule, CfnSecret, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { resourcesBelow } from './late-dependency';
import { secretArnForPolicy, secretResource } from './secret-arn';
import { referenceTo, StackIndex } from './stack-index';

const SCHEDULE = CfnRotationSchedule.CFN_RESOURCE_TYPE_NAME;
const SCHEDULES = new StackIndex<CfnRotationSchedule>(SCHEDULE, ({ secretId }) => secretId);

/** The secrets of this app that rotators rotate, in whatever stack. */
const ROTATED = new WeakSet<CfnSecret>();

/** The imported secrets that the rotators of a stack rotate, by their ARNs: one may be imported twice. */
const ROTATED_IMPORTS = new WeakMap<Stack, Set<string>>();

/** Whether a secret is known to be rotated: by another rotator, or by the CDK, which defines the schedule below the secret. */
export function isRotated(stack: Stack, secret: ISecret): boolean {
  const resource = secretResource(secret);
  const isMarked = resource ? ROTATED.has(resource) : ROTATED_IMPORTS.get(stack)?.has(arnIn(stack, secret));
  return isMarked || resourcesBelow(resource?.node.scope ?? secret, SCHEDULE).length > 0;
}

/** Remembers that a rotator of the stack rotates a secret. */
export function markRotated(stack: Stack, secret: ISecret): void {
  const resource = secretResource(secret);
  if (resource) {
    ROTATED.add(resource);
    return;
  }
  const rotated = ROTATED_IMPORTS.get(stack) ?? new Set();
  ROTATED_IMPORTS.set(stack, rotated.add(arnIn(stack, secret)));
}

/** Has the synthesis refuse another schedule of the secret, which may be defined after ours: by the CDK, or as a resource. */
export function watchSchedule(secret: ISecret, schedule: CfnRotationSchedule): void {
  const stacks = [schedule.stack, Stack.of(secret)];
  stacks.forEach((stack) => SCHEDULES.watch(stack));
  schedule.node.scope!.node.addValidation({ validate: () => secondScheduleProblems(secret, schedule) });
}

function secondScheduleProblems(secret: ISecret, schedule: CfnRotationSchedule): string[] {
  const owner = secretResource(secret)?.node.scope ?? secret;
  const besideOurs = SCHEDULES.find(schedule.stack, schedule.secretId);
  const besideSecret = resourcesBelow(owner, CfnSecret.CFN_RESOURCE_TYPE_NAME, CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME)
    .flatMap((resource) => SCHEDULES.find(resource.stack, referenceTo(resource)));
  return [...new Set([...besideOurs, ...besideSecret])]
    // Of two with conditions, a deployment may define one.
    .filter((other) => other !== schedule && !other.cfnOptions.condition)
    .map(({ node }) => `the secret ${JSON.stringify(secret.node.path)} has a second schedule, ${JSON.stringify(node.path)}, and Secrets Manager takes one for a secret; remove one of them`);
}

function arnIn(stack: Stack, secret: ISecret): string {
  return JSON.stringify(stack.resolve(secretArnForPolicy(secret)));
}
