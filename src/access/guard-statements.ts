import * as iam from 'aws-cdk-lib/aws-iam';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretPolicyOptions } from './secret-policy-options';
import { Conditions } from '../private/conditions';

/** The names of the statements that this library makes itself. */
const INSECURE_TRANSPORT = 'DenyInsecureTransport';
const OUTSIDE_PERIMETER = 'DenyOutsidePerimeter';
const OUTSIDE_ENDPOINTS = 'DenyOutsideVpcEndpoints';

/** A principal of AWS itself has neither organisation nor account nor endpoint of yours. */
const NO_AWS_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

/** Whether this library names a statement so. */
export function isOwnSid(sid: string | undefined): boolean {
  return sid === INSECURE_TRANSPORT || sid === OUTSIDE_PERIMETER || sid === OUTSIDE_ENDPOINTS;
}

/** The statements of the policy of a guarded secret. A statement of the organisation takes the place of ours by its Sid. */
export function guardStatements(secret: ISecret, options: SecretPolicyOptions): iam.PolicyStatement[] {
  const { policyStatements = [] } = options;
  const replaced = new Set(policyStatements.map(({ sid }) => sid));
  return [...ownStatements(secret, options).filter(({ sid }) => !replaced.has(sid)), ...policyStatements];
}

function ownStatements(secret: ISecret, options: SecretPolicyOptions): iam.PolicyStatement[] {
  const { organizationId, trustedAccounts, vpcEndpoints } = options;
  const statements = [deny(INSECURE_TRANSPORT, 'secretsmanager:*', { Bool: { 'aws:SecureTransport': 'false' } })];
  if (organizationId !== undefined || trustedAccounts) {
    statements.push(deny(OUTSIDE_PERIMETER, 'secretsmanager:*', {
      // All must differ. The own account stands here too: with a mistyped organisation nobody could change the policy.
      StringNotEqualsIfExists: {
        ...(organizationId !== undefined && { 'aws:PrincipalOrgID': organizationId }),
        'aws:PrincipalAccount': [secret.env.account, ...trustedAccounts ?? []],
      },
      ...NO_AWS_SERVICE,
    }));
  }
  if (vpcEndpoints) {
    statements.push(deny(OUTSIDE_ENDPOINTS, 'secretsmanager:GetSecretValue', {
      StringNotEqualsIfExists: { 'aws:SourceVpce': vpcEndpoints.map(({ vpcEndpointId }) => vpcEndpointId) },
      ...NO_AWS_SERVICE,
    }));
  }
  return statements;
}

function deny(sid: string, action: string, conditions: Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: [action],
    // The policy is copied to replicas, whose ARNs differ.
    resources: ['*'],
    conditions,
  });
}
