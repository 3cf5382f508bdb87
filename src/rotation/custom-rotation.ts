import { Construct } from 'constructs';
import { RotationConfig } from './rotation-config';
import { CustomRotationOptions } from './rotation-options';
import { Problems } from '../private/problems';

export function customConfig(scope: Construct, options: CustomRotationOptions): RotationConfig {
  const { handler, adminSecret, adminSecretEncryptionKey, rightsManagedElsewhere } = options;
  const problems = new Problems(scope);
  // Languages without types, and types that are asserted, let it through.
  if ((handler as unknown) === undefined) {
    problems.add('the function of a custom rotation is undefined; pass a lambda.Function as `handler`, defined or imported');
  }
  if (adminSecretEncryptionKey && !adminSecret) {
    problems.add('`adminSecretEncryptionKey` is the key of `adminSecret`, which is undefined; pass both, or leave both out');
  }
  problems.throwIfAny();
  return { handler, adminSecret, adminSecretEncryptionKey, rightsManagedElsewhere };
}
