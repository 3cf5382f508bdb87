import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { isOther } from './environments';
import { Problems } from './problems';

/**
 * Attaches managed policies to the role of a function. A role that must not be changed (`mutable: false`) is left alone,
 * and whoever owns it is told what to attach.
 *
 * @throws an error for a role of another account, which no function of this one can have
 */
export function attach(scope: Construct, role: iam.IRole, policies: iam.ManagedPolicy[]): void {
  checkAccount(scope, role);
  if (attachTo(role, policies)) return;
  const paths = policies.map((policy) => JSON.stringify(policy.node.path)).join(' and ');
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:roleWithoutPolicies',
    `the role ${JSON.stringify(role.node.path)} must not be changed from here, so the function has no rights; attach the managed policies ${paths} where the role is defined, or import it without \`mutable: false\``);
}

/** Attaches managed policies to a role. @returns false for a role that must not be changed */
export function attachTo(role: iam.IRole, policies: iam.ManagedPolicy[]): boolean {
  if (iam.Role.isRole(role) || role instanceof iam.LazyRole) {
    // Said by the policy: said by the role, the role would have to come after the policies.
    policies.forEach((policy) => policy.attachToRole(role));
    return true;
  }
  policies.forEach((policy) => role.addManagedPolicy(policy));
  return policies.every(isAttached);
}

/** Whether a role is known to be of another account than a function, which cannot have it then. */
export function isOfOtherAccount({ principalAccount }: iam.IRole, account: string): boolean {
  return principalAccount !== undefined && isOther(principalAccount, account);
}

function checkAccount(scope: Construct, role: iam.IRole): void {
  const { account } = Stack.of(scope);
  if (!isOfOtherAccount(role, account)) return;
  const problems = new Problems(scope);
  problems.add(`a function of account ${account} cannot have a role of another account, got ${JSON.stringify(role.node.path)} of account ${role.principalAccount}; change \`role\`, or leave it out`);
  problems.throwIfAny();
}

/** The CDK defines no policies at all where an app has it report them only (`Role.customizeRoles`). */
function isAttached({ node, stack }: iam.ManagedPolicy): boolean {
  const resource = node.defaultChild as iam.CfnManagedPolicy | undefined;
  return resource === undefined || stack.resolve(resource.roles) !== undefined;
}
