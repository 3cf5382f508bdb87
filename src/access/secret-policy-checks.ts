import { Annotations, Stack } from 'aws-cdk-lib';
import { CfnResourcePolicy, CfnSecret, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { isOfOtherService, unknownAction } from './known-actions';
import { resourcesBelow } from '../private/late-dependency';
import { patternDistance } from '../private/pattern-distance';
import { documentOf, grammarProblems, nameOf, PolicyDocument, PolicyStatement, statementsOf } from '../private/policy-document';
import { leastPolicySize, withoutFunctions } from '../private/policy-size';
import { secretArnPattern, secretResource } from '../private/secret-arn';
import { referenceTo, StackIndex } from '../private/stack-index';

const POLICIES = new StackIndex<CfnResourcePolicy>(CfnResourcePolicy.CFN_RESOURCE_TYPE_NAME, ({ secretId }) => secretId);
const SECRETS = new StackIndex<CfnSecret>(CfnSecret.CFN_RESOURCE_TYPE_NAME, referenceTo);

/** What Secrets Manager takes for the policy of a secret. */
const MAXIMUM_SIZE = 20480;

/** Has the synthesis refuse what is wrong with the policy of a secret, and warn of what may be. */
export function watchSecretPolicy(secret: ISecret, policy: CfnResourcePolicy): void {
  const stack = Stack.of(secret);
  POLICIES.watch(stack);
  SECRETS.watch(stack);
  policy.node.scope!.node.addValidation({ validate: () => problemsOf(secret, policy) });
}

/** As the policy stands in the template. */
function problemsOf(secret: ISecret, policy: CfnResourcePolicy): string[] {
  const document = documentOf(policy, 'ResourcePolicy');
  return [
    ...grammarProblems(document),
    ...statementsOf(document).flatMap((statement) => [
      ...everybodyProblems(statement), ...actionProblems(policy, statement), ...resourceProblems(secret, statement),
    ]),
    ...sizeProblems(document),
    ...secondPolicyProblems(secret, policy),
  ];
}

function everybodyProblems(statement: PolicyStatement): string[] {
  const { Effect, Principal, NotPrincipal, Condition } = statement;
  if (Effect !== 'Allow' || Condition !== undefined) return [];
  const named = typeof Principal === 'object' ? [Principal.AWS].flat() : [Principal];
  if (!named.includes('*') && NotPrincipal === undefined) return [];
  return [`${nameOf(statement)} allows everybody without a condition; name the principals, or add a condition such as aws:PrincipalOrgID`];
}

/** An Allow of an action that does not exist gives nobody a right; a Deny of it protects nothing. */
function actionProblems(policy: CfnResourcePolicy, statement: PolicyStatement): string[] {
  const problems: string[] = [];
  // Those of other services are only superfluous where a statement is about all but them.
  const actions = [...textsOf(statement.Action), ...textsOf(statement.NotAction).filter((action) => !isOfOtherService(action))];
  for (const action of actions) {
    const unknown = unknownAction(action);
    if (!unknown) continue;
    const got = `got ${JSON.stringify(action)}`;
    if (unknown.isMistake) {
      problems.push(`${nameOf(statement)} must be about actions of Secrets Manager, ${got}, which is none; ${unknown.nearest ? `change it, perhaps to "${unknown.nearest}"` : 'change it, or leave it out'}`);
    } else {
      Annotations.of(policy).addWarningV2('cdk-guarded-secrets:unknownAction',
        `${nameOf(statement)} has no effect if Secrets Manager does not have its action, ${got}, which this library does not know; change it, perhaps to "${unknown.nearest}", or acknowledge this if AWS added the action`);
    }
  }
  return problems;
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}

/** The policy of a secret can speak of that secret only, under its ARN of each Region that it is replicated to. */
function resourceProblems(secret: ISecret, statement: PolicyStatement): string[] {
  const own = secretArnPattern(secret);
  return [statement.Resource].flat().filter((resource) => resource !== undefined && !isSecret(secret, own, resource)).map((resource) =>
    `${nameOf(statement)} must be about the secret itself, got the resource ${JSON.stringify(resource)}; change it to "*", which means the secret and its replicas`);
}

function isSecret(secret: ISecret, own: string, resource: unknown): boolean {
  const pattern = withoutFunctions(resource, () => '*');
  return typeof pattern === 'string' && haveArnInCommon(pattern, own) && (pattern === resource || !isOtherSecret(secret, resource));
}

/** Part by part, where both have all parts of an ARN: a wildcard would reach over the colons, which the names of secrets do not have. */
function haveArnInCommon(one: string, other: string): boolean {
  const [parts, otherParts] = [one, other].map((arn) => arn.split(':'));
  if (parts.length !== otherParts.length) return patternDistance(one, other) === 0;
  return parts.every((part, index) => patternDistance(part, otherParts[index]) === 0);
}

/** What is computed may be any ARN; of references it is known what they are. */
function isOtherSecret(secret: ISecret, resource: unknown): boolean {
  return SECRETS.find(Stack.of(secret), resource).some((other) => other !== secretResource(secret));
}

function sizeProblems(document: PolicyDocument): string[] {
  const size = leastPolicySize(document);
  if (size <= MAXIMUM_SIZE) return [];
  return [`the policy of a secret has ${MAXIMUM_SIZE} characters at most, got ${size}; share with an organisation or with accounts instead of many roles, or remove statements`];
}

/** A problem for each other policy of a secret: only the one that is deployed last is in force, without the statements of the others. */
function secondPolicyProblems(secret: ISecret, policy: CfnResourcePolicy): string[] {
  const owner = secretResource(secret)?.node.scope ?? secret;
  return resourcesBelow(owner, CfnSecret.CFN_RESOURCE_TYPE_NAME, CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME)
    .flatMap((resource) => POLICIES.find(Stack.of(secret), referenceTo(resource)))
    .filter((other) => other !== policy)
    .map(({ node }) => `the secret has a second policy, ${JSON.stringify(node.path)}, and only the one that is deployed last is in force; add its statements to the secret itself, and where an attachment made it, set the feature flag "@aws-cdk/aws-secretsmanager:useAttachedSecretResourcePolicyForSecretTargetAttachments"`);
}
