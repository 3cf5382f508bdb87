import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Problems } from './problems';

/**
 * Attaches managed policies to the role of a function. A role that must not be changed (`mutable: false`) is left alone,
 * and whoever owns it is told what to attach.
 *
 * @throws an error for a role of another account, which no function of this one can have
 */
export function attach(scope: Construct, role: iam.IRole, policies: iam.ManagedPolicy[]): void {
  checkAccount(scope, role);
  if (iam.Role.isRole(role)) {
    // Said by the policy: said by the role, the role would have to come after the policies.
    policies.forEach((policy) => policy.attachToRole(role));
    return;
  }
  policies.forEach((policy) => role.addManagedPolicy(policy));
  if (policies.every(isAttached)) return;
  const paths = policies.map((policy) => JSON.stringify(policy.node.path)).join(' and ');
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:roleWithoutPolicies',
    `the role ${JSON.stringify(role.node.path)} must not be changed from here, so the function has no rights; attach the managed policies ${paths} where the role is defined, or import it without \`mutable: false\``);
}

function checkAccount(scope: Construct, { node, principalAccount }: iam.IRole): void {
  const { account } = Stack.of(scope);
  if (principalAccount === undefined || Token.compareStrings(principalAccount, account) !== TokenComparison.DIFFERENT) return;
  const problems = new Problems(scope);
  problems.add(`a function of account ${account} cannot have a role of another account, got ${JSON.stringify(node.path)} of account ${principalAccount}; change \`role\`, or leave it out`);
  problems.throwIfAny();
}

/** The CDK defines no policies at all where an app has it report them only (`Role.customizeRoles`). */
function isAttached({ node, stack }: iam.ManagedPolicy): boolean {
  const resource = node.defaultChild as iam.CfnManagedPolicy | undefined;
  return resource === undefined || stack.resolve(resource.roles) !== undefined;
}
