import { ErrorCode } from '../errors';

/** What came of a login with a version. */
export interface Login {
  readonly username?: string;
  readonly logsIn: 'yes' | 'no' | 'not tried';
  readonly code?: ErrorCode;
  readonly reason?: string;
  readonly hint?: string;
}

/** What is known about a version without its value. */
export interface VersionReport extends Login {
  readonly version: string;
  readonly labels: readonly string[];
  readonly created?: string;
  readonly ageHours?: number;
}
