import type { RemoveRegionsFromReplicationRequest, ReplicaRegionType, ReplicateSecretToRegionsRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { replicationStatus } from './description';
import { invalidParameter, invalidRequest } from '../errors';
import type { Replica, Secret } from '../store/secret';

/** Only the books are kept: there is no other Region here in which a replica could be read. */
export function replicateSecretToRegions(input: ReplicateSecretToRegionsRequest, context: Context): Output {
  const secret = context.store.findActive(input.SecretId!);
  const replicas = newReplicas(input.AddReplicaRegions!, context);
  const taken = replicas.find(({ region }) => secret.replicas?.some((replica) => replica.region === region));
  if (taken !== undefined) throw invalidParameter(`The secret is already replicated to Region ${taken.region}.`);
  secret.replicas = [...secret.replicas ?? [], ...replicas];
  secret.lastChanged = context.clock.now();
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) };
}

export function removeRegionsFromReplication(input: RemoveRegionsFromReplicationRequest, { store, clock }: Context): Output {
  const secret = store.findActive(input.SecretId!);
  const replicas = existingReplicas(secret);
  const unknown = input.RemoveReplicaRegions!.find((region) => !replicas.some((replica) => replica.region === region));
  if (unknown !== undefined) throw invalidParameter(`The secret is not replicated to Region ${unknown}.`);
  const remaining = replicas.filter(({ region }) => !input.RemoveReplicaRegions!.includes(region));
  secret.replicas = remaining.length === 0 ? undefined : remaining;
  secret.lastChanged = clock.now();
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) ?? [] };
}

/** Must be called in the Region of the replica, and here is only the primary. */
export function stopReplicationToReplica({ SecretId: id }: { SecretId?: string }, { store }: Context): Output {
  store.findActive(id!);
  throw invalidRequest("Operation not permitted on a primary secret. Call must be made in the replica secret's region.");
}

export function newReplicas(regions: readonly ReplicaRegionType[], { settings }: Context): Replica[] {
  const names = regions.map(({ Region: region }) => region);
  if (names.includes(undefined)) throw invalidParameter('Each replica must have a Region.');
  if (names.includes(settings.region)) throw invalidParameter('Invalid replica region.');
  if (new Set(names).size < names.length) throw invalidParameter('Replica Regions must be unique.');
  return regions.map(({ Region: region, KmsKeyId: kmsKeyId }) => ({ region: region!, kmsKeyId, status: 'InSync', message: 'Replication succeeded' }));
}

function existingReplicas({ replicas }: Secret): Replica[] {
  if (replicas === undefined) throw invalidRequest('The secret is not replicated to any Region.');
  return replicas;
}
