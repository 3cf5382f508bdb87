import type { Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { invalidParameter, limitExceeded } from '../errors';
import type { Secret } from '../store/secret';

const MAXIMUM_TAGS = 50;

export function tagResource({ SecretId: id, Tags: tags }: TagResourceRequest, { store, clock }: Context): Output {
  const secret = store.findActive(id!);
  setTags(secret, tags!);
  secret.lastChanged = clock.now();
  return {};
}

export function untagResource({ SecretId: id, TagKeys: keys }: UntagResourceRequest, { store, clock }: Context): Output {
  const secret = store.findActive(id!);
  for (const key of keys!) secret.tags?.delete(key);
  secret.lastChanged = clock.now();
  return {};
}

export function setTags(secret: Secret, tags: readonly Tag[]): void {
  const keys = tags.map(({ Key: key }) => key);
  if (keys.includes(undefined)) throw invalidParameter('Each tag must have a key.');
  if (new Set(keys).size < keys.length) throw invalidParameter('Tag keys must be unique.');
  if (new Set([...secret.tags?.keys() ?? [], ...keys]).size > MAXIMUM_TAGS) {
    throw limitExceeded(`You can't attach more than ${MAXIMUM_TAGS} tags to a secret.`);
  }
  secret.tags ??= new Map();
  for (const { Key: key, Value: value } of tags) secret.tags.set(key!, value ?? '');
}
