import { CrashRow } from '../../../cli/rehearse/crash-loop';
import { expectationsOf } from '../../../cli/rehearse/expectations';
import { brokenInvariants } from '../../../cli/rehearse/invariants';
import { renderReport } from '../../../cli/rehearse/report/report';
import { RotationReport, RoundReport } from '../../../cli/rehearse/rotation-report';

const ALTERNATING = expectationsOf({ strategy: 'alternating-users', username: 'a', otherUsername: 'b' });
const SINGLE = expectationsOf({ strategy: 'single-user' });

const ROUND: RoundReport = {
  status: 'succeeded',
  steps: [{ step: 'createSecret', millis: 1 }],
  attempts: 1,
  wallMillis: 10,
  sdkCalls: 11,
  logins: 3,
  failedLogins: 0,
  clearTextConnections: 0,
  probes: { attempts: 9, failed: 0, longestGapMillis: 0 },
  username: 'b',
  changedLogin: true,
  newPasswordAccepted: true,
  oldPasswordAccepted: true,
  rightsKept: true,
};

const REPORT: Omit<RotationReport, 'broken'> = {
  name: 'App/Pair', node: 'v24.0.0', exactRuntime: true, unresolved: [], previousStays: true, rounds: [ROUND], passwordInServerLog: false, passwordInFunctionLog: false,
};

const CRASH: CrashRow = {
  aftermath: 'retry', kind: 'request', n: 1, effect: 'PutSecretValue', step: 'createSecret', worksBefore: true, worksAfter: true, succeeded: true, attempts: 2, failedLogins: 0,
};

const GAP = { attempts: 9, failed: 2, longestGapMillis: 31.4 };

test('a pair that does what it promises breaks nothing', () => {
  expect(brokenInvariants({ ...REPORT, rounds: [ROUND, { ...ROUND, olderPasswordAccepted: false }], crashes: [CRASH] }, ALTERNATING)).toEqual([]);
});

test.each<[string, Partial<RoundReport>, string]>([
  ['a gap', { probes: GAP }, 'AWSCURRENT did not authenticate for 31 ms'],
  ['the same login', { changedLogin: false }, 'AWSCURRENT has the same login as before'],
  ['an old password that fails', { oldPasswordAccepted: false }, 'the old password does not authenticate any more'],
  ['a password that is never taken away', { olderPasswordAccepted: true }, 'a password still authenticates that is older than the last one'],
  ['rights that are gone', { rightsKept: false }, 'AWSCURRENT has lost rights'],
  ['failed logins', { failedLogins: 2 }, 'the function made 2 failed logins'],
  ['clear text', { clearTextConnections: 1 }, 'the function made 1 connections without TLS'],
])('of a pair, it breaks an invariant: %s', (_, change, sentence) => {
  expect(brokenInvariants({ ...REPORT, rounds: [{ ...ROUND, ...change }] }, ALTERNATING)).toEqual([sentence]);
  expect(brokenInvariants({ ...REPORT, rounds: [ROUND, { ...ROUND, ...change }] }, ALTERNATING)).toEqual([`in the next rotation, ${sentence}`]);
});

test('of a single login, a gap is no broken invariant, but an old password that works is', () => {
  expect(brokenInvariants({ ...REPORT, rounds: [{ ...ROUND, changedLogin: false, oldPasswordAccepted: false, probes: GAP }] }, SINGLE)).toEqual([]);
  expect(brokenInvariants(REPORT, SINGLE)).toEqual(['the old password still authenticates']);
});

test('the test at deployment counts', () => {
  expect(brokenInvariants({ ...REPORT, configuration: { step: 'testSecret', millis: 1, error: 'Unhandled' } }, ALTERNATING))
    .toEqual(['the test of the rotation at deployment did not succeed']);
});

test('crashes: what did harm is counted, told in words, and listed up to ten', () => {
  const crashes: CrashRow[] = [
    CRASH,
    ...Array.from({ length: 11 }, (_, n): CrashRow => ({ ...CRASH, aftermath: 'cancel', n, worksBefore: false, worksAfter: false, succeeded: false })),
    { ...CRASH, aftermath: 'cancel', n: 99, rightsKept: false, failedLogins: 3 },
  ];
  const broken = brokenInvariants({ ...REPORT, crashes }, ALTERNATING);
  expect(broken).toEqual([
    'after 11 of 13 crashes AWSCURRENT does not authenticate', 'after 11 of 13 crashes no rotation succeeds', 'after 1 of 13 crashes AWSCURRENT has lost rights',
  ]);
  const text = renderReport({ servers: [], rotations: [{ ...REPORT, crashes, broken }], failed: [], leftOut: [] });
  expect(text).toMatch(/the service tries again +│ 1 +│ 0 +│ 0 +│ 0 +│ 0 +│ 0 +│/);
  expect(text).toMatch(/an operator rotates anew +│ 12 +│ 11 +│ 11 +│ 11 +│ 1 +│ 3 +│/);
  expect(text).toContain('harm: killed in createSecret after request 0 (PutSecretValue), then an operator rotates anew');
  expect(text).toContain('and 2 more; --json lists all');
});

test('two rotations stand side by side, within a terminal of 100 columns', () => {
  const failed: RoundReport = { ...ROUND, status: 'failed', newPasswordAccepted: false, rightsKept: undefined, cause: 'error 42501: permission denied' };
  const text = renderReport({
    servers: [{ title: 'MariaDB', source: 'here' }],
    rotations: [{
      ...REPORT,
      strategy: 'alternating-users',
      exactRuntime: false,
      unresolved: ['TOPIC (Ref Topic)'],
      configuration: { step: 'testSecret', millis: 5, error: 'Unhandled: NETWORK', cause: 'ECONNREFUSED' },
      rounds: [ROUND, failed],
      broken: ['the rotation did not succeed'],
    }],
    failed: [{ name: 'App/Bad', error: 'no such thing' }],
    leftOut: [{ name: 'App/Other', reason: 'elsewhere' }],
  });
  expect(text).toMatch(/test at deployment +│ FAILED: Unhandled: NETWORK/);
  expect(text).toMatch(/cause in the function +│ ECONNREFUSED/);
  expect(text).toMatch(/rotation +│ succeeded in 10 ms +│ failed in 10 ms/);
  expect(text).toMatch(/AWSCURRENT +│ +│ DOES NOT AUTHENTICATE/);
  expect(text).toMatch(/old password +│ accepted, until the next one +│/);
  expect(text).toMatch(/variables that only AWS knows +│ TOPIC \(Ref Topic\)/);
  expect(text).toContain('the rehearsal failed:\n  App/Bad: no such thing\n\nnot rehearsed:\n  App/Other: elsewhere\n\n0 of 2 rotations rehearsed');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
