import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { resourcesBelow } from './late-dependency';

/** A policy as it stands in the template. */
export interface PolicyDocument {
  readonly Version?: unknown;
  readonly Statement?: PolicyStatement | PolicyStatement[];
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

/** The statements of a policy. */
export function statementsOf({ Statement }: PolicyDocument): PolicyStatement[] {
  return Statement === undefined ? [] : [Statement].flat();
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
