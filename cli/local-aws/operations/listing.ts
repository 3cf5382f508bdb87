import type { ListSecretsRequest, ListSecretVersionIdsRequest, SortByType } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { describe } from './description';
import { matchesFilters } from './filters';
import { page } from './paging';
import { Secret, seconds } from '../store/secret';
import { sortedLabels, versionsToStages } from '../store/versions';

const PAGE_SIZE = 100;

const SORT_KEYS: { readonly [key in SortByType]: (secret: Secret) => string | number } = {
  'created-date': ({ created }) => created,
  'last-accessed-date': ({ lastAccessed }) => lastAccessed ?? 0,
  'last-changed-date': ({ lastChanged }) => lastChanged,
  'name': ({ name }) => name,
};

export function listSecrets(input: ListSecretsRequest & { SortBy?: SortByType }, context: Context): Output {
  const key = SORT_KEYS[input.SortBy ?? 'created-date'];
  const sign = input.SortOrder === 'desc' ? -1 : 1;
  const secrets = context.store.all()
    .filter((secret) => input.IncludePlannedDeletion || secret.deletion === undefined)
    .filter((secret) => matchesFilters(secret, input.Filters ?? [], context))
    .sort((one, other) => sign * compare(key(one), key(other)));
  const { items, nextToken } = page(secrets, input.NextToken, input.MaxResults ?? PAGE_SIZE);
  return {
    SecretList: items.map((secret) => ({ ...describe(secret, context), SecretVersionsToStages: versionsToStages(secret) })),
    NextToken: nextToken,
  };
}

export function listSecretVersionIds(input: ListSecretVersionIdsRequest, { store }: Context): Output {
  const secret = store.find(input.SecretId!);
  const versions = [...secret.versions.values()].filter(({ labels }) => input.IncludeDeprecated || labels.size > 0);
  const { items, nextToken } = page(versions, input.NextToken, input.MaxResults ?? PAGE_SIZE);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: items.map((version) => ({
      VersionId: version.id,
      VersionStages: version.labels.size === 0 ? undefined : sortedLabels(version),
      LastAccessedDate: version.lastAccessed === undefined ? undefined : seconds(version.lastAccessed),
      CreatedDate: seconds(version.created),
      KmsKeyIds: [version.kmsKeyId ?? 'DefaultEncryptionKey'],
    })),
    NextToken: nextToken,
  };
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
