import { CrashRow } from './crash-loop';
import { expectationsOf } from './expectations';
import { loggedCause } from './function-log';
import { SecretJson } from './initial-secret';
import { brokenInvariants } from './invariants';
import { PlannedRotation } from './plan';
import { RotationReport, RoundReport } from './rotation-report';
import { rehearseRound } from './round';
import { DeployedSecret } from './secret-deployer';
import { World } from './world';
import type { RotationResult, StepReport } from '../local-aws';

/** Rotates a secret as often as it takes to see what its strategy promises. */
export async function rehearseRotation(world: World, rotation: PlannedRotation, deployed: DeployedSecret): Promise<RotationReport> {
  const { secretsManager } = world;
  const { process, node, unresolved } = await world.functions.deploy(rotation);
  const functionArn = secretsManager.setInvoker(rotation.rotationFunction.id, (event) => process.invoke(event));
  const expected = expectationsOf(rotation.facts);

  const tested = rotation.testedAtDeployment ? testOf(await secretsManager.configure(deployed.arn, functionArn)) : undefined;
  const configuration = tested && { ...tested, cause: tested.error === undefined ? undefined : loggedCause(process.output) };
  const rounds: RoundReport[] = [];
  const earlier: SecretJson[] = [];
  while (rounds.length < expected.rotations && rounds.every(({ status }) => status === 'succeeded')) {
    earlier.unshift(await secretsManager.current(deployed.arn));
    rounds.push(await rehearseRound(secretsManager, { deployed, lambda: process, functionArn, expected, earlier }));
  }
  process.kill();

  const arns = deployed.administrator ? [deployed.arn, deployed.administrator.arn] : [deployed.arn];
  const passwords = (await Promise.all(arns.map((arn) => secretsManager.passwordsOf(arn)))).flat();
  const serverLog = deployed.standIn.log();
  const report = {
    name: rotation.name,
    strategy: rotation.facts?.strategy,
    node: node.version,
    exactRuntime: node.exact,
    unresolved,
    configuration,
    previousStays: expected.previousStays,
    rounds,
    passwordInServerLog: passwords.some((password) => serverLog.includes(password)),
    passwordInFunctionLog: passwords.some((password) => process.output.includes(password)),
  };
  return { ...report, broken: brokenInvariants(report, expected) };
}

/** The same report, with what crashes showed. */
export function withCrashes(report: RotationReport, rotation: PlannedRotation, crashes: readonly CrashRow[]): RotationReport {
  return { ...report, crashes, broken: brokenInvariants({ ...report, crashes }, expectationsOf(rotation.facts)) };
}

function testOf({ attempts }: RotationResult): StepReport {
  return attempts[attempts.length - 1].steps[0];
}
