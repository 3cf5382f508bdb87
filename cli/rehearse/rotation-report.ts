import { CrashRow } from './crash-loop';
import { LeftOut } from './plan';
import { ProbeReport } from './prober';
import type { StepReport } from '../local-aws';

/** What was seen in one rotation. */
export interface RoundReport {
  readonly status: 'succeeded' | 'failed';
  readonly steps: readonly StepReport[];
  readonly attempts: number;
  readonly wallMillis: number;
  readonly sdkCalls: number;
  readonly logins: number;
  readonly failedLogins: number;
  readonly clearTextConnections: number;
  readonly probes: ProbeReport;
  /** From the change in the database to the move of AWSCURRENT, where the function logs it. */
  readonly windowMillis?: number;
  /** Why the function failed, where it logs more than it tells the service. */
  readonly cause?: string;
  /** The login of AWSCURRENT; none if AWSCURRENT is no login any more. */
  readonly username?: string;
  readonly changedLogin: boolean;
  readonly newPasswordAccepted: boolean;
  /** Whether what was AWSCURRENT before still authenticates. */
  readonly oldPasswordAccepted: boolean;
  /** The same of what was AWSCURRENT before that. */
  readonly olderPasswordAccepted?: boolean;
  /** Whether AWSCURRENT can read what the login could read before. */
  readonly rightsKept?: boolean;
}

/** What the service has tested when rotation was configured. */
export interface ConfigurationReport extends StepReport {
  readonly cause?: string;
}

/** What was seen while one secret was rotated. */
export interface RotationReport {
  readonly name: string;
  readonly strategy?: string;
  readonly node: string;
  /** Whether the function ran under the Node.js of its runtime. */
  readonly exactRuntime: boolean;
  readonly unresolved: readonly string[];
  /** The test that the service runs when rotation is configured; none where it rotates at once. */
  readonly configuration?: ConfigurationReport;
  /** Whether the password before the last one is meant to stay valid. */
  readonly previousStays: boolean;
  readonly rounds: readonly RoundReport[];
  readonly passwordInServerLog: boolean;
  readonly passwordInFunctionLog: boolean;
  /** One row for each crash, where crashes were asked for. */
  readonly crashes?: readonly CrashRow[];
  /** In words; empty when all is well. */
  readonly broken: readonly string[];
}

/** A rehearsal that could not be carried through. */
export interface FailedRehearsal {
  readonly name: string;
  readonly error: string;
}

export interface RehearsalReport {
  /** The servers, and where they were found. */
  readonly servers: { readonly title: string; readonly source: string }[];
  readonly rotations: RotationReport[];
  readonly failed: FailedRehearsal[];
  readonly leftOut: LeftOut[];
}
