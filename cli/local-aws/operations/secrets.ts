import type { CreateSecretRequest, DeleteSecretRequest, UpdateSecretRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output, Wire } from '../context';
import { contentOf, requireToken, writeVersion } from './content';
import { replicationStatus } from './description';
import { newReplicas } from './replication';
import { setTags } from './tags';
import { randomText } from '../environment';
import { invalidParameter, invalidRequest, markedForDeletion, resourceExists } from '../errors';
import { Secret, sameContent, seconds } from '../store/secret';
import { checkName, resourceOf } from '../store/secret-store';
import { CURRENT } from '../store/versions';

const DAY = 86_400_000;
const MINIMUM_WINDOW = 7;
const MAXIMUM_WINDOW = 30;
const SUFFIX_LENGTH = 6;

export function createSecret(input: Wire<CreateSecretRequest> & { Type?: string }, context: Context): Output {
  const { store, clock } = context;
  const name = input.Name!;
  checkName(name);
  const content = contentOf(input);
  if (content !== undefined) requireToken(input.ClientRequestToken, invalidRequest);
  const existing = store.byName(name);
  if (existing !== undefined) return createAgain(existing, input, content);

  const now = clock.now();
  const secret: Secret = {
    name,
    arn: newArn(name, context),
    created: now,
    lastChanged: now,
    type: input.Type,
    description: input.Description || undefined,
    kmsKeyId: input.KmsKeyId || undefined,
    versions: new Map(),
    replicas: input.AddReplicaRegions && newReplicas(input.AddReplicaRegions, context),
  };
  if (input.Tags) setTags(secret, input.Tags);
  const version = content && writeVersion(secret, input.ClientRequestToken!, content, [CURRENT], now);
  store.add(secret);
  return { ARN: secret.arn, Name: name, VersionId: version?.id, ReplicationStatus: replicationStatus(secret) };
}

/** A request that is repeated with its token succeeds again. */
function createAgain(secret: Secret, input: Wire<CreateSecretRequest>, content: ReturnType<typeof contentOf>): Output {
  if (secret.deletion !== undefined) {
    throw invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");
  }
  const version = secret.versions.get(input.ClientRequestToken ?? '');
  if (version === undefined || content === undefined) throw resourceExists(`The operation failed because the secret ${secret.name} already exists.`);
  if (version.content === undefined || !sameContent(version.content, content)) {
    throw resourceExists(`You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${secret.arn}.`);
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
}

export function updateSecret(input: Wire<UpdateSecretRequest> & { Type?: string }, { store, clock }: Context): Output {
  checkName(resourceOf(input.SecretId!) ?? input.SecretId!);
  const content = contentOf(input);
  if (content !== undefined) requireToken(input.ClientRequestToken, invalidRequest);
  const secret = store.findActive(input.SecretId!);
  const now = clock.now();
  const version = content && writeVersion(secret, input.ClientRequestToken!, content, [CURRENT], now);
  if (input.Description !== undefined) secret.description = input.Description || undefined;
  if (input.KmsKeyId !== undefined) changeKey(secret, input.KmsKeyId || undefined);
  secret.lastChanged = now;
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
}

/** The versions with the labels of the service are encrypted anew. */
function changeKey(secret: Secret, kmsKeyId: string | undefined): void {
  secret.kmsKeyId = kmsKeyId;
  for (const version of secret.versions.values()) {
    if ([...version.labels].some((label) => label.startsWith('AWS'))) version.kmsKeyId = kmsKeyId;
  }
}

export function deleteSecret(input: DeleteSecretRequest, context: Context): Output {
  const { store, clock, rotations } = context;
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
  if (force && days !== undefined) throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days !== undefined && (!Number.isInteger(days) || days < MINIMUM_WINDOW || days > MAXIMUM_WINDOW)) {
    throw invalidParameter(`The RecoveryWindowInDays value must be between ${MINIMUM_WINDOW} and ${MAXIMUM_WINDOW} days (inclusive).`);
  }
  const now = clock.now();
  const found = store.lookUp(input.SecretId!);
  if (found === undefined && force) return deletedWithoutTrace(input.SecretId!, context);
  const secret = found ?? store.find(input.SecretId!);
  if (secret.replicas && secret.replicas.length > 0) {
    throw invalidParameter(`You can't delete secret ${secret.name} that still has replica regions [${secret.replicas.map(({ region }) => region).join(', ')}]`);
  }
  if (secret.deletion !== undefined && !force) throw markedForDeletion();
  rotations.cancel(secret);
  secret.deletion = force ? now : now + (days ?? MAXIMUM_WINDOW) * DAY;
  if (force) store.remove(secret);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(secret.deletion) };
}

/** By force, the service deletes also what is not there. */
function deletedWithoutTrace(secretId: string, context: Context): Output {
  const name = resourceOf(secretId) ?? secretId;
  return { ARN: name === secretId ? newArn(name, context) : secretId, Name: name, DeletionDate: seconds(context.clock.now()) };
}

export function restoreSecret({ SecretId: id }: { SecretId?: string }, { store, clock }: Context): Output {
  const secret = store.find(id!);
  if (secret.deletion !== undefined) {
    secret.deletion = undefined;
    secret.lastChanged = clock.now();
  }
  return { ARN: secret.arn, Name: secret.name };
}

function newArn(name: string, { random, settings }: Context): string {
  return `arn:${settings.partition}:secretsmanager:${settings.region}:${settings.accountId}:secret:${name}-${randomText(random, SUFFIX_LENGTH)}`;
}
