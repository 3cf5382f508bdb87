import * as kms from 'aws-cdk-lib/aws-kms';

/**
 * The key that an alias names, else the key itself: a policy that names the ARN of an alias allows nothing. It is
 * undefined for an alias that was imported by its name.
 */
export function keyBehind(key: kms.IKey): kms.IKey | undefined {
  if (!isAlias(key)) return key;
  try {
    return key.aliasTargetKey;
  } catch {
    // So the CDK says that it does not know the key.
    return undefined;
  }
}

/** What to say about an alias behind which no key is known. */
export function unknownKeyProblem({ node }: kms.IKey): string {
  return `the key ${JSON.stringify(node.path)} is an alias that does not say which key it names, and policies cannot name an alias; import the key by its ARN as \`encryptionKey\``;
}

export function isAlias(key: kms.IKey): key is kms.IAlias {
  return 'aliasTargetKey' in key;
}
