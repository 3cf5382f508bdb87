import { openActor } from '../actor';
import { adopt } from '../adopt';
import { isUnfinished } from '../labels';
import { Strategy } from '../rotation';
import { readVersion } from '../versions';
import { setBack } from './set-back';

/** The login changes its own password. */
export const singleUser: Strategy = {
  rotated: ['password'],
  interrupts: true,

  // An earlier rotation may have given the database its password without telling, and may do so until the lock is had: a login
  // from before says nothing then.
  open: (work, labels) => openActor(work, [labels.requireCurrent(), labels.journal, labels.previous], { proveAgain: isUnfinished(labels) }),

  /**
   * When the database has the password of an earlier rotation that could not be finished, that one becomes AWSCURRENT first; else the
   * journal label would leave the only password that works.
   */
  async settle(rotation, { version }, labels) {
    const currentId = labels.requireCurrent();
    if (version?.id === currentId) return version;
    const current = await readVersion(rotation, currentId);
    return version && version.id === labels.journal ? adopt(rotation, version, current) : current;
  },

  async rehearse(_rotation, { session, version }, base) {
    await session.rehearse((version ?? base).credential);
  },

  propose: async ({ engine, context }, base) => engine.propose(base.credential, context),

  reopen: (rotation, current, next) => openActor(rotation, [current.id, next.id, async () => (await rotation.store.describe()).previous]),

  wish: () => ({}),

  undo: setBack,

  async giveWay(rotation, { actor, current, next }) {
    if (actor.version?.id !== next.id) return false;
    await adopt(rotation, next, current);
    return true;
  },

  async probe(rotation, labels) {
    const { session, version } = await openActor(rotation, [labels.requireCurrent()]);
    try {
      await session.rehearse(version.credential);
    } finally {
      await session.close();
    }
  },
};
