import type { RotateSecretRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { requireToken } from './content';
import { cannotInvoke, invalidParameter, invalidRequest, tokenInUse } from '../errors';
import { Schedule } from '../schedule';
import type { Secret } from '../store/secret';
import { checkName, resourceOf } from '../store/secret-store';
import { addVersion, CURRENT, holderOf, moveLabels, PENDING } from '../store/versions';

const PREVIOUS_INCOMPLETE = "A previous rotation isn't complete. That rotation will be reattempted.";

export async function rotateSecret(input: RotateSecretRequest, context: Context): Promise<Output> {
  const { store, clock, rotations } = context;
  checkName(resourceOf(input.SecretId!) ?? input.SecretId!);
  requireToken(input.ClientRequestToken, invalidParameter);
  store.findActive(input.SecretId!);
  if (input.RotationRules !== undefined) Schedule.parse(input.RotationRules);
  const functionArn = input.RotationLambdaARN || store.find(input.SecretId!).rotation?.functionArn;
  if (functionArn === undefined) throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  if (!await rotations.canInvoke(functionArn)) throw cannotInvoke();

  // Found again: the check of the function took time.
  const secret = store.findActive(input.SecretId!);
  const token = input.ClientRequestToken!;
  const answer = { ARN: secret.arn, Name: secret.name, VersionId: token };
  if (isRepeated(secret, token, context)) return answer;
  reattemptPrevious(secret, context);

  const now = clock.now();
  const current = holderOf(secret, CURRENT);
  const probe = input.RotateImmediately === false;
  const content = probe && context.settings.probeValue === 'copy' ? current?.content : undefined;
  moveLabels(secret, [PENDING], addVersion(secret, token, now, content));
  secret.rotation = { functionArn, rules: input.RotationRules ?? secret.rotation?.rules, enabled: true };
  secret.lastChanged = now;
  rotations.start(secret, token, probe ? 'probe' : 'rotation');
  return answer;
}

/** The same request again, because its answer was lost: nothing new is started, unless the rotation has failed since. */
function isRepeated(secret: Secret, token: string, { rotations }: Context): boolean {
  const version = secret.versions.get(token);
  if (version === undefined) return false;
  if (version.labels.has(CURRENT)) return true;
  if (!version.labels.has(PENDING)) throw tokenInUse(token, secret.arn);
  if (!rotations.isRunning(secret) && secret.rotation?.enabled) rotations.start(secret, token, 'rotation');
  return true;
}

/** The request fails, but the rotation that is not complete is tried again with its own token. */
function reattemptPrevious(secret: Secret, { rotations }: Context): void {
  const pending = holderOf(secret, PENDING);
  if (pending === undefined || pending.labels.has(CURRENT)) return;
  if (!rotations.isRunning(secret) && secret.rotation?.enabled) rotations.start(secret, pending.id, 'rotation');
  throw invalidRequest(PREVIOUS_INCOMPLETE);
}

export function cancelRotateSecret({ SecretId: id }: { SecretId?: string }, { store, clock, rotations }: Context): Output {
  const secret = store.findActive(id!);
  if (secret.rotation === undefined) throw invalidRequest('No Lambda rotation function ARN is associated with this secret.');
  rotations.cancel(secret);
  // The function and the rules stay, and so does AWSPENDING.
  secret.rotation = { ...secret.rotation, enabled: false };
  secret.lastChanged = clock.now();
  return { ARN: secret.arn, Name: secret.name, VersionId: (holderOf(secret, PENDING) ?? holderOf(secret, CURRENT))?.id };
}
