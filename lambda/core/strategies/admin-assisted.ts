import { Credential } from '../engine';
import { administrated } from './administrated';
import { setBack } from './set-back';
import { Strategy } from './strategy';

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

  /** An earlier attempt may have given the database the new password already. */
  async giveWay(rotation, change) {
    await setBack(rotation, change);
    return false;
  },
});

function wishOf(dualPasswords: boolean, beside: Credential) {
  return dualPasswords ? { beside } : {};
}
