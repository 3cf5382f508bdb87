import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { guardStatements, isOwnSid } from './guard-statements';
import { checkAccounts, checkOrganization } from './organization-names';
import { watchSecretPolicy } from './secret-policy-checks';
import { SecretPolicyOptions } from './secret-policy-options';
import { Problems } from '../private/problems';
import { markClosed } from '../private/secret-perimeters';

/**
 * Closes a secret of this app to the public, to clear-text connections, and to whom the options shut out.
 *
 * A secret has one policy, so later statements (`secret.addToResourcePolicy`) go into the same. They are checked at
 * synthesis.
 */
export function closeToOthers(secret: secretsmanager.ISecret, options: SecretPolicyOptions = {}): secretsmanager.CfnResourcePolicy {
  const [policy] = guardStatements(secret, options).map((statement) => secret.addToResourcePolicy(statement).policyDependable as secretsmanager.ResourcePolicy);
  const resource = policy.node.defaultChild as secretsmanager.CfnResourcePolicy;
  resource.blockPublicPolicy = true;
  watchSecretPolicy(secret, resource);
  markClosed(secret, options);
  return resource;
}

/** Adds what is wrong with the options of a policy. */
export function checkPolicyOptions(problems: Problems, options: SecretPolicyOptions): void {
  const { organizationId, trustedAccounts, vpcEndpoints, policyStatements = [] } = options;
  checkOrganization(problems, organizationId);
  checkAccounts(problems, 'trustedAccounts', trustedAccounts);
  if (vpcEndpoints?.length === 0) {
    problems.add('without an endpoint nobody could read the secret, got an empty list; name the endpoints, or leave out `vpcEndpoints`');
  }
  const sids = policyStatements.map(({ sid }) => sid);
  if (sids.includes(undefined)) {
    problems.add('each statement of an organisation needs a sid, by which it is told from others, got one without; change `policyStatements`');
  }
  for (const sid of new Set(sids.filter((name, index) => name !== undefined && sids.indexOf(name) < index))) {
    problems.add(`the policy of a secret takes each sid once, got ${JSON.stringify(sid)} twice; change \`policyStatements\``);
  }
  // A secret must not be opened by the mere name of a statement.
  const allowing = policyStatements.filter(({ sid, effect }) => isOwnSid(sid) && effect !== iam.Effect.DENY);
  for (const { sid } of allowing) {
    problems.add(`only a Deny can take the place of the statement ${JSON.stringify(sid)}, got an Allow; change its sid in \`policyStatements\``);
  }
}
