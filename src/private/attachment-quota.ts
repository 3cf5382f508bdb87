import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { resourcesBelow } from './late-dependency';

/** How many managed policies a role may have, where the account has no higher quota. */
const MOST_POLICIES = 10;

/**
 * Warns at synthesis when a role gets more managed policies than IAM attaches by default: those that the stack defines for
 * it, and those that the role names itself.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function watchAttachments(scope: Construct, role: iam.IRole): void {
  scope.node.addValidation({
    validate: () => {
      const count = attachedPolicies(Stack.of(scope), role);
      if (count > MOST_POLICIES) {
        Annotations.of(scope).addWarningV2('cdk-guarded-secrets:managedPolicyQuota',
          `the role ${JSON.stringify(role.node.path)} has ${MOST_POLICIES} managed policies at most by default, got ${count}; give the replicas of one Region one key, take policies from the role, or have the quota raised and acknowledge this`);
      }
      return [];
    },
  });
}

function attachedPolicies(stack: Stack, role: iam.IRole): number {
  const name = JSON.stringify(stack.resolve(role.roleName));
  const attached = resourcesBelow(stack, iam.CfnManagedPolicy.CFN_RESOURCE_TYPE_NAME)
    .filter((policy) => namesOf(stack, (policy as iam.CfnManagedPolicy).roles).includes(name));
  const resource = role.node.defaultChild;
  const own = CfnResource.isCfnResource(resource) ? namesOf(resource.stack, (resource as iam.CfnRole).managedPolicyArns) : [];
  return attached.length + own.length;
}

function namesOf(stack: Stack, list: unknown): string[] {
  const resolved: unknown = stack.resolve(list);
  return Array.isArray(resolved) ? resolved.map((name) => JSON.stringify(name)) : [];
}
