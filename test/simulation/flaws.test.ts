/** The simulation finds what is wrong: each of these databases lacks one thing that a rotation relies on. */
import { explore } from './exhaustive';
import { Flavour } from './model/database-engine';
import { DatabaseServer, ServerSession } from './model/database-server';
import { mariadbFlavour } from './model/flavours';
import { LONG_SCENARIOS } from './scenarios';
import { ALTERNATING_CLONE, Setting, SINGLE_USER } from './settings';

const TIME_LIMIT = 300_000;

/** As AWS's own function does it. */
const passwordFirst: Flavour = (...args) => {
  const [create, ...others] = mariadbFlavour(...args);
  return [create, ...others.reverse()];
};

class ServerWithoutLocks extends DatabaseServer {
  public holder(): ServerSession | undefined {
    return undefined;
  }
}

/** Whoever was silent for too long loses the lock, but can go on. */
class ServerWithoutFence extends DatabaseServer {
  public end(session: ServerSession): void {
    session.lock = undefined;
  }
}

async function violations(setting: Setting, name: string): Promise<string[]> {
  const scenario = LONG_SCENARIOS.find((each) => each.name === name)!;
  const { harmful } = await explore(setting, { ...scenario, faults: ['die'] });
  return harmful.flatMap((harm) => harm.violations);
}

test('a login that has its password before its rights', async () => {
  expect(await violations({ ...ALTERNATING_CLONE, flavour: passwordFirst }, 'finishSecret twice at once')).not.toEqual([]);
}, TIME_LIMIT);

test('locks that exclude nobody', async () => {
  expect(await violations({ ...SINGLE_USER, server: ServerWithoutLocks }, 'finishSecret, and a new rotation')).not.toEqual([]);
}, TIME_LIMIT);

test('sessions that outlive their lock', async () => {
  expect(await violations({ ...SINGLE_USER, server: ServerWithoutFence }, 'finishSecret, silence for longer than the lease, and a new rotation')).not.toEqual([]);
}, TIME_LIMIT);
