import type { RotationReport } from './rotation-report';

/** What must hold for every rotation, in words; a report that breaks one makes the rehearsal fail. */
export function brokenInvariants(report: Omit<RotationReport, 'broken'>): string[] {
  const rules: [boolean, string][] = [
    [report.status === 'succeeded', 'the rotation did not succeed'],
    [report.newPasswordAccepted, 'AWSCURRENT does not authenticate'],
    [report.status === 'failed' || report.oldPasswordRefused, 'the old password still authenticates'],
    [report.failedLogins === 0, `the function made ${report.failedLogins} failed logins`],
    [report.clearTextConnections === 0, `the function made ${report.clearTextConnections} connections without TLS`],
    [!report.passwordInServerLog, 'a password stands in the log of the server'],
    [!report.passwordInFunctionLog, 'a password stands in the log of the function'],
  ];
  return rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}
