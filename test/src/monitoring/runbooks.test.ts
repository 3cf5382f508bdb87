/**
 * Whoever gets an alarm finds a page that fits it, and one for each error code.
 */
import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { runbook } from '../../../src/monitoring/runbooks';

const ROOT = path.join(__dirname, '..', '..', '..');
const RUNBOOKS = path.join(ROOT, 'docs', 'runbooks');
const PAGES = readdirSync(RUNBOOKS);
const INDEX = page('README.md');

function page(name: string): string {
  return readFileSync(path.join(RUNBOOKS, name), 'utf8');
}

function source(...names: string[]): string {
  return readFileSync(path.join(ROOT, ...names), 'utf8');
}

/** The names that a list in a source has, such as `const NAME = ['a', 'b']`. */
function listed(text: string, pattern: RegExp): string[] {
  const names = [...pattern.exec(text)![1].matchAll(/'(\w+)'/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(2);
  return names;
}

test.each(['rotation-failed', 'function-errors'] as const)('the address of the page %s is one of this repository, and the page exists', (name) => {
  const { repository } = JSON.parse(source('package.json'));
  const url = runbook(name);
  expect(url).toBe(`${repository.url.replace(/\.git$/, '')}/blob/main/docs/runbooks/${name}.md`);
  expect(PAGES).toContain(`${name}.md`);
});

test('each error code leads to a page that is about it', () => {
  const codes = listed(source('lambda', 'core', 'errors.ts'), /export type ErrorCode =([^;]+);/);
  const rows = new Map([...INDEX.matchAll(/^\| `(\w+)` \|.+\| \[([\w-]+\.md)\]\(\2\) \|$/gm)].map(([, code, file]) => [code, file]));
  expect([...rows.keys()].sort()).toEqual([...codes].sort());
  for (const [code, file] of rows) expect([code, page(file).includes(`\`${code}\``), page(file).split('\n')[0].includes(code)]).toEqual([code, true, true]);
});

test('each operation, verdict and metric is explained', () => {
  const operations = listed(source('lambda', 'core', 'event.ts'), /const OPERATIONS = \[([^\]]+)\]/);
  const verdicts = listed(source('lambda', 'core', 'operator', 'verdict.ts'), /export type Verdict =([^;]+);/);
  const metrics = [...source('lambda', 'core', 'metrics.ts').matchAll(/^ {2}(\w+): '(?:Count|Milliseconds)',$/gm)].map(([, name]) => name);
  expect(metrics).toHaveLength(7);
  for (const name of [...operations, ...verdicts]) expect([name, new RegExp(`^\\| \`${name}\``, 'm').test(INDEX)]).toEqual([name, true]);
  for (const name of metrics) expect(INDEX).toContain(`\`${name}\``);
});

test('every service event that alarms has a column', () => {
  for (const name of listed(source('src', 'monitoring', 'secret-alarms.ts'), /const ROTATION_TROUBLE = \[([^\]]+)\]/)) expect(page('rotation-failed.md')).toContain(`\`${name}\``);
});

test('no link between the pages is broken', () => {
  for (const name of PAGES) {
    for (const [, file, , anchor] of page(name).matchAll(/\]\(([\w-]*\.md)?(#([\w-]+))?\)/g)) {
      const target = file ?? name;
      expect([name, target, existsSync(path.join(RUNBOOKS, target))]).toEqual([name, target, true]);
      const anchors = [...page(target).matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-'));
      if (anchor !== undefined) expect(anchors).toContain(anchor);
    }
  }
});
