import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * What the policy of a secret says besides who may read it.
 *
 * The policy always denies connections without TLS, and is refused by the service when it is public
 * (`BlockPublicPolicy`). It has 20,480 characters at most; a longer one is an error at synthesis, and so is a statement
 * about another resource than the secret, or with a mistyped action, version or effect. An action that this library does
 * not know at all is a warning.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export interface SecretPolicyOptions {
  /**
   * The organisation (`o-…`) whose principals alone may use the secret, whatever else allows it. The account of the
   * secret and AWS services are never shut out; accounts outside of the organisation are let in by `trustedAccounts`.
   *
   * @default - the policy shuts no organisation out
   */
  readonly organizationId?: string;

  /**
   * The accounts whose principals alone may use the secret, besides `organizationId`: for estates without AWS
   * Organizations. The account of the secret and AWS services are never shut out; an empty list means that account only.
   *
   * @default - the policy shuts no account out
   */
  readonly trustedAccounts?: string[];

  /**
   * The endpoints for Secrets Manager through which alone the value can be read. This also shuts out whoever reads it
   * from elsewhere: RDS Proxy, dynamic references of CloudFormation, operators in the console, the rotation function of
   * another VPC. A warning says so. Endpoints of other accounts and VPCs are given by their ids.
   *
   * @default - the value can be read from every network
   */
  readonly vpcEndpoints?: ec2.IVpcEndpoint[];

  /**
   * Statements that your organisation wants in the policy of each secret. Each needs a `sid`, and no two the same. A
   * Deny with the `sid` of a statement of this library (`DenyInsecureTransport`, `DenyOutsidePerimeter`,
   * `DenyOutsideVpcEndpoints`) takes its place, as landing zone accelerators do that merge policies by `Sid`.
   *
   * @default - none
   */
  readonly policyStatements?: iam.PolicyStatement[];
}
