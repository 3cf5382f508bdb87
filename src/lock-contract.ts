/**
 * What the synthesis and `guarded-secrets lock` say to each other. Imports nothing.
 */

/** The context of the app that says what is locked: by the path of a stack, then by logical id. */
export const LOCKED_VALUES_CONTEXT = 'cdk-guarded-secrets/locked-values';

/** The metadata of a stack in the cloud assembly that says what there is to lock, by logical id. */
export const VALUES_METADATA = 'cdk-guarded-secrets/values';

/** What decides which value a secret has. A change of any of it gives another value. */
export interface LockedValue {
  /** The path of the construct, for whoever reads the lock. */
  readonly path: string;

  /** The name, as it stands in the template; undefined where CloudFormation generates it. */
  readonly name?: string;

  /** A hash over what the initial value is generated from. */
  readonly generator: string;
}

/** The values of a stack by logical id. */
export interface LockedValues {
  readonly [logicalId: string]: LockedValue;
}

/** The locked values of an app by the path of the stack. */
export interface LockedStacks {
  readonly [stackPath: string]: LockedValues;
}
