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

/** How the password of a login is changed. */
export type RotationStrategy = 'single-user';

/**
 * The facts of one secret that are fixed at deployment. The secret's own content is only compared with them.
 */
export interface SecretFacts {
  /** ARN of the secret; without the six-character suffix when the app knows it by name only. */
  readonly secret: string;

  readonly strategy: RotationStrategy;

  /** DNS name of the database; a secret that names another host is refused. */
  readonly host: string;

  /** TCP port of the database, as text, since it may come from another resource. */
  readonly port: string;
}
