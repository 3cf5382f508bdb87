import { IConstruct } from 'constructs';

/** What tells one construct from others in an id or a name; ids depend on it. */
export function shortAddress({ node }: IConstruct): string {
  return node.addr.slice(-8).toUpperCase();
}
