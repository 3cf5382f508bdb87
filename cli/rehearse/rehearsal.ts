import { SecretJson } from './initial-secret';
import { brokenInvariants } from './invariants';
import { PlannedRotation } from './plan';
import { logsIn, Prober } from './prober';
import { RotationReport } from './rotation-report';
import { DeployedSecret, FUNCTION_KEY, World } from './world';

/** Runs one whole rotation, while a client logs in with AWSCURRENT all the time. */
export async function rehearseRotation(world: World, rotation: PlannedRotation, deployed: DeployedSecret): Promise<RotationReport> {
  const { process, node, unresolved } = await world.deployFunction(rotation, deployed.arn);
  const functionArn = world.setInvoker(rotation.rotationFunction.id, (event) => process.invoke(event));

  const prober = new Prober({ connection: async () => connectionOf(deployed, await world.current(world.prober, deployed.arn)) });
  const requestsBefore = world.requestsOf(FUNCTION_KEY);
  const start = performance.now();
  const outcome = await world.rotate(deployed.arn, functionArn);
  const wallMillis = performance.now() - start;
  const probes = await prober.stop();
  process.kill();

  const sdkCalls = world.requestsOf(FUNCTION_KEY) - requestsBefore;
  const current = await world.current(world.operator, deployed.arn).catch(() => undefined);
  const newPasswordAccepted = current !== undefined && await logsIn(connectionOf(deployed, current));
  const oldPasswordRefused = current?.password !== deployed.initial.password && !await logsIn(connectionOf(deployed, deployed.initial));
  const logins = deployed.standIn.server.logins().filter(({ remotePort }) => deployed.standIn.proxy.outgoingPorts.includes(remotePort));
  const passwords = await world.passwordsOf(deployed.arn);
  const serverLog = deployed.standIn.server.log();

  const report = {
    name: rotation.name,
    node: node.version,
    exactRuntime: node.exact,
    unresolved,
    status: outcome.status,
    steps: outcome.attempts[outcome.attempts.length - 1].steps,
    attempts: outcome.attempts.length,
    wallMillis,
    sdkCalls,
    logins: logins.filter(({ outcome: end }) => end === 'authorised').length,
    failedLogins: logins.filter(({ outcome: end }) => end === 'failed').length,
    clearTextConnections: logins.filter(({ ssl }) => !ssl).length,
    probes,
    windowMillis: loggedWindow(process.output),
    newPasswordAccepted,
    oldPasswordRefused,
    passwordInServerLog: passwords.some((password) => serverLog.includes(password)),
    passwordInFunctionLog: passwords.some((password) => process.output.includes(password)),
  };
  return { ...report, broken: brokenInvariants(report) };
}

/** Functions of this library log it in a line of JSON. */
function loggedWindow(output: string): number | undefined {
  const match = [...output.matchAll(/"windowMillis":([\d.]+)/g)].pop();
  return match && Number(match[1]);
}

/** How a client other than the function reaches the database: directly, over verified TLS. */
export function connectionOf({ standIn }: DeployedSecret, { username, password, dbname }: SecretJson) {
  return standIn.server.connection(username, password, dbname);
}
