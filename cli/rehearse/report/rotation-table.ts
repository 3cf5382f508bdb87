import Table from 'cli-table3';
import { millis, NAME_WIDTH, STYLE, valueWidths } from './layout';
import { RotationReport, RoundReport } from '../rotation-report';

type Cell = (round: RoundReport) => string | undefined;

/** One column for each rotation of the secret. */
export function renderRotation(report: RotationReport): string {
  const { rounds, configuration } = report;
  const table = new Table({ ...STYLE, colWidths: [NAME_WIDTH, ...valueWidths(rounds.length)] });
  const common = (name: string, content: string) => table.push([name, { content, colSpan: rounds.length }]);
  table.push([{ content: report.name, colSpan: rounds.length + 1 }]);
  if (report.strategy !== undefined) common('strategy', report.strategy);
  if (configuration) common('test at deployment', configuration.error === undefined ? millis(configuration.millis) : `FAILED: ${configuration.error}`);
  if (configuration?.cause !== undefined) common('cause in the function', configuration.cause);
  for (const [name, cell] of rowsOf(report)) {
    const cells = rounds.map(cell);
    if (cells.some((content) => content !== undefined)) table.push([name, ...cells.map((content) => content ?? '')]);
  }
  common('passwords in logs', report.passwordInServerLog || report.passwordInFunctionLog ? 'FOUND' : 'none');
  common('Node.js', `${report.node}${report.exactRuntime ? '' : ', the one of the runtime is not installed (npm install --save-dev node@24)'}`);
  if (report.unresolved.length > 0) common('variables that only AWS knows', report.unresolved.join('\n'));
  if (report.broken.length > 0) common('BROKEN', report.broken.join('\n'));
  return table.toString();
}

function rowsOf({ rounds, previousStays }: RotationReport): [string, Cell][] {
  const steps = [...new Set(rounds.flatMap((round) => round.steps.map(({ step }) => step)))];
  return [
    ['rotation', ({ status, wallMillis, attempts }) => `${status} in ${millis(wallMillis)}${attempts > 1 ? `, ${attempts} attempts` : ''}`],
    ...steps.map((step): [string, Cell] => [step, (round) => stepCell(round, step)]),
    ['cause in the function', ({ cause }) => cause],
    ['Secrets Manager calls', ({ sdkCalls }) => String(sdkCalls)],
    ['logins of the function', ({ logins, failedLogins, clearTextConnections }) => `${logins}, ${failedLogins} failed, ${clearTextConnections} without TLS`],
    ['AWSCURRENT did not authenticate', ({ probes }) => `${millis(probes.longestGapMillis)} at the longest, ${probes.failed} of ${probes.attempts} logins of a client`],
    ['change to promotion', ({ windowMillis }) => (windowMillis === undefined ? undefined : `${millis(windowMillis)}, measured by the function`)],
    ['login', ({ changedLogin, username }) => (changedLogin ? username : undefined)],
    // Of a rotation that failed there is no new password.
    ['AWSCURRENT', ({ status, newPasswordAccepted }) => (status === 'succeeded' ? undefined : newPasswordAccepted ? 'authenticates' : 'DOES NOT AUTHENTICATE')],
    ['new password', ({ status, newPasswordAccepted }) => (status === 'failed' ? undefined : newPasswordAccepted ? 'accepted' : 'REFUSED')],
    ['old password', ({ status, oldPasswordAccepted }) => (status === 'failed' ? undefined : oldPasswordAccepted && previousStays ? 'accepted, until the next one' : verdict(oldPasswordAccepted))],
    ['password before the old one', ({ status, olderPasswordAccepted: older }) => (status === 'failed' || older === undefined ? undefined : verdict(older))],
    ['rights of the login', ({ rightsKept }) => (rightsKept === undefined ? undefined : rightsKept ? 'kept' : 'LOST')],
  ];
}

function stepCell({ steps }: RoundReport, name: string): string | undefined {
  const step = steps.find((candidate) => candidate.step === name);
  return step && (step.error === undefined ? millis(step.millis) : `${millis(step.millis)}, ${step.error}`);
}

function verdict(accepted: boolean): string {
  return accepted ? 'accepted' : 'refused';
}
