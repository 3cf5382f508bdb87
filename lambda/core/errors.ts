/**
 * The closed set of errors. Engines translate what their driver throws into the first group; the second group is the
 * core's own. Only the core decides what follows from a code.
 */
export type ErrorCode =
  // from engines
  | 'AUTH' | 'LOCKED' | 'EXPIRED' | 'NO_DATABASE' | 'PRIVILEGE' | 'POLICY' | 'REUSE' | 'READ_ONLY' | 'TLS' | 'NETWORK' | 'TIMEOUT' | 'CONFLICT' | 'UNKNOWN'
  // from the core
  | 'CONFIG' | 'EVENT' | 'INVALID_SECRET' | 'STALE' | 'EDITED' | 'DRIFT' | 'ROLLED_BACK' | 'SERVICE' | 'DENIED';

/** What to do, for whoever reads the log or the alarm. */
const HINTS: { readonly [code in ErrorCode]: string } = {
  AUTH: 'check the user name and the password in the secret',
  LOCKED: 'let the login connect again, for example with ALTER ROLE ... LOGIN',
  EXPIRED: 'extend how long the login is valid',
  NO_DATABASE: 'correct "dbname" in the secret, or create the database',
  PRIVILEGE: 'let the login change its own password',
  POLICY: 'compare the password rules of the server with those of the rotation',
  REUSE: 'rotate again for another password',
  READ_ONLY: 'point the rotation to the writer; after a failover the retry finds it',
  TLS: 'turn on TLS at the server, with a certificate for this host from a trusted authority; clear text is never used',
  NETWORK: 'check security groups, routes and that the database runs',
  TIMEOUT: 'check security groups, routes and the load of the database; a firewall that drops packets looks like this',
  CONFLICT: 'nothing to do: the next attempt decides',
  UNKNOWN: 'see the cause in the log of the function',
  CONFIG: 'deploy the stack again, and do not edit the environment of the function by hand',
  EVENT: 'Secrets Manager sends the four steps, and operators their events through the alias',
  INVALID_SECRET: 'correct the value of the secret',
  STALE: 'nothing to do, unless the rotation should run: then start it again',
  EDITED: 'start the rotation again, or leave it to the schedule',
  DRIFT: 'store the password that the login has as AWSCURRENT, or give the login the password of AWSCURRENT',
  ROLLED_BACK: 'the password of AWSCURRENT works; see the cause in the log of the function',
  SERVICE: 'nothing to do: Secrets Manager tries again; see the cause in the log of the function',
  DENIED: 'check the policies of role, secret and key, and the VPC endpoint',
};

/** Errors after which the same step may succeed by itself. */
const TRANSIENT = new Set<ErrorCode>(['READ_ONLY', 'NETWORK', 'TIMEOUT', 'CONFLICT', 'SERVICE']);

export interface RotationErrorOptions {
  readonly cause?: unknown;
  /** One sentence, when there is better advice than the usual one for the code. */
  readonly hint?: string;
}

/** The one error that leaves an engine or the function. */
export class RotationError extends Error {
  public readonly code: ErrorCode;
  public readonly hint: string;

  /** @param sentence what happened, in lower case; it must not contain anything secret */
  public constructor(code: ErrorCode, public readonly sentence: string, options: RotationErrorOptions = {}) {
    const hint = options.hint ?? HINTS[code];
    super(`${code}: ${sentence} (${hint})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RotationError';
    this.code = code;
    this.hint = hint;
  }

  public get transient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

/** Whether an error has one of the codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is RotationError {
  return error instanceof RotationError && codes.includes(error.code);
}

export function asRotationError(error: unknown): RotationError {
  return error instanceof RotationError ? error : new RotationError('UNKNOWN', 'the rotation failed in a way that it does not know', { cause: error });
}
