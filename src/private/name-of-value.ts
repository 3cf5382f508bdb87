import { Construct } from 'constructs';

/** What to call something that is of another kind than it should be. */
export function nameOfValue(value: unknown): string {
  if (Construct.isConstruct(value)) return `the construct ${JSON.stringify(value.node.path)}`;
  if (typeof value === 'object' && value !== null) return 'another object';
  return typeof value === 'function' ? 'a class or a function of the language' : JSON.stringify(value) ?? 'undefined';
}
