import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { resourcesBelow } from './late-dependency';

/** A policy as it stands in the template. */
export interface PolicyDocument {
  readonly Version?: unknown;
  readonly Statement?: unknown;
}

/** A statement as it stands in the template. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: string | { readonly AWS?: string | string[] };
  readonly NotPrincipal?: unknown;
  readonly Condition?: unknown;
}

const VERSIONS = ['2012-10-17', '2008-10-17'];
const EFFECTS = ['Allow', 'Deny'];

/** The policy in a property of a resource, with what overrides and Aspects made of it. */
export function documentOf(resource: CfnResource, property: string): PolicyDocument {
  const stack = Stack.of(resource);
  const { Resources } = stack.resolve(resource._toCloudFormation());
  return Resources?.[stack.resolve(resource.logicalId)]?.Properties?.[property] ?? {};
}

/** The statements of a policy, each branch of a condition of the template too. What only a deployment knows is none. */
export function statementsOf({ Statement }: PolicyDocument): PolicyStatement[] {
  return [Statement].flat().flatMap(branchesOf);
}

function branchesOf(statement: unknown): PolicyStatement[] {
  if (typeof statement !== 'object' || statement === null) return [];
  const [name, ...others] = Object.keys(statement);
  if (others.length > 0 || (name !== 'Ref' && !name?.startsWith('Fn::'))) return [statement as PolicyStatement];
  const argument: unknown = Object.values(statement)[0];
  return name === 'Fn::If' && Array.isArray(argument) ? argument.slice(1).flat().flatMap(branchesOf) : [];
}

/** What to call a statement in a message. */
export function nameOf({ Sid, Action, NotAction }: PolicyStatement): string {
  return `the statement ${JSON.stringify(Sid ?? Action ?? NotAction)}`;
}

/** What IAM would refuse in any policy, and the validator of the CDK lets through. */
export function grammarProblems(document: PolicyDocument): string[] {
  const problems: string[] = [];
  const { Version } = document;
  if (typeof Version === 'string' && !VERSIONS.includes(Version)) {
    problems.push(`the version of a policy must be "2012-10-17" or "2008-10-17", got ${JSON.stringify(Version)}; change its Version`);
  }
  for (const statement of statementsOf(document).filter(({ Effect }) => typeof Effect !== 'object' && !EFFECTS.includes(String(Effect)))) {
    problems.push(`${nameOf(statement)} must have the effect "Allow" or "Deny", got ${JSON.stringify(statement.Effect) ?? 'none'}; change its Effect`);
  }
  return problems;
}

const WATCHED = new WeakSet<IConstruct>();

/** Has the synthesis refuse what IAM would refuse in the policies below a construct, whoever wrote the statements. */
export function watchIdentityPolicies(owner: IConstruct): void {
  if (WATCHED.has(owner)) return;
  WATCHED.add(owner);
  owner.node.addValidation({
    validate: () => resourcesBelow(owner, CfnPolicy.CFN_RESOURCE_TYPE_NAME, CfnManagedPolicy.CFN_RESOURCE_TYPE_NAME)
      .flatMap((resource) => grammarProblems(documentOf(resource, 'PolicyDocument'))
        .map((problem) => `in the policy ${JSON.stringify(resource.node.path)}: ${problem}`)),
  });
}
