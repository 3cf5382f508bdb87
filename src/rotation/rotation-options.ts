import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DatabasePrivileges } from './database-privileges';
import { DatabaseTarget } from './database-target';

/**
 * Options of a rotation in which a login changes its own password.
 */
export interface SingleUserRotationOptions {
  /** The database that the login belongs to. */
  readonly database: DatabaseTarget;
}

/**
 * Options of a rotation in which an administrator changes the login.
 */
export interface AdministratedRotationOptions {
  /** The database that the login belongs to. */
  readonly database: DatabaseTarget;

  /**
   * The secret of an administrator of the database: JSON with `username` and `password`. It may be the master secret
   * that RDS manages itself (`manageMasterUserPassword`).
   */
  readonly adminSecret: secretsmanager.ISecret;

  /**
   * The customer key of the administrator's secret, where the secret object does not know it, as most imported ones.
   *
   * @default - the key of the secret object
   */
  readonly adminSecretEncryptionKey?: kms.IKey;

  /**
   * What a login may do that the function creates because it is missing. One that exists keeps the rights that it has.
   * Nothing is ever dropped: when the secret is removed, the login stays.
   *
   * @default - a login that is missing is an error
   */
  readonly createWith?: DatabasePrivileges;

  /**
   * A role without login that owns tables and rights. The logins are members of it and work as it, so what one creates,
   * the other can use. The role is created too when it is missing and `createWith` is given.
   *
   * @default - the rights belong to the logins themselves
   */
  readonly role?: string;
}

/**
 * Options of a rotation in which an administrator changes the password of the login.
 */
export interface AdminAssistedRotationOptions extends AdministratedRotationOptions {
  /**
   * Whether the old password stays valid until the next rotation, so that AWSCURRENT authenticates at every instant.
   * MySQL can do so from 8.0.14 on, and MariaDB.
   *
   * @default false
   */
  readonly dualPasswords?: boolean;
}

/**
 * Options of a rotation in which two logins take turns.
 */
export interface AlternatingUsersRotationOptions extends AdministratedRotationOptions {
  /**
   * Name of the second login.
   *
   * @default - the name of the login with `_clone` behind it; without, if it ends so already
   */
  readonly otherUsername?: string;
}
