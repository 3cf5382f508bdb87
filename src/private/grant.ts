import { Annotations, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Conditions } from './conditions';
import { watchIdentityPolicies } from './policy-document';

/** What is allowed, in the policy of the grantee and in that of the resource. */
export interface GrantOnOptions {
  readonly grantee: iam.IGrantable;
  readonly actions: string[];
  readonly resource: ISecret | IKey;
  readonly resourceArn: string;
  readonly identityConditions: Conditions;
  readonly resourceConditions: Conditions;

  /** Whether the owner of the resource allows it by a share, so that only the policy of the grantee is missing. */
  readonly sharedByOwner: boolean;
}

/** The account of a grantee. Services, organisations and everybody have none; the CDK does not look into ARNs. */
export function accountOf({ grantPrincipal }: iam.IGrantable): string | undefined {
  const { principalAccount, policyFragment } = grantPrincipal;
  if (principalAccount !== undefined) return principalAccount;
  const [arn, ...others]: string[] = [policyFragment.principalJson.AWS ?? []].flat();
  return others.length === 0 && arn?.startsWith('arn:') ? arn.split(':')[4] : undefined;
}

/** How the accounts of a resource and of a grantee compare. */
export function compareAccounts(resource: ISecret | IKey, grantee: iam.IGrantable): TokenComparison | undefined {
  const account = accountOf(grantee);
  return account === undefined ? undefined : Token.compareStrings(resource.env.account, account);
}

/** Allows actions in the policy of the grantee. */
export function grantInIdentity(options: iam.GrantOnPrincipalOptions): iam.Grant {
  const { grantPrincipal } = options.grantee;
  if (Construct.isConstruct(grantPrincipal)) watchIdentityPolicies(grantPrincipal);
  return iam.Grant.addToPrincipal(options);
}

/**
 * Allows actions in the policy of the grantee, and in that of the resource where the first does not suffice: for
 * another account, or a principal without a policy.
 *
 * `Grant.addToPrincipalOrResource` would leave the conditions out of the policy of the resource.
 */
export function grantOn(options: GrantOnOptions): iam.Grant {
  const { grantee, actions, resource, resourceArn, identityConditions, resourceConditions, sharedByOwner } = options;
  const inIdentity = grantInIdentity({ grantee, actions, conditions: identityConditions, resourceArns: [resourceArn] });
  if (inIdentity.success && sharedByOwner) return inIdentity;
  const accounts = compareAccounts(resource, grantee);
  if (inIdentity.success && (accounts === TokenComparison.SAME || accounts === TokenComparison.BOTH_UNRESOLVED)) return inIdentity;

  checkPrincipal(options);
  // The policy of a secret is copied to its replicas, whose ARNs differ; in the policy of a key only `*` has a meaning.
  const statement = new iam.PolicyStatement({ actions, conditions: resourceConditions, principals: [grantee.grantPrincipal], resources: ['*'] });
  if (resource.addToResourcePolicy(statement).statementAdded) {
    // Only this gives a `Grant` of a statement. A statement that is added twice is rendered once.
    return inIdentity.combine(iam.Grant.addStatementToResourcePolicy({ grantee, actions, resourceArns: [resourceArn], resource, statement }));
  }
  if (!inIdentity.success || accounts === TokenComparison.DIFFERENT) {
    Annotations.of(resource).addWarningV2('cdk-guarded-secrets:grantNeedsResourcePolicy',
      `the policy of the imported ${JSON.stringify(resource.node.path)} cannot be changed from here; allow ${actions.join(', ')} for the grantee in it, where it is defined`);
  }
  return inIdentity;
}

/** A statement for everybody that has no condition. The service would refuse it at deployment. */
function checkPrincipal({ grantee, resource, resourceConditions }: GrantOnOptions): void {
  const { principalJson, conditions } = grantee.grantPrincipal.policyFragment;
  const hasConditions = Object.keys({ ...resourceConditions, ...conditions }).length > 0;
  if (!hasConditions && Object.values(principalJson).flat().includes('*')) {
    throw new Error(`${resource.node.path}: a grant to everybody would make it public, got "*" without a condition; name roles, an account (iam.AccountPrincipal) or an organisation (iam.OrganizationPrincipal)`);
  }
}
