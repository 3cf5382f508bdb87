import type { BatchGetSecretValueRequest, GetSecretValueRequest, PutSecretValueRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output, Wire } from '../context';
import { contentOf, requireToken, writeVersion } from './content';
import { matchesFilters } from './filters';
import { page } from './paging';
import { invalidParameter, invalidRequest, ServiceError, valueNotFound } from '../errors';
import { dayOf, Secret, seconds, Version } from '../store/secret';
import { checkName, resourceOf } from '../store/secret-store';
import { CURRENT, holderOf, sortedLabels } from '../store/versions';

const BATCH_SIZE = 20;

export function getSecretValue(input: GetSecretValueRequest, context: Context): Output {
  return readValue(context.store.findActive(input.SecretId!), input, context);
}

function readValue(secret: Secret, { VersionId: id, VersionStage: stage }: GetSecretValueRequest, { clock }: Context): Output {
  const version = findVersion(secret, id, stage);
  if (version.content === undefined) throw valueNotFound(id === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${id}`);
  secret.lastAccessed = version.lastAccessed = dayOf(clock.now());
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.content,
    VersionStages: version.labels.size === 0 ? undefined : sortedLabels(version),
    CreatedDate: seconds(version.created),
  };
}

function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): Version {
  if (id === undefined) {
    const holder = holderOf(secret, stage ?? CURRENT);
    if (holder === undefined) throw valueNotFound(`staging label: ${stage ?? CURRENT}`);
    return holder;
  }
  const version = secret.versions.get(id);
  if (version === undefined) throw valueNotFound(`VersionId: ${id}`);
  if (stage !== undefined && !version.labels.has(stage)) {
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  return version;
}

export function batchGetSecretValue(input: BatchGetSecretValueRequest, context: Context): Output {
  const { SecretIdList: ids, Filters: filters } = input;
  if ((ids === undefined) === (filters === undefined)) {
    throw invalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.");
  }
  if (input.MaxResults !== undefined && filters === undefined) {
    throw invalidParameter("'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.");
  }
  const { store } = context;
  const targets = ids ?? store.all().filter((secret) => secret.deletion === undefined && matchesFilters(secret, filters!, context)).map(({ arn }) => arn);
  const { items, nextToken } = page(targets, input.NextToken, input.MaxResults ?? BATCH_SIZE);
  const values: Output[] = [];
  const errors: Output[] = [];
  for (const id of items) {
    try {
      values.push(readValue(store.findActive(id), {} as GetSecretValueRequest, context));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      errors.push({ SecretId: id, ErrorCode: error.name, Message: error.message });
    }
  }
  return { SecretValues: values, Errors: errors, NextToken: nextToken };
}

export function putSecretValue(input: Wire<PutSecretValueRequest>, { store, clock }: Context): Output {
  checkName(resourceOf(input.SecretId!) ?? input.SecretId!);
  requireToken(input.ClientRequestToken, invalidRequest);
  const content = contentOf(input);
  if (content === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const secret = store.findActive(input.SecretId!);
  const labels = new Set(input.VersionStages ?? [CURRENT]);
  // The first value of a secret is current, whatever the request says.
  if (secret.versions.size === 0) labels.add(CURRENT);
  const version = writeVersion(secret, input.ClientRequestToken!, content, [...labels], clock.now());
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: sortedLabels(version) };
}
