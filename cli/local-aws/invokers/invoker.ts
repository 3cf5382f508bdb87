export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

/** What a rotation function gets. */
export interface RotationEvent {
  readonly Step: RotationStep;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
  readonly RotationToken: string;
}

export interface InvocationResult {
  /** Set if the function failed, for example `Unhandled`. */
  readonly functionError?: string;
  readonly payload?: unknown;
}

/** Runs rotation functions. */
export interface RotationInvoker {
  invoke(functionArn: string, event: RotationEvent): Promise<InvocationResult> | InvocationResult;
  /** Whether the function exists and may be invoked; RotateSecret refuses if not. Yes, if it is left out. */
  canInvoke?(functionArn: string): Promise<boolean> | boolean;
}

/** Name of the function in an ARN, with or without a version behind it; a name stays what it is. */
export function functionName(functionArn: string): string {
  return /:function:([^:]+)/.exec(functionArn)?.[1] ?? functionArn;
}
