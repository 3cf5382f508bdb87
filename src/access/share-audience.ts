import { Arn, ArnFormat, Fn, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Conditions } from '../private/conditions';

/** Whom a secret is shared with. */
export interface ShareRecipients {
  readonly accounts?: string[];
  readonly roleArns?: string[];
  readonly organizationId?: string;
  readonly organizationPaths?: string[];
}

/** Principals, and what their requests must show, in one statement. */
export interface Audience {
  /** Part of the Sid. */
  readonly name: string;
  readonly principals: iam.IPrincipal[];
  readonly conditions?: Conditions;
}

/**
 * Whom the policy of the secret lets in.
 *
 * A role is named by a condition on its account: as principal it would have to exist before the policy, but its own
 * policy needs the ARN of the secret.
 */
export function secretAudiences({ accounts = [], roleArns = [], organizationId, organizationPaths = [] }: ShareRecipients): Audience[] {
  const audiences: (Audience | false)[] = [
    accounts.length > 0 && { name: 'Accounts', principals: principalsOf(accounts) },
    roleArns.length > 0 && { name: 'Roles', principals: principalsOf(accountsOfRoles(roleArns)), conditions: { ArnEquals: { 'aws:PrincipalArn': roleArns } } },
    organizationId !== undefined && inOrganization('Organization', organizationId),
    organizationPaths.length > 0 && inPaths(organizationPaths),
  ];
  return audiences.filter((audience) => audience !== false);
}

/** Whom the policy of the key lets in. It knows accounts only, so that it does not grow with roles: the policy of the secret says which. */
export function keyAudiences(recipients: ShareRecipients): Audience[] {
  const accounts = [...new Set([...recipients.accounts ?? [], ...accountsOfRoles(recipients.roleArns)])];
  const { organizationId, organizationPaths } = recipients;
  return [
    ...(accounts.length > 0 ? [{ name: 'Accounts', principals: principalsOf(accounts), conditions: { StringEquals: { 'kms:CallerAccount': accounts } } }] : []),
    ...secretAudiences({ organizationId, organizationPaths }),
  ];
}

/** The accounts of roles. */
export function accountsOfRoles(roleArns: string[] = []): string[] {
  return [...new Set(roleArns.map((roleArn) => Arn.split(roleArn, ArnFormat.SLASH_RESOURCE_NAME).account!))];
}

/** The organisation that a path begins with. */
export function organizationOfPath(path: string): string {
  return Token.isUnresolved(path) ? Fn.select(0, Fn.split('/', path)) : path.split('/')[0];
}

function principalsOf(accounts: string[]): iam.IPrincipal[] {
  return accounts.map((account) => new iam.AccountPrincipal(account));
}

function inOrganization(name: string, organizationId: string): Audience {
  return { name, principals: [new iam.AnyPrincipal()], conditions: { StringEquals: { 'aws:PrincipalOrgID': organizationId } } };
}

/** The organisation stands beside the paths: analysers that look for public policies know that condition best. */
function inPaths(paths: string[]): Audience {
  const organizations = [...new Set(paths.map(organizationOfPath))];
  return {
    name: 'OrganizationPaths',
    principals: [new iam.AnyPrincipal()],
    conditions: { 'StringEquals': { 'aws:PrincipalOrgID': organizations }, 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': paths } },
  };
}
