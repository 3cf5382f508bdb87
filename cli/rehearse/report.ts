import Table from 'cli-table3';
import { RehearsalReport, RotationReport } from './rotation-report';

const NAME_WIDTH = 33;
const NARROWEST_VALUE = 40;
const WIDEST_VALUE = 85;
const USUAL_TERMINAL = 100;
const BORDERS = 3;

/** The report for people. */
export function renderReport({ rotations, leftOut, server }: RehearsalReport): string {
  const parts = rotations.map(renderRotation);
  if (leftOut.length > 0) parts.push(['not rehearsed:', ...leftOut.map(({ name, reason }) => `  ${name}: ${reason}`)].join('\n'));
  const broken = rotations.filter((rotation) => rotation.broken.length > 0);
  parts.push(rotations.length === 0 ? 'nothing was rehearsed'
    : `${rotations.length - broken.length} of ${rotations.length} rotations rehearsed without a broken invariant, against PostgreSQL (${server})`);
  return parts.join('\n\n');
}

function renderRotation(report: RotationReport): string {
  const table = new Table({ style: { head: [], border: [], compact: true }, colWidths: [NAME_WIDTH, valueWidth()], wordWrap: true });
  const { probes } = report;
  table.push(
    [{ content: report.name, colSpan: 2 }],
    ['rotation', `${report.status} in ${millis(report.wallMillis)}${report.attempts > 1 ? `, ${report.attempts} attempts` : ''}`],
    ...report.steps.map(({ step, millis: duration, error }) => [step, error === undefined ? millis(duration) : `${millis(duration)}, ${error}`]),
    ['Secrets Manager calls', String(report.sdkCalls)],
    ['logins of the function', `${report.logins}, ${report.failedLogins} failed, ${report.clearTextConnections} without TLS`],
    ['AWSCURRENT did not authenticate', `${millis(probes.longestGapMillis)} at the longest, ${probes.failed} of ${probes.attempts} logins of a client`],
    ...(report.windowMillis === undefined ? [] : [['change to promotion', `${millis(report.windowMillis)}, measured by the function`]]),
    ...passwordRows(report),
    ['passwords in logs', report.passwordInServerLog || report.passwordInFunctionLog ? 'FOUND' : 'none'],
    ['Node.js', `${report.node}${report.exactRuntime ? '' : ', the one of the runtime is not installed (npm install --save-dev node@24)'}`],
  );
  if (report.unresolved.length > 0) table.push(['variables that only AWS knows', report.unresolved.join('\n')]);
  if (report.broken.length > 0) table.push(['BROKEN', report.broken.join('\n')]);
  return table.toString();
}

/** Of a rotation that failed there is no new password. */
function passwordRows({ status, newPasswordAccepted, oldPasswordRefused }: RotationReport): [string, string][] {
  if (status === 'failed') return [['AWSCURRENT', newPasswordAccepted ? 'authenticates' : 'DOES NOT AUTHENTICATE']];
  return [
    ['new password', newPasswordAccepted ? 'accepted' : 'REFUSED'],
    ['old password', oldPasswordRefused ? 'refused' : 'ACCEPTED'],
  ];
}

function valueWidth(): number {
  const columns = process.stdout.columns ?? USUAL_TERMINAL;
  return Math.min(WIDEST_VALUE, Math.max(NARROWEST_VALUE, columns - NAME_WIDTH - BORDERS));
}

function millis(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
