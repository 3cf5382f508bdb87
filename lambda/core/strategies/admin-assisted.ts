import { Credential } from '../engine';
import { RotationError } from '../errors';
import { Strategy } from '../rotation';
import { administrated } from './administrated';
import { setBack } from './set-back';

/** An administrator changes the password of the login. Whatever password the login has by now, the rotation repairs it. */
export const adminAssisted = (dualPasswords: boolean): Strategy => ({
  ...administrated,
  rotated: ['password'],
  interrupts: !dualPasswords,

  async rehearse(_rotation, { session }, { credential }) {
    await session.rehearse(credential, wishOf(dualPasswords, credential));
  },

  propose: async ({ engine, context }, base) => engine.propose(base.credential, context),

  wish: (_rotation, { credential }) => wishOf(dualPasswords, credential),

  undo: setBack,

  /** An earlier attempt may have given the database the new password already. Whoever edits AWSCURRENT may do so once more meanwhile. */
  async giveWay(rotation, change) {
    await setBack(rotation, change);
    if ((await rotation.store.describe()).current !== change.current.id) throw new RotationError('CONFLICT', 'AWSCURRENT was moved while the rotation gave way to an edit');
    return false;
  },
});

function wishOf(dualPasswords: boolean, beside: Credential) {
  return dualPasswords ? { beside } : {};
}
