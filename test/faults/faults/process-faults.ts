import { setTimeout as sleep } from 'timers/promises';
import { Fault, meanwhile, Strike } from './fault';
import { Killed } from '../container';

/** How long a container is held that is not to lose its sessions. */
const PAUSE = 60;

/** Until the server has ended the sessions of a container that is held. */
const LONGER_THAN_LEASE = 3_000;

/**
 * Of two that run at once, one may write its version just after an operator has cancelled and rotated anew. The service then
 * takes the cancelled rotation for the one that is pending, and tries that again when it is asked the next time.
 */
const DUPLICATE = { excuse: 'may stop' } as const;

/** What can happen to the process of the function, and to its connections. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'dies before',
    async call({ container }) {
      container.kill();
      throw new Killed('the process of the function was killed');
    },
    async segment({ container }) {
      container.kill();
      return 'cut-before';
    },
  },
  {
    name: 'dies after',
    async call({ container, perform }) {
      await perform();
      container.kill();
      throw new Killed('the process of the function was killed');
    },
    applies: ({ channel, what }) => channel === 'call' || what === 'client-to-server',
    async segment({ container }) {
      // The segment is on its way; the server may or may not get to it before it sees the end of the connection.
      setImmediate(() => container.kill());
      return 'cut-after';
    },
  },
  { name: 'connection cut before', applies: ({ channel }) => channel === 'segment', segment: async () => 'cut-before' },
  { name: 'connection cut after', applies: ({ channel, what }) => channel === 'segment' && what === 'client-to-server', segment: async () => 'cut-after' },
  { name: 'database silent', applies: ({ channel }) => channel === 'segment', segment: async () => 'stall' },
  meanwhile('the same step twice at once', async ({ scene, container }) => {
    scene.background.push(scene.spawn().then((second) => second.invoke(container.event)));
    await held({ container }, sleep(PAUSE));
  }, DUPLICATE),
  meanwhile('the same step again, and first to end', async ({ scene, container }) => {
    const second = scene.spawn().then((other) => other.invoke(container.event));
    scene.background.push(second);
    await held({ container }, Promise.race([second, sleep(LONGER_THAN_LEASE)]));
  }, DUPLICATE),
  meanwhile('paused, while an operator cancels and rotates anew', async ({ scene, container }) => {
    scene.background.push(overtake(scene));
    await held({ container }, sleep(PAUSE));
  }, { excuse: 'may stop' }),
  meanwhile('frozen, overtaken by a new rotation, and thawed', async ({ scene, container }) => {
    const overtaken = overtake(scene);
    scene.background.push(overtaken);
    await held({ container }, overtaken);
  }, { excuse: 'may stop' }),
];

async function overtake(scene: Strike['scene']): Promise<void> {
  await scene.cancel();
  await scene.rotate();
}

async function held({ container }: Pick<Strike, 'container'>, until: Promise<unknown>): Promise<void> {
  container.hold(until);
  await until;
}
