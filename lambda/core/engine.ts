import { Privileges } from '../../src/handler-contract';

/**
 * What an engine is: all that differs from one kind of database to another, and nothing else. An engine never sees
 * Secrets Manager, staging labels or the environment; the core owns steps, labels, retries, the deadline and redaction.
 *
 * For every method: it MUST throw `RotationError` only, with a code of the first group; it MUST NOT put a password into
 * an error, into a log line or into the text of a statement; it MUST end within `context.slice(...)` of its limit.
 */

/** The members of the secret's JSON. */
export type SecretFields = { readonly [name: string]: unknown };

/** What every login consists of; engines add their own. */
export interface Credential {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The database within the server that the login connects to. */
  readonly database?: string;
}

/** What an engine gets from outside. */
export interface EngineContext {
  /** How long a session that holds a lock may say nothing before the server MUST end it, in milliseconds. */
  readonly lease: number;

  /** Milliseconds that an operation may take now: at most `limit`, less when the deadline is near. Throws TIMEOUT when nothing is left. */
  slice(limit: number): number;

  /** A random integer from 0 up to, but not including, `limit`; cryptographically strong. */
  random(limit: number): number;

  /** Keeps a value that is derived from a password, for example a verifier, out of every log line and error. */
  conceal(value: string): void;
}

export interface Engine<C extends Credential = Credential> {
  /** For log lines and messages. */
  readonly name: string;

  /**
   * Reads a credential from the members of a secret. MUST accept what AWS's own functions accept, and MUST ignore members
   * that it does not know. Throws INVALID_SECRET with the name of the member, never with its content.
   */
  parse(fields: SecretFields): C;

  /** The members of the secret that the next version has different, usually `password`. MUST NOT connect to anything. */
  propose(current: C, context: EngineContext): SecretFields;

  /**
   * Prepares a login: all that does not depend on the password, such as the TCP connection and TLS. The login itself happens
   * while AWSCURRENT does not authenticate, so the more is done here the shorter that is; an engine whose driver cannot split
   * the two MAY do everything in `login`.
   *
   * The server's identity MUST be verified, and there MUST NOT be a way to clear text.
   */
  dial(credential: C, context: EngineContext): Promise<Line<C>>;
}

/** A connection on which nobody has logged in yet. */
export interface Line<C extends Credential = Credential> {
  /**
   * MUST throw AUTH when, and only when, the server says that user name or password is wrong, and NETWORK at once when the line
   * has ended meanwhile. Closes the line on failure.
   */
  login(credential: C): Promise<Session<C>>;

  /** MUST NOT throw. */
  close(): Promise<void>;
}

/** The rights that a login is to have. They are made true before the login gets its password, never after. */
export interface Rights<C extends Credential = Credential> {
  /**
   * The login that it must equal: rights, memberships, attributes, limits, settings, what TLS it demands. What it has beyond
   * that is taken from it. Never the same login.
   */
  readonly like?: C;

  /**
   * The role that owns the rights. The login becomes a member and works as the role by default, so that what it creates
   * belongs to the role. The role is created, without login, when it is missing and `create` is given.
   */
  readonly role?: string;

  /**
   * What the role, or without one the login, may do in the database of the login. Given only when what is missing is to be
   * created; one that exists keeps what it has.
   */
  readonly create?: Privileges;
}

/** What else is to be true when a login has its password. */
export interface Wish<C extends Credential = Credential> {
  /** Without it the login must exist, and keeps the rights that it has. */
  readonly rights?: Rights<C>;

  /** A credential of the same login that stays valid beside the new one. Without it, only the new one is valid. */
  readonly beside?: C;
}

/** A connection on which somebody has logged in: the login itself, or an administrator. */
export interface Session<C extends Credential = Credential> {
  /**
   * Takes the lock with this name, which no two sessions have at once, until the session is closed. READ_ONLY when the server
   * does not take changes, CONFLICT when the lock could not be had in time.
   *
   * From here on the server MUST end the session, and with it the lock, when nothing is heard from it for `context.lease`: a
   * function that was frozen cannot go on as if it still had the lock.
   *
   * @returns false when it had to wait: others may have changed what this session knew
   */
  lock(name: string): Promise<boolean>;

  /** Whether a login exists. Only an administrator is asked. */
  exists(username: string): Promise<boolean>;

  /**
   * Proves, as far as the server lets it, that `apply` would succeed, and changes nothing. It MUST fail when the
   * lock was lost.
   */
  rehearse(next: C, wish?: Wish<C>): Promise<void>;

  /**
   * Gives the login of `next` its password; when it returns, new connections need it. The login is the one of the session, or,
   * for an administrator, any. A login that is missing is created if `wish.rights` says so.
   *
   * The password MUST be the last thing that changes: whoever can log in with it has all the rights, also when the function dies
   * in the middle. It MUST fail without giving the password when a right cannot be given, or when the lock was lost; and it MUST be
   * safe to repeat. The session and its lock MUST stay usable, so that the password can be set back. Throws CONFIG when the
   * engine or the server has no such thing as the wish.
   */
  apply(next: C, wish?: Wish<C>): Promise<void>;

  /** Gives the lock back before it returns, where the server still answers. MUST NOT throw. */
  close(): Promise<void>;
}
