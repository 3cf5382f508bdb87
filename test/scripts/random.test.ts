import { Random } from '../random';

const NAMES = Array.from({ length: 200 }, (_item, index) => `case ${index}`);

function order(seed: number, names: readonly string[]): string[] {
  return new Random(seed).shuffle(names, (name) => name);
}

test('the same seed gives the same order, another seed another one', () => {
  expect(order(1, NAMES)).toEqual(order(1, NAMES));
  expect(order(1, NAMES)).not.toEqual(order(2, NAMES));
  expect(order(1, NAMES)).not.toEqual(NAMES);
  expect([...order(1, NAMES)].sort()).toEqual([...NAMES].sort());
});

test('a case more or less leaves the order of the others as it is', () => {
  const without = order(1, NAMES).filter((name) => name !== 'case 7');
  expect(order(1, NAMES.filter((name) => name !== 'case 7'))).toEqual(without);
});

test('numbers are below their limit', () => {
  const random = new Random(1);
  const numbers = Array.from({ length: 1_000 }, () => random.below(10));
  expect([Math.min(...numbers), Math.max(...numbers)]).toEqual([0, 9]);
});
