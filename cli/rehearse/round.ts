import { Expectations } from './expectations';
import { loggedCause, loggedWindow } from './function-log';
import { FunctionProcess } from './function-process';
import { SecretJson } from './initial-secret';
import { Prober } from './prober';
import { RoundReport } from './rotation-report';
import { DeployedSecret } from './secret-deployer';
import { FUNCTION_KEY, SecretsManager } from './secrets-manager';

export interface RoundOptions {
  readonly deployed: DeployedSecret;
  readonly lambda: FunctionProcess;
  readonly functionArn: string;
  readonly expected: Expectations;
  /** What AWSCURRENT was at the start of the rotations before, the last one first. */
  readonly earlier: readonly SecretJson[];
}

/** Runs one whole rotation, while a client logs in with AWSCURRENT all the time. */
export async function rehearseRound(
  secretsManager: SecretsManager, { deployed, lambda, functionArn, expected, earlier: [before, older] }: RoundOptions,
): Promise<RoundReport> {
  const { arn, standIn } = deployed;
  const callsBefore = secretsManager.requestsOf(FUNCTION_KEY);
  const connectionsBefore = standIn.connections;
  const outputBefore = lambda.output.length;
  const prober = await Prober.start(async () => standIn.logsIn(await secretsManager.currentForApp(arn)));
  const start = performance.now();
  const outcome = await secretsManager.rotate(arn, functionArn);
  const wallMillis = performance.now() - start;
  const probes = await prober.stop();

  const sdkCalls = secretsManager.requestsOf(FUNCTION_KEY) - callsBefore;
  const current = await secretsManager.current(arn).catch(() => undefined);
  const logins = standIn.seenLogins(connectionsBefore);
  const output = lambda.output.slice(outputBefore);
  return {
    status: outcome.status,
    steps: outcome.attempts[outcome.attempts.length - 1].steps,
    attempts: outcome.attempts.length,
    wallMillis,
    sdkCalls,
    logins: logins.filter(({ outcome: end }) => end === 'authorised').length,
    failedLogins: logins.filter(({ outcome: end }) => end === 'failed').length,
    clearTextConnections: logins.filter(({ ssl }) => !ssl).length,
    probes,
    windowMillis: loggedWindow(output),
    cause: outcome.status === 'failed' ? loggedCause(output) : undefined,
    username: current?.username,
    changedLogin: current !== undefined && current.username !== before.username,
    newPasswordAccepted: current !== undefined && await standIn.logsIn(current),
    oldPasswordAccepted: await standIn.logsIn(before),
    olderPasswordAccepted: older && await standIn.logsIn(older),
    rightsKept: expected.hasRights && current !== undefined ? await standIn.readsCanary(current) : undefined,
  };
}
