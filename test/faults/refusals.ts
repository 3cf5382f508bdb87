/** How often a fault leaves AWSCURRENT refused until the next attempt, where an engine has one password for a login. */
import { Case } from './case';
import { runSuite } from './suite';
import { SERVERS } from './targets/all';
import { SINGLE_USER, Target } from './targets/target';

/** The kinds of faults by which docs/fault-matrix.md compares rotation functions. */
const CALLS = new Set([
  'dies before', 'dies after', 'request lost', 'answer lost', 'error 500 after the effect', 'throttled once', 'throttled until the step fails',
  'errors 500 until the step fails', 'stale read',
]);

/** To the server: the statement is not sent. To the client: it had its effect, and nobody hears of it. */
const SEGMENTS = new Set(['dies before', 'connection cut before']);

const LIMIT = 0.1;

export function testRefusals(server: string): void {
  test(`single user, ${server}: after at most one in ten faults AWSCURRENT is refused until the next attempt`, async () => {
    const target: Target = await SERVERS[server].start();
    try {
      const { results, failures } = await runSuite(target, SINGLE_USER, { seed: 1, cases: Infinity, outages: 0, doubles: false, filter: isCompared });
      expect(failures).toEqual([]);
      const dead = results.filter((result) => result.dead);
      console.log(`${server}, single user: AWSCURRENT refused until the next attempt after ${dead.length} of ${results.length} faults`);
      expect(results.length).toBeGreaterThan(100);
      // There is one: the time between the change and the move of the label cannot be none.
      expect(dead.length).toBeGreaterThan(0);
      expect(dead.length / results.length).toBeLessThanOrEqual(LIMIT);
    } finally {
      await target.stop();
    }
  }, 300_000);
}

function isCompared({ start, then, fault, boundary }: Case): boolean {
  const kinds = boundary.startsWith('call') ? CALLS : SEGMENTS;
  return start === 'later rotation' && then === 'the service tries again' && kinds.has(fault.name);
}
