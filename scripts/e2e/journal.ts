import { existsSync, readFileSync } from 'fs';

/** What happened to a resource, or to its stack. */
export interface StackEvent {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** As CloudFormation names it, for example `CREATE_COMPLETE`. */
  readonly status: string;
  readonly reason: string;
  readonly physicalId: string;
  /** As they were resolved. */
  readonly properties: { readonly [name: string]: unknown } | null;
}

/** What the emulator did to resources, in its order. */
export class Journal {
  public constructor(public readonly file: string) {}

  public events(): StackEvent[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /** The resources of a type that are there now. */
  public resources(type: string): StackEvent[] {
    const present = new Map<string, StackEvent>();
    for (const event of this.events().filter((each) => each.type === type)) {
      if (/^(CREATE|UPDATE)_COMPLETE$/.test(event.status)) present.set(event.physicalId, event);
      if (event.status === 'DELETE_COMPLETE') present.delete(event.physicalId);
    }
    return [...present.values()];
  }
}
