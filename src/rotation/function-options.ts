import { RotationFunctionOptions } from './rotation-function-props';

/** The part of the options that decides which function is shared. */
export function functionOptions(options: RotationFunctionOptions): RotationFunctionOptions {
  const {
    vpcSubnets, securityGroups, role, functionEncryptionKey, logRetention, memorySize, timeout,
    deadLetterQueue, tracing, reservedConcurrentExecutions, strictControls,
  } = options;
  return {
    vpcSubnets,
    securityGroups,
    role,
    functionEncryptionKey,
    logRetention,
    memorySize,
    timeout,
    deadLetterQueue,
    tracing,
    reservedConcurrentExecutions,
    strictControls,
  };
}
