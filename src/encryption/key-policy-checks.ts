import { CfnResource } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { keyBehind } from './key-alias';
import { documentOf, grammarProblems } from '../private/policy-document';

const WATCHED = new WeakSet<CfnResource>();

/** Has the synthesis refuse what KMS would refuse in the policy of a key. That of an imported key is written elsewhere. */
export function watchKeyPolicy(key: kms.IKey): void {
  const resource = keyBehind(key)?.node.defaultChild;
  if (!isKey(resource) || WATCHED.has(resource)) return;
  WATCHED.add(resource);
  resource.node.addValidation({ validate: () => grammarProblems(documentOf(resource, 'KeyPolicy')) });
}

function isKey(resource: IConstruct | undefined): resource is kms.CfnKey {
  return CfnResource.isCfnResource(resource) && resource.cfnResourceType === kms.CfnKey.CFN_RESOURCE_TYPE_NAME;
}
