/**
 * What the constructs and the functions agree on. The one file that both sides import; it imports nothing.
 */

/**
 * Each environment variable with this prefix holds the facts of one secret as JSON (`SecretFacts`). The rest of the
 * name tells secrets apart and has no meaning for the function.
 */
export const SECRET_FACTS_PREFIX = 'GUARDED_SECRET_';

/** The staging label that keeps a password which the database may have taken reachable until the next success. */
export const JOURNAL_LABEL = 'GUARDED_JOURNAL';

/** The alias of the function that takes the events of operators. Whoever may invoke it may operate. */
export const OPERATOR_ALIAS = 'operator';

/** How the password of a login is changed. */
export type RotationStrategy = 'single-user' | 'admin-assisted' | 'alternating-users';

/** What a login that the function creates may do in its database. */
export type Privileges = 'none' | 'read-only' | 'read-write' | 'all';

/**
 * The facts of one secret that are fixed at deployment. The secret's own content is only compared with them. All are
 * texts, since each may come from another resource.
 */
export interface SecretFacts {
  /** ARN of the secret; without the six-character suffix when the app knows it by name only. */
  readonly secret: string;

  readonly strategy: RotationStrategy;

  /** DNS name of the database; a secret that names another host is refused. */
  readonly host: string;

  /** TCP port of the database. */
  readonly port: string;

  /** The database within the server that an administrator works in. */
  readonly database?: string;

  /** ARN of the secret with the credentials of an administrator. Every strategy but `single-user` has it. */
  readonly adminSecret?: string;

  /** The login; an administrator changes no other one. Every strategy but `single-user` has it. */
  readonly username?: string;

  /** The second login of the pair. `alternating-users` has it. */
  readonly otherUsername?: string;

  /**
   * The role without login that owns the rights. The logins are members of it, and work as it. Without it, a login of a pair
   * gets the rights of the other one.
   */
  readonly role?: string;

  /**
   * With which privileges a login that does not exist is created. Needs an administrator. The second login of a pair is always
   * created: it has the rights of the first one.
   */
  readonly create?: Privileges;

  /** Whether the old password stays valid until the next rotation. `admin-assisted` only. */
  readonly dualPasswords?: 'true';
}
