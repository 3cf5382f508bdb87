import { CfnElement, Stack } from 'aws-cdk-lib';
import { CfnResourcePolicy, CfnSecret, CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { resourcesBelow } from '../private/late-dependency';
import { secretResource } from '../private/secret-arn';

/** A problem for each other policy of a secret: only the one that is deployed last is in force, without the statements of the others. */
export function secondPolicyProblems(secret: ISecret, policy: CfnResourcePolicy): string[] {
  const stack = Stack.of(secret);
  const owner = secretResource(secret)?.node.scope ?? secret;
  const references = resourcesBelow(owner, CfnSecret.CFN_RESOURCE_TYPE_NAME, CfnSecretTargetAttachment.CFN_RESOURCE_TYPE_NAME)
    .map(({ logicalId }: CfnElement) => JSON.stringify({ Ref: stack.resolve(logicalId) }));
  return (resourcesBelow(stack, policy.cfnResourceType) as CfnResourcePolicy[])
    .filter((other) => other !== policy && references.includes(JSON.stringify(stack.resolve(other.secretId))))
    .map(({ node }) => `the secret has a second policy, ${JSON.stringify(node.path)}, and only the one that is deployed last is in force; add its statements to the secret itself, and where an attachment made it, set the feature flag "@aws-cdk/aws-secretsmanager:useAttachedSecretResourcePolicyForSecretTargetAttachments"`);
}
