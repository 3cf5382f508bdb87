import { Wish } from '../engine';
import { Rotation, Strategy } from '../rotation';
import { Version } from '../secret-value';
import { administrated } from './administrated';
import { unfinishedVersion } from './unfinished';

/**
 * An administrator gives the login of a pair that is not in use the new password, and the rights of the one that is. The login of
 * AWSCURRENT is never touched, so AWSCURRENT and AWSPREVIOUS both work until the next rotation.
 */
export const alternatingUsers: Strategy = {
  ...administrated,
  rotated: ['username', 'password'],
  interrupts: false,

  async rehearse(rotation, { session }, base) {
    await session.rehearse({ ...base.credential, username: otherUsername(rotation, base) }, wishOf(rotation, base));
  },

  async propose(rotation, base, labels) {
    const username = otherUsername(rotation, base);
    const { engine, context } = rotation;
    // The login may have the password of an earlier rotation, which the journal label is about to leave: it is taken up again, so it
    // stays in a version with a label.
    const unfinished = await unfinishedVersion(rotation, labels, username);
    return { ...(unfinished ? { password: unfinished.credential.password } : engine.propose(base.credential, context)), username };
  },

  wish: wishOf,

  undo: async () => 'AWSCURRENT was not touched',

  giveWay: async () => false,
};

function otherUsername({ facts }: Rotation, { credential }: Version): string {
  return credential.username === facts.username ? facts.otherUsername! : facts.username!;
}

function wishOf({ facts: { role, create } }: Rotation, { credential }: Version): Wish {
  return { rights: { like: credential, role, create } };
}
