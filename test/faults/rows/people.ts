import { randomUUID } from 'crypto';
import { arrange } from '../case';
import { alternating, byAdministrator, every, expectRefusal, expectRotation, expectSound, inject, Row, single } from './row';
import { ANY_BOUNDARY } from '../scene';
import { Login } from '../targets/target';

/** What people do, and what they find. */
export const PEOPLE_ROWS: readonly Row[] = [
  {
    id: 'S16, D24',
    fault: 'somebody edits the secret while it rotates',
    result: 'the rotation stops and says so (EDITED); the edit is kept, and AWSCURRENT logs in',
    aws: 'the edit is lost, 15 of 15 times',
    settings: every,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      const state = inject(scene, 'somebody edits the secret', { step: 'testSecret', what: 'DescribeSecret' });
      const { status, attempts } = await scene.rotate();
      expect([status, attempts[0].steps.at(-1)?.error]).toEqual(['failed', expect.stringContaining('EDITED: "note" of the secret was edited while it rotated')]);
      expect([(await scene.value()).note, await scene.currentLogsIn()]).toEqual(['edited', true]);
      await expectSound(scene, [state.fault]);
    },
  },
  {
    id: 'S16, D24',
    fault: 'somebody edits the secret while it rotates, and while the rotation gives way changes the password by hand and stores it',
    result: 'the function looks again, and the database has the password that was stored last',
    aws: 'the edit is lost',
    settings: (setting) => byAdministrator(setting) && !alternating(setting),
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      let password: string | undefined;
      scene.arm({
        name: 'a person',
        call: async ({ boundary: { step, what }, perform }) => {
          if (step === 'testSecret') await scene.edit({ note: 'edited' });
          const answer = await perform();
          if (step === 'finishSecret' && what === 'DescribeSecret' && password === undefined) {
            password = await scene.setPasswordByHand();
            await scene.edit({ password });
          }
          return answer;
        },
      }, ANY_BOUNDARY);
      const { attempts } = await scene.rotate();
      expect(attempts[0].steps.at(-1)?.error).toContain('EDITED: ');
      expect([await scene.value(), await scene.currentLogsIn()]).toEqual([expect.objectContaining({ note: 'edited', password }), true]);
      await expectSound(scene);
    },
  },
  {
    id: 'S18',
    fault: 'somebody changed the password in the database',
    result: 'a login that changes its own password cannot know it: createSecret says DRIFT, and nothing is written',
    aws: 'locked out, after up to six failed logins in each attempt',
    settings: single,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      const password = await scene.setPasswordByHand();
      const before = scene.service.lastWrite;
      await expectRefusal(scene, /DRIFT: no version of the secret that has a label logs in/);
      // One write is the service's own: the version that is to be pending.
      expect(scene.service.lastWrite - before).toBeLessThanOrEqual(2);
      await scene.cancel();
      await scene.edit({ password });
      await expectSound(scene);
    },
  },
  {
    id: 'S18, A07',
    fault: 'somebody changed the password in the database',
    result: 'the administrator repairs it with the next rotation',
    aws: 'locked out, though the administrator is at hand',
    settings: byAdministrator,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      await scene.setPasswordByHand();
      await expectRotation(scene);
      await expectSound(scene);
    },
  },
  {
    id: 'S19',
    fault: 'somebody stored a wrong password as AWSCURRENT',
    result: 'AWSPREVIOUS logs in, and the rotation goes on from there',
    aws: 'the same, but for SQL Server',
    settings: single,
    async act({ open }) {
      const scene = await open();
      await scene.edit({ password: 'a wrong password that nobody has set' });
      await expectRotation(scene);
      await expectSound(scene);
    },
  },
  {
    id: 'S21, S28',
    fault: 'a restored database, or a failover that lost the last change, has the password from before the rotation',
    result: 'AWSPREVIOUS logs in, or the administrator does: the next rotation repairs it',
    aws: 'the same with AWSPREVIOUS; stuck when the password is older',
    settings: every,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      const old = await scene.value();
      await expectRotation(scene);
      await scene.target.setPassword(old as unknown as Login);
      await expectRotation(scene);
      await expectSound(scene);
    },
  },
  {
    id: 'S30',
    fault: 'the login has a default role of its own, which may not change the password',
    result: 'the session drops the role first',
    aws: 'fails for ever with 42501',
    settings: single,
    servers: 'PostgreSQL',
    async act({ open }) {
      const scene = await open();
      const { target, cast: { user: { username: user }, role } } = scene;
      await target.run('CREATE ROLE $role; GRANT $role TO $user', { role, user });
      await target.run(`ALTER ROLE $user SET role = '${role}'`, { user });
      await expectSound(scene);
    },
  },
  {
    id: 'S31',
    fault: 'the login is not valid any more, which looks like a wrong password',
    result: 'the error names VALID UNTIL, and nothing is written',
    aws: 'says only that no password logs in',
    settings: single,
    servers: 'PostgreSQL',
    async act({ open }) {
      const scene = await open();
      await scene.target.run('ALTER ROLE $user VALID UNTIL \'2001-01-01\'', { user: scene.cast.user.username });
      await expectRefusal(scene, /DRIFT: /);
      expect(JSON.stringify(scene.containers[0].records)).toMatch(/VALID UNTIL/);
    },
  },
  ...(['copy', 'none'] as const).map((probeValue): Row => ({
    id: 'S33',
    fault: `rotation is configured without rotating at once; the version to try has ${probeValue === 'copy' ? 'a copy of the value' : 'no value'}`,
    result: 'the function proves that it could rotate, and changes nothing',
    aws: probeValue === 'copy' ? 'the same' : 'refused: the version has no value',
    settings: every,
    async act({ open }) {
      const scene = await open({ probeValue });
      const before = await scene.value();
      await scene.ask('RotateSecret', { SecretId: scene.secret, RotationLambdaARN: 'arn:aws:lambda:us-east-1:123456789012:function:rotate', RotateImmediately: false });
      expect((await scene.service.rotationOf(scene.secret))!.status).toBe('succeeded');
      expect([await scene.value(), await scene.currentLogsIn()]).toEqual([before, true]);
      await expectSound(scene);
    },
  })),
  {
    id: 'A27',
    fault: 'the secret names a login that is not of the pair, though its name looks so',
    result: 'refused before anything is written: the pair is fixed at deployment',
    aws: 'resets the password of whoever has the name with "_clone"',
    settings: alternating,
    async act({ open }) {
      const scene = await open();
      await scene.edit({ username: `${scene.cast.user.username}_clone` });
      await expectRefusal(scene, /username/);
    },
  },
  {
    id: 'A30',
    fault: 'whoever can write the secret names another administrator in it',
    result: 'not looked at: the administrator is fixed at deployment',
    aws: 'the secret chooses the administrator; guarded only by the host and a login',
    settings: byAdministrator,
    async act({ open }) {
      const scene = await open();
      await scene.edit({ masterarn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${randomUUID()}` });
      await expectSound(scene);
    },
  },
];
