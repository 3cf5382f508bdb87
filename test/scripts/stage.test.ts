import { Outcome, runStages, Stage, stagesFor } from '../../scripts/test/stage';

let ran: string[] = [];
let atOnce = 0;
let mostAtOnce = 0;

beforeEach(() => {
  [ran, atOnce, mostAtOnce] = [[], 0, 0];
});

function stage(name: string, after: readonly string[] = [], seconds: number = 1): Stage {
  return {
    name,
    after,
    seconds,
    run: async () => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      ran.push(name);
      atOnce--;
      if (name.startsWith('broken')) throw new Error('expected output of a stage that fails');
    },
  };
}

/** What each stage ended with, without the lines that are printed. */
async function outcomesOf(stages: readonly Stage[], concurrency: number = 2): Promise<{ [name: string]: Outcome['status'] }> {
  const [log, error] = [console.log, console.error];
  console.log = console.error = () => {};
  try {
    return Object.fromEntries((await runStages(stages, concurrency)).map(({ name, status }) => [name, status]));
  } finally {
    [console.log, console.error] = [log, error];
  }
}

test('a stage starts after all that it needs', async () => {
  await outcomesOf([stage('c', ['a', 'b']), stage('b', ['a']), stage('a')]);
  expect(ran).toEqual(['a', 'b', 'c']);
});

test('no more stages run at once than allowed, those with the longest chain first', async () => {
  await outcomesOf([stage('short'), stage('long', [], 100), stage('first of a long chain'), stage('last', ['first of a long chain'], 200)], 1);
  expect(mostAtOnce).toBe(1);
  expect(ran).toEqual(['first of a long chain', 'last', 'long', 'short']);
  await outcomesOf(['1', '2', '3', '4'].map((name) => stage(name)), 3);
  expect(mostAtOnce).toBe(3);
});

test('a stage that fails keeps those that need it from running, and no other one', async () => {
  expect(await outcomesOf([stage('broken'), stage('needs it', ['broken']), stage('needs that', ['needs it']), stage('other')])).toEqual({
    'broken': 'failed', 'needs it': 'not run', 'needs that': 'not run', 'other': 'passed',
  });
});

test('a stage that is needed but missing is an error, not a stage that is skipped', async () => {
  await expect(runStages([stage('a', ['missing'])], 1)).rejects.toThrow('missing');
});

test('--only selects the stages with the text, and all that they need', () => {
  const stages = [stage('types'), stage('packed'), stage('installed', ['packed']), stage('example one', ['installed']), stage('example two', ['installed'])];
  expect(stagesFor(stages, 'one').map(({ name }) => name)).toEqual(['packed', 'installed', 'example one']);
  expect(() => stagesFor(stages, 'lint')).toThrow('no stage has "lint" in its name; there are:\ntypes\npacked');
});
