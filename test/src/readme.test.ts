import { readFileSync } from 'fs';
import * as path from 'path';
import * as library from '../../src';

test('the README mentions every class that is exported', () => {
  const readme = readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8');
  const classes = Object.entries(library).filter(([, value]) => typeof value === 'function').map(([name]) => name);
  expect(classes.length).toBeGreaterThan(8);
  expect(classes.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
});
