import { LeftOut } from './plan';
import { ProbeReport } from './prober';
import type { StepReport } from '../local-aws';

/** What was seen while one secret was rotated. */
export interface RotationReport {
  readonly name: string;
  readonly node: string;
  /** Whether the function ran under the Node.js of its runtime. */
  readonly exactRuntime: boolean;
  readonly unresolved: string[];
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
  readonly newPasswordAccepted: boolean;
  readonly oldPasswordRefused: boolean;
  readonly passwordInServerLog: boolean;
  readonly passwordInFunctionLog: boolean;
  /** In words; empty when all is well. */
  readonly broken: string[];
}

export interface RehearsalReport {
  readonly server: string;
  readonly rotations: RotationReport[];
  readonly leftOut: LeftOut[];
}
