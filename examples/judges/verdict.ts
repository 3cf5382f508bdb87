/** What the judges say about an app. Read by scripts/judge.ts. */
export interface Verdict {
  readonly app: string;

  /** The Region that the app names, if any. */
  readonly region?: string;
  readonly stacks: number;
  readonly resources: number;

  /** Folder of the templates. */
  readonly folder: string;
  readonly findings: Finding[];
  readonly acknowledged: Acknowledged[];
  readonly evaluations: Evaluation[];
}

/** A rule that something breaks. */
export interface Finding {
  readonly judge: string;
  readonly rule: string;
  readonly description: string;
  readonly construct: string;

  /** Whether this library defines the resource. */
  readonly ours: boolean;

  /** Whether the stack asks for the strict controls. */
  readonly strict: boolean;
}

/** A finding that the library has considered. */
export interface Acknowledged {
  readonly rule: string;
  readonly reason: string;
  readonly construct: string;
}

/** A rule of a pack that looked at one of the resources of this library. */
export interface Evaluation {
  readonly judge: string;
  readonly rule: string;
  readonly description: string;
  readonly type: string;
  readonly compliant: boolean;
}
