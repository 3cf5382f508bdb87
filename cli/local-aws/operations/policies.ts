import type { PutResourcePolicyRequest, ValidateResourcePolicyRequest } from '@aws-sdk/client-secrets-manager';
import { Context, Output } from '../context';
import { malformedPolicy, ServiceError } from '../errors';
import { grantsPublicAccess, syntaxErrors } from '../resource-policy';

const PUBLIC = 'You can\'t attach a resource policy that grants broad access to the secret.';

interface SecretReference {
  readonly SecretId?: string;
}

export function getResourcePolicy({ SecretId: id }: SecretReference, { store }: Context): Output {
  const secret = store.findActive(id!);
  return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy };
}

export function putResourcePolicy(input: PutResourcePolicyRequest, { store, clock }: Context): Output {
  const secret = store.findActive(input.SecretId!);
  const [error] = syntaxErrors(input.ResourcePolicy!);
  if (error !== undefined) throw malformedPolicy(error.ErrorMessage!);
  if (input.BlockPublicPolicy && grantsPublicAccess(input.ResourcePolicy!)) throw new ServiceError('PublicPolicyException', PUBLIC);
  secret.policy = input.ResourcePolicy;
  secret.lastChanged = clock.now();
  return { ARN: secret.arn, Name: secret.name };
}

export function validateResourcePolicy(input: ValidateResourcePolicyRequest, { store }: Context): Output {
  if (input.SecretId !== undefined) store.findActive(input.SecretId);
  const errors = syntaxErrors(input.ResourcePolicy!);
  if (errors.length === 0 && grantsPublicAccess(input.ResourcePolicy!)) errors.push({ CheckName: 'PUBLIC_POLICY', ErrorMessage: PUBLIC });
  return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
}

export function deleteResourcePolicy({ SecretId: id }: SecretReference, { store, clock }: Context): Output {
  const secret = store.findActive(id!);
  secret.policy = undefined;
  secret.lastChanged = clock.now();
  return { ARN: secret.arn, Name: secret.name };
}
