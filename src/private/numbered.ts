import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * The first construct of a stack with an id, or with that id and a number behind it, which has room for something more.
 * Another one is defined where none has.
 */
export function firstWithRoom<T extends Construct>(
  scope: Construct, id: string, hasRoom: (existing: T) => boolean, define: (stack: Stack, id: string) => T,
): T {
  const stack = Stack.of(scope);
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? id : `${id}N${number}`;
    const existing = stack.node.tryFindChild(numbered) as T | undefined;
    if (!existing) return define(stack, numbered);
    if (hasRoom(existing)) return existing;
  }
}
