import { Json } from '../vocabulary';

/**
 * Whether EventBridge would send an event to a rule: the part of its pattern language that our rules use (values,
 * prefixes, nested fields).
 */
export function matches(pattern: Json, event: Json): boolean {
  return Object.entries<Json>(pattern).every(([name, expected]) => {
    const actual = event?.[name];
    return Array.isArray(expected) ? expected.some((item) => matchesValue(item, actual)) : matches(expected, actual);
  });
}

function matchesValue(expected: Json, actual: Json): boolean {
  if (typeof expected !== 'object') return expected === actual;
  const operators = Object.keys(expected);
  if (operators.join() !== 'prefix') throw new Error(`the matcher does not know ${operators.join()}`);
  return typeof actual === 'string' && actual.startsWith(expected.prefix);
}
