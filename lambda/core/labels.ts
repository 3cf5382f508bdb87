import { RotationError } from './errors';
import { JOURNAL_LABEL } from '../../src/handler-contract';

/** Which version of a secret has which labels, at one moment. */
export class Labels {
  public constructor(public readonly rotationEnabled: boolean, private readonly versions: { readonly [id: string]: readonly string[] }) {}

  public get current(): string | undefined {
    return this.holder('AWSCURRENT');
  }

  /** The version that a rotation makes; not one that is AWSCURRENT already. */
  public get pending(): string | undefined {
    const pending = this.holder('AWSPENDING');
    return pending === this.current ? undefined : pending;
  }

  public get previous(): string | undefined {
    return this.holder('AWSPREVIOUS');
  }

  /** The last version that this function wrote, which a database may have. */
  public get journal(): string | undefined {
    return this.holder(JOURNAL_LABEL);
  }

  /** Every version that has labels, with them. */
  public get all(): readonly (readonly [id: string, labels: readonly string[]])[] {
    return Object.entries(this.versions);
  }

  /**
   * Whether the rotation to a version goes on.
   *
   * @returns false when it has succeeded already
   * @throws STALE when it was cancelled, or another one has taken its place
   */
  public isPending(version: string): boolean {
    const labels = this.versions[version];
    if (labels?.includes('AWSCURRENT')) return false;
    if (!this.rotationEnabled) throw new RotationError('STALE', 'rotation of the secret is not enabled');
    if (!labels) throw new RotationError('STALE', `version ${version} is not known to the secret`);
    if (!labels.includes('AWSPENDING')) throw new RotationError('STALE', `version ${version} is not pending any more`);
    return true;
  }

  /** @throws INVALID_SECRET when there is nothing to rotate */
  public requireCurrent(): string {
    const { current } = this;
    if (current === undefined) throw noCurrent();
    return current;
  }

  private holder(label: string): string | undefined {
    return Object.keys(this.versions).find((id) => this.versions[id].includes(label));
  }
}

/**
 * Whether an earlier rotation may have given the database a password without ever making it AWSCURRENT. One that was AWSCURRENT is
 * AWSPREVIOUS since somebody edited the secret, or moved AWSCURRENT back.
 */
export function isUnfinished({ journal, current, previous }: Labels): boolean {
  return journal !== undefined && journal !== current && journal !== previous;
}

export function noCurrent(): RotationError {
  return new RotationError('INVALID_SECRET', 'the secret has no version with AWSCURRENT', { hint: 'give the secret a value' });
}
