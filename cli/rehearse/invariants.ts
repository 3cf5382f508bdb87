import type { CrashRow } from './crash-loop';
import { Expectations } from './expectations';
import type { RotationReport, RoundReport } from './rotation-report';

type Rule = [holds: boolean, sentence: string];

/** What must hold for every rotation, in words; a report that breaks one makes the rehearsal fail. */
export function brokenInvariants(report: Omit<RotationReport, 'broken'>, expected: Expectations): string[] {
  const rounds = report.rounds.map((round) => broken(rulesOf(round, expected)));
  return [
    ...broken([[report.configuration?.error === undefined, 'the test of the rotation at deployment did not succeed']]),
    ...rounds.flatMap((sentences, index) => (index === 0 ? sentences : sentences.map((sentence) => `in the next rotation, ${sentence}`))),
    ...broken([
      [!report.passwordInServerLog, 'a password stands in the log of the server'],
      [!report.passwordInFunctionLog, 'a password stands in the log of the function'],
      ...crashRules(report.crashes ?? []),
    ]),
  ];
}

function rulesOf(round: RoundReport, expected: Expectations): Rule[] {
  const succeeded = round.status === 'succeeded';
  return [
    [succeeded, 'the rotation did not succeed'],
    [round.newPasswordAccepted, 'AWSCURRENT does not authenticate'],
    [!succeeded || !expected.changesLogin || round.changedLogin, 'AWSCURRENT has the same login as before'],
    [!succeeded || expected.previousStays || !round.oldPasswordAccepted, 'the old password still authenticates'],
    [!succeeded || !expected.previousStays || round.oldPasswordAccepted, 'the old password does not authenticate any more'],
    [!succeeded || round.olderPasswordAccepted !== true, 'a password still authenticates that is older than the last one'],
    [!expected.neverInterrupted || round.probes.failed === 0, `AWSCURRENT did not authenticate for ${Math.round(round.probes.longestGapMillis)} ms`],
    [!round.newPasswordAccepted || round.rightsKept !== false, 'AWSCURRENT has lost rights'],
    [round.failedLogins === 0, `the function made ${round.failedLogins} failed logins`],
    [round.clearTextConnections === 0, `the function made ${round.clearTextConnections} connections without TLS`],
  ];
}

function crashRules(rows: readonly CrashRow[]): Rule[] {
  const count = (predicate: (row: CrashRow) => boolean) => rows.filter(predicate).length;
  const dead = count(({ worksAfter }) => !worksAfter);
  const stuck = count(({ succeeded }) => !succeeded);
  const withoutRights = count(({ rightsKept }) => rightsKept === false);
  return [
    [dead === 0, `after ${dead} of ${rows.length} crashes AWSCURRENT does not authenticate`],
    [stuck === 0, `after ${stuck} of ${rows.length} crashes no rotation succeeds`],
    [withoutRights === 0, `after ${withoutRights} of ${rows.length} crashes AWSCURRENT has lost rights`],
  ];
}

function broken(rules: Rule[]): string[] {
  return rules.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}
