/**
 * What users look up exists in the documents.
 */
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as library from '../../src';

const ROOT = path.join(__dirname, '..', '..');

test('the README mentions every class that is exported', () => {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const classes = Object.entries(library).filter(([, value]) => typeof value === 'function').map(([name]) => name);
  expect(classes.length).toBeGreaterThan(8);
  expect(classes.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
});

test('the first example of the README is the code of examples/rds-postgres', () => {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const example = readFileSync(path.join(ROOT, 'examples', 'rds-postgres', 'stack.ts'), 'utf8');
  const [, code] = /```ts\n(.*?)```/s.exec(readme)!;
  const withoutIndentation = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n');
  expect(withoutIndentation(example)).toContain(withoutIndentation(code));
});

test('docs/warnings.md lists every warning', () => {
  const documented = readFileSync(path.join(ROOT, 'docs', 'warnings.md'), 'utf8');
  const ids = sources(path.join(ROOT, 'src')).flatMap((text) => text.match(/cdk-guarded-secrets:\w+/g) ?? []);
  expect(ids.length).toBeGreaterThan(3);
  expect(ids.filter((id) => !documented.includes(`\`${id}\``))).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}
