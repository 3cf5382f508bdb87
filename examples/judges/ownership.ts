import { Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import * as library from 'cdk-guarded-secrets';
import { PIECES, SURROUNDINGS } from '../gallery/gallery';

/** What the constructs of the library share within a stack stands there under this name. */
const SHARED = /^GuardedSecrets/;

/** The classes of the library that are constructs. */
export const CONSTRUCTS = Object.values(library).filter((value) => typeof value === 'function' && value.prototype instanceof Construct) as (typeof Construct)[];

/** Whether the library defines a construct. Everything in the gallery counts, but for what surrounds it. */
export function isOurs(construct: IConstruct): boolean {
  const stack = stackOf(construct);
  if (PIECES.some(({ name }) => name === stack)) return true;
  if (stack === SURROUNDINGS) return false;
  return construct.node.scopes.some((scope) => SHARED.test(scope.node.id) || CONSTRUCTS.some((type) => scope instanceof type));
}

/** Whether no rule may have anything to say about a construct. */
export function isStrict(construct: IConstruct): boolean {
  return PIECES.some(({ name, strict }) => strict && name === stackOf(construct));
}

function stackOf(construct: IConstruct): string | undefined {
  return construct.node.scopes.find(Stack.isStack)?.node.id;
}
