import { Engine, EngineContext, SecretFields, Session, Wish } from './engine';
import { RotationEvent, SecretEvent } from './event';
import { Labels } from './labels';
import { Log } from './log';
import { Figures } from './metrics';
import { Redactor } from './redact';
import { SecretStore } from './secret-store';
import { Version } from './secret-value';
import { SecretFacts } from '../../src/handler-contract';

/** All that one invocation works with. */
export interface Work {
  readonly event: SecretEvent;
  readonly facts: SecretFacts;
  readonly strategy: Strategy;
  readonly engine: Engine;
  readonly context: EngineContext;
  readonly store: SecretStore;
  /** The secret of the administrator; every strategy but `single-user` has one. */
  readonly admin?: SecretStore;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly figures: Figures;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** What one step works with. */
export interface Rotation extends Work {
  readonly event: RotationEvent;
}

/** Whoever changes the password: the session, and the version of the secret that it logged in with, unless it is an administrator. */
export interface Actor {
  readonly session: Session;
  readonly version?: Version;
}

/** What the irreversible part of a rotation works with. */
export interface Change {
  readonly actor: Actor;
  readonly current: Version;
  readonly next: Version;
}

/** What differs from one way to rotate to another: who changes the password, and of which login. */
export interface Strategy {
  /** The members of the value that a rotation changes. Whatever else differs somebody edited. */
  readonly rotated: readonly string[];

  /** Whether AWSCURRENT fails from the change until the new version is AWSCURRENT. */
  readonly interrupts: boolean;

  /** For createSecret: logs in whoever can change the password, and takes the lock. */
  open(work: Work, labels: Labels): Promise<Actor>;

  /**
   * Under the lock: makes AWSCURRENT log in where an earlier rotation left it otherwise.
   *
   * @returns the version that the next one is made of
   */
  settle(rotation: Rotation, actor: Actor, labels: Labels): Promise<Version>;

  /** Proves that the change could be made, and changes nothing. */
  rehearse(rotation: Rotation, actor: Actor, base: Version): Promise<void>;

  /** The members that the next version has different. */
  propose(rotation: Rotation, base: Version, labels: Labels): Promise<SecretFields>;

  /** For finishSecret, as `open`. */
  reopen(rotation: Rotation, current: Version, next: Version): Promise<Actor>;

  /** What is to be true besides the new password. */
  wish(rotation: Rotation, current: Version): Wish;

  /** Takes the change back. @returns in words, what is true now */
  undo(rotation: Rotation, change: Change): Promise<string>;

  /** Before the rotation is given up, since AWSCURRENT was edited. @returns whether the edit has the new password now */
  giveWay(rotation: Rotation, change: Change): Promise<boolean>;

  /** When rotation is configured: whether it could rotate. */
  probe(rotation: Rotation, labels: Labels): Promise<void>;
}
