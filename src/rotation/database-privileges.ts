/**
 * What a login that the function creates may do in its database.
 *
 * In PostgreSQL that is about the tables that are there, in the schemas of the administrator and in `public`, and the ones
 * that the administrator makes later. In MySQL and MariaDB it is about all tables of the database, now and later.
 */
export enum DatabasePrivileges {
  /** Log in, and nothing else: you grant the rest. */
  NONE = 'none',

  /** Read the tables. */
  READ_ONLY = 'read-only',

  /** Read the tables, and change their rows. */
  READ_WRITE = 'read-write',

  /** All of that, and create objects of its own. */
  ALL = 'all',
}
