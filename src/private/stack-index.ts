import { CfnResource, Stack } from 'aws-cdk-lib';
import { resourcesBelow } from './late-dependency';

/**
 * The resources of one type in a stack, by what they name. Each secret asks for its own, and a search for each of hundreds
 * would be quadratic, so a synthesis searches once.
 *
 * Resources of nested stacks do not count: their logical ids, and so the references to them, may be those of this stack.
 */
export class StackIndex<T extends CfnResource> {
  private readonly found = new WeakMap<Stack, Map<string, T[]>>();
  private readonly watched = new WeakSet<Stack>();

  public constructor(private readonly type: string, private readonly nameOf: (resource: T) => unknown) {}

  /** Has each synthesis search anew: a stack is validated before what stands in it, and the app may have grown since the last one. */
  public watch(stack: Stack): void {
    if (this.watched.has(stack)) return;
    this.watched.add(stack);
    stack.node.addValidation({
      validate: () => {
        this.found.delete(stack);
        return [];
      },
    });
  }

  /** The resources that name something. To be asked while the stack is validated. */
  public find(stack: Stack, name: unknown): T[] {
    const known = this.found.get(stack) ?? this.search(stack);
    this.found.set(stack, known);
    return known.get(keyOf(stack, name)) ?? [];
  }

  private search(stack: Stack): Map<string, T[]> {
    const found = new Map<string, T[]>();
    for (const resource of resourcesBelow(stack, this.type) as T[]) {
      if (resource.stack !== stack) continue;
      const key = keyOf(stack, this.nameOf(resource));
      found.set(key, [...found.get(key) ?? [], resource]);
    }
    return found;
  }
}

function keyOf(stack: Stack, name: unknown): string {
  return JSON.stringify(stack.resolve(name)) ?? '';
}

/** What a template says for a reference to a resource. */
export function referenceTo({ stack, logicalId }: CfnResource): object {
  return { Ref: stack.resolve(logicalId) };
}
