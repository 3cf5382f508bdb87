import { Lazy } from 'aws-cdk-lib';
import { newStack } from './vocabulary';
import { DatabaseEngine, GuardedSecret } from '../../src';
import { patternDistance } from '../../src/private/pattern-distance';
import { isOutside, problemMessage, Problems } from '../../src/private/problems';
import { factsSize } from '../../src/rotation/function-sharing';

describe('problems', () => {
  test('none throws nothing', () => {
    expect(() => new Problems(newStack()).throwIfAny()).not.toThrow();
  });

  test('one is a sentence after the path', () => {
    expect(problemMessage(newStack(), ['the box is full'])).toBe('Test: the box is full');
  });

  test('several are a list', () => {
    expect(problemMessage(newStack(), ['the box is full', 'the lid is lost'])).toBe('Test: 2 problems\n  1. the box is full\n  2. the lid is lost');
  });
});

describe('a number outside of its range', () => {
  test.each([[7, true], [8, false], [10, false], [11, true], [8.5, true], [NaN, true]])('%d of 8 to 10: %p', (value, outside) => {
    expect(isOutside(value, 8, 10)).toBe(outside);
  });

  test('is not one that is left out or known at deployment only', () => {
    expect(isOutside(undefined, 8, 10)).toBe(false);
    expect(isOutside(Lazy.number({ produce: () => 7 }), 8, 10)).toBe(false);
  });
});

test.each([
  ['postgres', DatabaseEngine.POSTGRES], ['aurora-postgresql', DatabaseEngine.POSTGRES],
  ['mysql', DatabaseEngine.MYSQL], ['aurora-mysql', DatabaseEngine.MYSQL], ['aurora', DatabaseEngine.MYSQL],
  ['mariadb', DatabaseEngine.MARIADB],
])('what AWS calls %s is %s here', (name, engine) => {
  expect(DatabaseEngine.fromName(name)).toBe(engine);
});

describe('the size of facts', () => {
  const secret = () => new GuardedSecret(newStack(), 'Secret').secret;

  test('is that of their JSON at least', () => {
    const facts = { strategy: 'single-user', host: 'db.example.com', port: '5432' };
    expect(factsSize(secret(), { bundle: 'postgres', facts })).toBeGreaterThan(JSON.stringify(facts).length);
  });

  test('is estimated from above where they are known at deployment only', () => {
    const sizeWith = (host: string) => factsSize(secret(), { bundle: 'postgres', facts: { host } });
    expect(sizeWith(Lazy.string({ produce: () => 'x' }))).toBeGreaterThan(sizeWith('x'.repeat(100)));
  });
});

test.each([
  ['GetSecretValue', 'GetSecretValue', 0],
  ['GetSecretValues', 'GetSecretValue', 1],
  ['GetSecretVaule', 'GetSecretValue', 2],
  ['', 'Get', 3],
  ['', '*', 0],
  ['Get*', 'GetSecretValue', 0],
  ['?etSecret*e', 'GetSecretValue', 0],
  ['Gett*', 'GetSecretValue', 1],
  ['Get?', 'Get', 1],
  ['*Secret*', 'Get*Value', 0],
  ['arn:*:secret:partner-??????', 'arn:aws:secret:partner-a1B2c3', 0],
  ['arn:*:secret:partner-??????', 'arn:aws:secret:partner', 7],
  ['aaa*', 'bbb*', 3],
])('the patterns %p and %p are %d letters apart, in both directions', (one, other, distance) => {
  expect(patternDistance(one, other)).toBe(distance);
  expect(patternDistance(other, one)).toBe(distance);
});
