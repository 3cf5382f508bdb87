import { arrange } from '../case';
import { Scene } from '../scene';
import { alternating, expectRefusal, expectRotation, expectSound, Row, survivesEverywhere } from './row';
import { Login } from '../targets/target';

const clone = (setting: Parameters<typeof alternating>[0]): boolean => alternating(setting) && setting.role !== true;

/** The rights of a pair: what must be true of the login that becomes AWSCURRENT. */
export const RIGHTS_ROWS: readonly Row[] = [
  {
    id: 'A08, A09, A11, A12',
    fault: 'the function dies while it makes the second login of the pair and gives it its rights',
    result: 'the password comes last: a login that is not complete lets nobody in, and the retry completes it',
    aws: 'MariaDB and MySQL: promoted without tables, procedures or REQUIRE SSL at 9-15 of about 100 points, success reported; PostgreSQL: one transaction',
    settings: clone,
    act: survivesEverywhere('dies before', { step: 'finishSecret', what: 'client-to-server' }, { start: 'first rotation', alive: true }),
  },
  {
    id: 'A13, A14, A23',
    fault: 'the function dies in a later rotation',
    result: 'AWSCURRENT logs in all the time, and its successor has all its rights',
    aws: 'MariaDB: promoted without a right that was added since, 9 of 99 points',
    settings: alternating,
    act: survivesEverywhere('dies before', { step: 'finishSecret', what: 'server-to-client' }, { alive: true }),
  },
  {
    id: 'A10',
    fault: 'the administrator may not give a right of the login',
    result: 'PRIVILEGE before anything is written; AWSCURRENT keeps its rights',
    aws: 'PostgreSQL: fails for ever; MariaDB: promoted with a part of the rights',
    settings: clone,
    async act({ open, server }) {
      const scene = await open();
      const { cast: { administrator: { username: admin }, role, user: { username: user } }, target } = scene;
      if (server.startsWith('PostgreSQL')) await target.run('REVOKE $user FROM $admin; REVOKE $role FROM $admin', { user, role, admin });
      else await target.run('REVOKE GRANT OPTION ON *.* FROM $admin', { admin });
      await expectRefusal(scene, /PRIVILEGE: /);
      expect(await scene.target.accepted(await loginsOf(scene, scene.cast.other))).toEqual([]);
    },
  },
  {
    id: 'A22',
    fault: 'a right was given to the login of AWSCURRENT, and another one taken from it, since the pair exists',
    result: 'the other login has the same after the next rotation, in both directions',
    aws: 'given: lost when the clone has it (PostgreSQL); taken: comes back (all engines)',
    settings: clone,
    async act({ open, server }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      const { cast: { role }, target } = scene;
      const { username: user } = await scene.value();
      const table = server.startsWith('PostgreSQL') ? { orders: `${role}.orders`, customers: `${role}.customers` } : { orders: `\`${role}\`.orders`, customers: `\`${role}\`.customers` };
      await target.run(`GRANT DELETE ON ${table.orders} TO $user`, { user });
      const rights = await scene.rights();
      await expectRotation(scene);
      expect((await scene.value()).username).not.toBe(user);
      expect(await scene.rights()).toEqual(rights);
      await target.run(`REVOKE DELETE ON ${table.orders} FROM $user`, { user: (await scene.value()).username });
      await expectRotation(scene);
      expect(await scene.rights()).not.toContainEqual(expect.stringMatching(/DELETE (true|t)\b|, DELETE ON/));
    },
  },
  {
    id: 'A24',
    fault: 'two rotations in quick succession',
    result: 'AWSCURRENT and AWSPREVIOUS log in after each; clients of the version before lose their password, by design',
    aws: 'the same',
    settings: alternating,
    async act({ open }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      for (let rotation = 0; rotation < 3; rotation++) {
        await expectRotation(scene);
        const labelled = (await scene.versions()).labelled.filter(({ labels }) => labels.includes('AWSCURRENT') || labels.includes('AWSPREVIOUS'));
        expect(await scene.target.accepted(labelled)).toHaveLength(2);
      }
    },
  },
  {
    id: 'A26',
    fault: 'the login of the pair that is not in use was dropped',
    result: 'it is made again with all its rights',
    aws: 'PostgreSQL: when the original was dropped, it is made again without any right, and promoted',
    settings: alternating,
    async act({ open, server }) {
      const scene = await open();
      await arrange(scene, 'later rotation');
      await expectRotation(scene);
      const { cast: { user, other }, target } = scene;
      const idle = (await scene.value()).username === other ? user.username : other;
      const rights = await scene.rights();
      await target.run(server.startsWith('PostgreSQL') ? 'DROP OWNED BY $idle; DROP ROLE $idle' : 'DROP USER $idle', { idle });
      await expectRotation(scene);
      expect((await scene.value()).username).toBe(idle);
      expect(await scene.rights()).toEqual(rights);
      await expectSound(scene);
    },
  },
];

async function loginsOf(scene: Scene, username: string): Promise<Login[]> {
  return (await scene.versions()).all.filter((login) => login.username === username);
}
