/**
 * The process of the function is killed after each of its effects; then the service tries again. Whatever the point, the
 * rotation must end with an AWSCURRENT that authenticates. The table is written to build/crash-loop.txt.
 */
import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import Table from 'cli-table3';
import { ROOT, synthesiseApp } from './app';
import { readAssembly } from '../../../cli/rehearse/assembly';
import { crashLoop, CrashRow } from '../../../cli/rehearse/crash-loop';
import { planRehearsal } from '../../../cli/rehearse/plan';
import { equip } from '../../../cli/rehearse/programs';
import { World } from '../../../cli/rehearse/world';

jest.setTimeout(600_000);

let rows: CrashRow[];

beforeAll(async () => {
  const plan = equip(planRehearsal(readAssembly(synthesiseApp())), ROOT);
  const world = await World.create({ plan, programs: plan.programs, projectFolder: ROOT });
  try {
    const [rotation] = plan.rotations;
    rows = await crashLoop(world, rotation, await world.secrets.deploy(rotation), { aftermath: 'retry' });
  } finally {
    await world.close();
  }
  const table = new Table({ head: ['n', 'kind', 'step', 'killed after', 'AWSCURRENT before the retry', 'after it', 'attempts', 'failed logins'], style: { head: [], border: [], compact: true } });
  for (const row of rows) {
    table.push([row.n, row.kind, row.step, row.effect, row.worksBefore ? 'works' : 'DEAD', row.worksAfter ? 'works' : 'DEAD', row.attempts, row.failedLogins]);
  }
  mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  writeFileSync(path.join(ROOT, 'build', 'crash-loop.txt'), `${table.toString()}\n`);
});

test('every effect of a rotation was a point of death', () => {
  const requests = rows.filter(({ kind }) => kind === 'request').map(({ effect }) => effect);
  expect(requests).toEqual([
    'DescribeSecret', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage', // createSecret
    'DescribeSecret', // testSecret
    'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage', // finishSecret
  ]);
  expect(rows.filter(({ kind }) => kind === 'answer').length).toBeGreaterThan(10);
});

test('AWSCURRENT authenticates after the retry, whatever the point of death', () => {
  expect(rows.filter(({ worksAfter, rightsKept }) => !worksAfter || !rightsKept)).toEqual([]);
});

test('one retry is enough, and the rotation succeeds', () => {
  expect(rows.filter(({ succeeded, attempts }) => !succeeded || attempts > 2)).toEqual([]);
});

test('AWSCURRENT is dead before the retry only where the password is changed and not yet promoted', () => {
  const dead = rows.filter(({ worksBefore }) => !worksBefore);
  expect(dead.filter(({ step }) => step !== 'finishSecret')).toEqual([]);
  expect(dead.length / rows.length).toBeLessThan(0.2);
});
