import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Conditions } from './conditions';
import { isInEnvironmentOf } from './environments';

/**
 * The ARN of a key as the policy of a grantee names it.
 *
 * A key has no name of its own, so the app cannot tell its ARN in another account or Region; an alias cannot stand for the key
 * in a policy. Then these are all keys of the account there, which conditions have to narrow down.
 */
export function keyArnForPolicy(key: IKey): string {
  if (isAlias(key)) return anyKeyArn(key);
  if (!CfnResource.isCfnResource(key.node.defaultChild)) return key.keyArn;
  return Lazy.uncachedString({ produce: ({ scope }) => isInEnvironmentOf(key, scope) ? key.keyArn : anyKeyArn(key) });
}

/** Conditions that narrow all keys of an account down to the one that has an alias. */
export function aliasConditions(key: IKey): Conditions {
  return isAlias(key) ? { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': key.keyId } } : {};
}

function isAlias(key: IKey): boolean {
  const id: unknown = Stack.of(key).resolve(key.keyId);
  return typeof id === 'string' && id.startsWith('alias/');
}

/** All keys of the account of a key, in a Region. */
export function anyKeyArn({ env, stack }: IKey, region: string = env.region): string {
  return stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*', account: env.account, region });
}
