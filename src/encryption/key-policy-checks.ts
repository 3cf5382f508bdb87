import { CfnResource } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { keyBehind } from './key-alias';
import { documentOf, grammarProblems } from '../private/policy-document';
import { leastPolicySize } from '../private/policy-size';

/** What KMS takes for the policy of a key. */
const MAXIMUM_SIZE = 32768;

const WATCHED = new WeakSet<CfnResource>();

/** Has the synthesis refuse what KMS would refuse in the policy of a key. That of an imported key is written elsewhere. */
export function watchKeyPolicy(key: kms.IKey): void {
  const resource = keyBehind(key)?.node.defaultChild;
  if (!isKey(resource) || WATCHED.has(resource)) return;
  WATCHED.add(resource);
  resource.node.addValidation({ validate: () => problemsOf(resource) });
}

function isKey(resource: IConstruct | undefined): resource is kms.CfnKey {
  return CfnResource.isCfnResource(resource) && resource.cfnResourceType === kms.CfnKey.CFN_RESOURCE_TYPE_NAME;
}

function problemsOf(resource: kms.CfnKey): string[] {
  const document = documentOf(resource, 'KeyPolicy');
  const problems = grammarProblems(document);
  const size = leastPolicySize(document);
  if (size > MAXIMUM_SIZE) {
    problems.push(`the policy of a key has ${MAXIMUM_SIZE} characters at most, got ${size}; share its secrets with an organisation instead of accounts, or give some of them a key of their own, as \`dedicatedKey: true\` does`);
  }
  return problems;
}
