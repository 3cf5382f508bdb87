import { Fault, meanwhile } from './fault';
import { RotationStep } from '../../../cli/local-aws';
import { Boundary } from '../container';
import { Setting } from '../targets/target';

const STEPS: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** What people and other rotations do meanwhile. */
export const PEOPLE: readonly Fault[] = [
  meanwhile('somebody edits the secret', ({ scene }) => scene.edit({ note: 'edited' }), { edits: true, excuse: 'may stop' }),
  meanwhile('somebody changes the password in the database', ({ scene }) => scene.setPasswordByHand(), { excuse: 'drift' }),
  meanwhile('somebody changes the password in the database and in the secret', async ({ scene }) => {
    await scene.edit({ password: await scene.setPasswordByHand(), note: 'edited' });
  }, { edits: true, excuse: 'drift' }),
  meanwhile('somebody cancels', ({ scene }) => scene.cancel(), { excuse: 'may stop' }),
  meanwhile('an event of an older rotation arrives', async ({ scene, container }) => {
    const { earlierToken } = scene;
    if (earlierToken === undefined) return;
    const late = await scene.spawn();
    for (const Step of STEPS) await late.invoke({ ...container.event, Step, ClientRequestToken: earlierToken });
  }),
  meanwhile('the administrator\'s secret is in the middle of its own rotation', ({ scene }) => scene.startAdministratorRotation(), { applies: hasAdministrator }),
  meanwhile('the administrator\'s password is rotated', async ({ scene }) => {
    await scene.startAdministratorRotation();
    await scene.endAdministratorRotation();
  }, { applies: hasAdministrator }),
];

function hasAdministrator(_boundary: Boundary, { strategy }: Setting): boolean {
  return strategy !== 'single-user';
}
