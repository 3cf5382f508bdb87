import type { UpdateSecretVersionStageRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { invalidParameter, valueNotFound } from '../errors';
import type { Secret, Version } from '../store/secret';
import { CURRENT, holderOf, moveLabels, pruneVersions } from '../store/versions';

export function updateSecretVersionStage(input: UpdateSecretVersionStageRequest, { store, clock }: Context): Output {
  const secret = store.findActive(input.SecretId!);
  const { VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = input;
  if (to === undefined && from === undefined) {
    throw invalidParameter('You must provide a value for MoveToVersionId, RemoveFromVersionId, or both.');
  }
  const target = to === undefined ? undefined : versionOf(secret, to);
  if (from !== undefined) versionOf(secret, from);
  const holder = holderOf(secret, label!);
  if (target === undefined || holder !== target) checkHolder(label!, holder, from);
  if (target !== undefined) {
    moveLabels(secret, [label!], target);
  } else {
    if (label === CURRENT) throw invalidParameter(`You can't remove the staging label ${CURRENT}; you can only move it to another version.`);
    holder!.labels.delete(label!);
  }
  const now = clock.now();
  secret.lastChanged = now;
  pruneVersions(secret, now);
  return { ARN: secret.arn, Name: secret.name };
}

function checkHolder(label: string, holder: Version | undefined, from: string | undefined): void {
  if (from === holder?.id) return;
  if (from === undefined) {
    throw invalidParameter(`The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder!.id}, so you must explicitly reference that version in RemoveFromVersionId.`);
  }
  throw invalidParameter(`When you move staging label ${label}, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label ${label}.`);
}

function versionOf(secret: Secret, id: string): Version {
  const version = secret.versions.get(id);
  if (version === undefined) throw valueNotFound(`VersionId: ${id}`);
  return version;
}
