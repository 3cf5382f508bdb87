import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { checkOrganization } from './organization-names';
import { Conditions } from '../private/conditions';
import { Problems } from '../private/problems';

/**
 * Conditions on reading a secret. All of those that are given must hold.
 */
export interface SecretReadOptions {
  /**
   * Labels of the versions that may be read. Who asks for no label gets AWSCURRENT, and may do so when it is among them.
   *
   * A version cannot be asked for by its id then, since the request does not tell its labels. Leave this
   * out for caching clients that look the id of a version up and ask by it.
   *
   * @default - all versions
   */
  readonly versionStages?: string[];

  /**
   * VPC endpoints of Secrets Manager that the requests must come through. Services that read for the grantee, such as
   * CloudFormation, do not.
   *
   * @default - from anywhere
   */
  readonly vpcEndpoints?: ec2.IVpcEndpoint[];

  /**
   * Id of the organisation that the caller's account must be in, such as `o-a1b2c3d4e5`.
   *
   * @default - any
   */
  readonly organizationId?: string;

  /**
   * Keys of tags that must have the same value at the caller (role or session) and at the secret. A tag that one of them lacks does
   * not match.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
   *
   * @default - tags do not matter
   */
  readonly matchingTags?: string[];
}

/**
 * Conditions on reading secrets in batches.
 */
export interface SecretBatchReadOptions extends SecretReadOptions {
  /**
   * Whether the grantee may select secrets by filters instead of naming them. It may list all secrets of the account and Region
   * then: names, tags and dates, no values.
   *
   * @default false
   */
  readonly withFilters?: boolean;
}

/** The conditions, by the statements that they can stand in. */
export interface ReadConditions {
  /** About the caller: in all statements, those on the key too. */
  readonly caller: Conditions;

  /** About the way of the request to Secrets Manager. The key is used by the service, which comes another way. */
  readonly request: Conditions;

  /** About the secret. A key has tags of its own. */
  readonly secret: Conditions;

  /** About the version: only in a statement on reading the value. */
  readonly version: Conditions;
}

const CURRENT = 'AWSCURRENT';

/** @throws an error that lists all options that cannot work */
export function readConditions(scope: IConstruct, options: SecretReadOptions): ReadConditions {
  validate(scope, options);
  const { versionStages, vpcEndpoints, organizationId, matchingTags } = options;
  return {
    caller: organizationId ? { StringEquals: { 'aws:PrincipalOrgID': organizationId } } : {},
    request: vpcEndpoints ? { StringEquals: { 'aws:SourceVpce': vpcEndpoints.map(({ vpcEndpointId }) => vpcEndpointId) } } : {},
    secret: matchingTags ? { StringEquals: Object.fromEntries(matchingTags.map((key) => [`aws:ResourceTag/${key}`, `\${aws:PrincipalTag/${key}}`])) } : {},
    version: versionStages ? versionConditions(versionStages) : {},
  };
}

/** A caller who leaves the label out means AWSCURRENT; one who gives the id of a version need not name a label. */
function versionConditions(stages: string[]): Conditions {
  const operator = stages.includes(CURRENT) ? 'StringEqualsIfExists' : 'StringEquals';
  return { [operator]: { 'secretsmanager:VersionStage': stages }, Null: { 'secretsmanager:VersionId': 'true' } };
}

function validate(scope: IConstruct, { versionStages, vpcEndpoints, organizationId, matchingTags }: SecretReadOptions): void {
  const problems = new Problems(scope);
  for (const [name, list] of Object.entries({ versionStages, vpcEndpoints, matchingTags })) {
    if (list?.length === 0) problems.add(`\`${name}\` is empty, so nobody could read; name at least one, or leave it out`);
  }
  checkOrganization(problems, organizationId);
  problems.throwIfAny();
}
