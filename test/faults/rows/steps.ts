import { arrange } from '../case';
import { byAdministrator, dual, every, expectRotation, expectSound, inject, Row, single, survives, survivesEverywhere, typical } from './row';

const FINISH = { step: 'finishSecret' } as const;
const MOVE = { ...FINISH, what: 'UpdateSecretVersionStage' } as const;

/** What can happen on the way from createSecret to finishSecret. */
export const STEP_ROWS: readonly Row[] = [
  {
    id: 'S01, A01',
    fault: 'the function dies before it stores the new password',
    result: 'the retry makes another one',
    aws: 'the same',
    settings: every,
    act: survives('dies before', { what: 'PutSecretValue' }, { attempts: 2, alive: true }),
  },
  {
    id: 'S02, A02',
    fault: 'the answer to PutSecretValue is lost',
    result: 'the value that is stored counts; no retry of the service is needed',
    aws: 'the same, or one retry',
    settings: every,
    act: survives('answer lost', { what: 'PutSecretValue' }, { attempts: 1 }),
  },
  {
    id: 'S03, A03',
    fault: 'createSecret runs twice at once',
    result: 'both succeed',
    aws: 'the loser fails with ResourceExistsException, 3 of 3 times; a retry follows',
    settings: every,
    act: survives('the same step twice at once', { step: 'createSecret', what: 'GetSecretValue' }, { attempts: 1 }),
  },
  {
    id: 'S04, A04',
    fault: 'a read of the new version does not see it yet',
    result: 'the step reads again, and succeeds',
    aws: 'the step fails; all four steps run again',
    settings: every,
    act: survives('stale read', { ...FINISH, what: 'GetSecretValue' }, { attempts: 1 }),
  },
  {
    id: 'S05, A05',
    fault: 'logins that are expected to fail count as attacks and lock the account',
    result: 'a clean rotation makes no failed login',
    aws: '1 failed login in each rotation, 2 without "ssl" in the secret',
    settings: every,
    async act({ open }) {
      const scene = await open();
      for (let rotation = 0; rotation < 3; rotation++) await expectRotation(scene);
      expect(scene.failedLogins()).toBe(0);
    },
  },
  {
    id: 'S06',
    fault: 'the database says nothing any more',
    result: 'the step ends with TIMEOUT within its limit, and the retry succeeds',
    aws: 'hangs until Lambda kills it, without an error of its own',
    settings: typical,
    async act({ open }) {
      const scene = await open();
      inject(scene, 'database silent', { step: 'createSecret', what: 'client-to-server' }, 3);
      const { attempts, status } = await scene.rotate();
      expect([status, attempts[0].steps.at(-1)?.error]).toEqual(['succeeded', expect.stringContaining('TIMEOUT: ')]);
      await expectSound(scene);
    },
  },
  {
    id: 'S08',
    fault: 'the connection ends, and nobody knows whether the change happened',
    result: 'finishSecret finds out by a login in the same invocation, or the retry does; nothing is lost at any segment',
    aws: 'AWSCURRENT is dead until the retry at a third of the points',
    settings: typical,
    act: survivesEverywhere('connection cut after', { ...FINISH, what: 'client-to-server' }),
  },
  {
    id: 'S09, S13',
    fault: 'the function dies between the change and the move of AWSCURRENT',
    result: 'the retry finds that the new password logs in, and moves the label',
    aws: 'the same, but the time between lasts three invocations: 33-35 % of all points of death lie in it',
    settings: every,
    act: survives('dies before', MOVE, { attempts: 2 }),
  },
  {
    id: 'S11',
    fault: 'the new password cannot be proved by a login',
    result: 'the session that is still open sets the old password back',
    aws: 'no way back: AWSCURRENT is dead until a retry succeeds',
    settings: single,
    act: survivesEverywhere('connection cut before', { ...FINISH, what: 'client-to-server' }),
  },
  {
    id: 'S12',
    fault: 'the right to move AWSCURRENT is lost',
    result: 'the old password is set back; AWSCURRENT logs in all the time between the attempts',
    aws: 'stuck with a dead AWSCURRENT until somebody restores the right',
    settings: every,
    act: survives('action denied', MOVE, { attempts: 2, alive: true }),
  },
  {
    id: 'S14',
    fault: 'the answer to the move of AWSCURRENT is lost',
    result: 'the function looks where the label is, and succeeds',
    aws: 'the step fails although the rotation is done; the retry notices',
    settings: every,
    act: survives('answer lost', MOVE, { attempts: 1 }),
  },
  {
    id: 'S15',
    fault: 'finishSecret runs twice at once',
    result: 'both succeed',
    aws: 'the loser fails 3 of 3 times; a retry follows',
    settings: every,
    act: survives('the same step twice at once', { ...FINISH, what: 'GetSecretValue' }, { attempts: 1 }),
  },
  {
    id: 'S17',
    fault: 'the function dies after the move of AWSCURRENT',
    result: 'the retry sees that all is done',
    aws: 'the same',
    settings: every,
    act: survives('dies after', MOVE, { attempts: 2, alive: true }),
  },
  {
    id: 'S24, A28',
    fault: 'an invocation of an older rotation is frozen, overtaken by a new one, and goes on',
    result: 'it changes nothing: lock and labels are looked at again, and its sessions are gone',
    aws: 'locked out or stuck at 22 of 43 points (single user), 30 of 53 (alternating)',
    settings: typical,
    act: survivesEverywhere('frozen, overtaken by a new rotation, and thawed', { ...FINISH, channel: 'call' }),
  },
  {
    id: 'S25, S26',
    fault: 'the step that changes the password runs twice at once',
    result: 'one waits for the lock of the other; AWSCURRENT logs in afterwards',
    aws: 'a loser fails 3 of 6 times with "tuple concurrently updated" or without a login (PostgreSQL, MariaDB)',
    settings: (setting) => single(setting) || dual(setting),
    act: survivesEverywhere('the same step again, and first to end', { ...FINISH, channel: 'call' }),
  },
  {
    id: 'S32',
    fault: 'Secrets Manager throttles',
    result: 'the SDK repeats the call; no retry of the service is needed',
    aws: 'the same',
    settings: every,
    act: survivesEverywhere('throttled once', { channel: 'call' }, { attempts: 1 }),
  },
  {
    id: 'A06',
    fault: 'the administrator\'s secret is in the middle of its own rotation',
    result: 'its AWSPENDING logs in where its AWSCURRENT does not',
    aws: 'fails until that rotation ends',
    settings: byAdministrator,
    act: survives('the administrator\'s secret is in the middle of its own rotation', { step: 'createSecret', what: 'DescribeSecret' }, { attempts: 1 }),
  },
  {
    id: 'S22, S23, D6',
    fault: 'an operator cancels between change and promotion, takes AWSPENDING away, and rotates anew',
    result: 'the label GUARDED_JOURNAL kept the password; the next rotation takes it up',
    aws: 'locked out at 18 of 45 points (PostgreSQL), 16 of 35 (MariaDB): the password is in a version without label',
    settings: every,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'after a rotation that died in the middle');
      await expectRotation(scene);
      await expectSound(scene);
    },
  },
  {
    id: 'S22, S23, D6',
    fault: 'finishSecret is invoked though createSecret died before it wrote the journal label; then an operator cancels',
    result: 'nothing is changed, since the new password would have no label but AWSPENDING',
    aws: 'no such guard; what follows is the row above',
    settings: every,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      inject(scene, 'dies before', { step: 'createSecret', what: 'UpdateSecretVersionStage' });
      let error: Error | undefined;
      scene.onFailure = async () => {
        const token = Object.entries(await scene.labels()).find(([, labels]) => labels.includes('AWSPENDING'))![0];
        error = await (await scene.spawn()).invoke({ Step: 'finishSecret', SecretId: scene.secret, ClientRequestToken: token, RotationToken: token });
        await scene.cancel();
      };
      await scene.rotate();
      expect([error?.message, await scene.currentLogsIn()]).toEqual([expect.stringContaining('CONFLICT: createSecret has not come to its end'), true]);
      await expectSound(scene);
    },
  },
];
