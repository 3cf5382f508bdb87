import { openAdministrator } from '../administrator';
import { Strategy } from '../rotation';
import { readVersion } from '../versions';
import { probeAsAdministrator } from './probe';
import { createIfMissing } from './provision';
import { finishEarlier } from './unfinished';

/** What all strategies have in common in which an administrator changes the password. */
export const administrated: Pick<Strategy, 'open' | 'settle' | 'reopen' | 'probe'> = {
  open: async (work, labels) => openAdministrator(work, await readVersion(work, labels.requireCurrent())),

  async settle(rotation, { session }, labels) {
    const current = await readVersion(rotation, labels.requireCurrent());
    if (await createIfMissing(rotation, session, current)) return current;
    // In a pair, the earlier rotation is of this login only when AWSCURRENT was moved back by hand while it ran.
    return finishEarlier(rotation, session, current, labels);
  },

  reopen: (rotation, current) => openAdministrator(rotation, current),

  probe: probeAsAdministrator,
};
