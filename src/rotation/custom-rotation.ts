import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RotationConfig } from './rotation-config';
import { CustomRotationOptions } from './rotation-options';
import { nameOfValue } from '../private/name-of-value';
import { Problems } from '../private/problems';

export function customConfig(scope: Construct, options: CustomRotationOptions | undefined): RotationConfig {
  // Languages without types, and types that are asserted, let anything through.
  const { handler, adminSecret, adminSecretEncryptionKey, rightsManagedElsewhere } = options ?? {} as CustomRotationOptions;
  const problems = new Problems(scope);
  if ((handler as unknown) === undefined) {
    problems.add('the function of a custom rotation is undefined; pass a lambda.Function as `handler`, defined or imported');
  } else if ((handler as lambda.IFunction | null)?.functionArn === undefined) {
    problems.add(`the function of a custom rotation must be a lambda.Function, defined or imported, got ${nameOfValue(handler)}; change \`handler\``);
  }
  if (adminSecret && adminSecret.secretArn === undefined) {
    problems.add(`\`adminSecret\` must be a secret of the CDK, got ${nameOfValue(adminSecret)}; change it, and of a guarded secret pass its \`secret\``);
  }
  if (adminSecretEncryptionKey && !adminSecret) {
    problems.add('`adminSecretEncryptionKey` is the key of `adminSecret`, which is undefined; pass both, or leave both out');
  }
  problems.throwIfAny();
  return { handler, adminSecret, adminSecretEncryptionKey, rightsManagedElsewhere };
}
