import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
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

/**
 * Options of a rotation by a function that is not of this library.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export interface CustomRotationOptions {
  /**
   * The function that does the four steps, defined in the app or imported, of the Region of the secret. An imported one
   * needs its role (`lambda.Function.fromFunctionAttributes`), unless `rightsManagedElsewhere` is set. A version or an
   * alias is taken as well: Secrets Manager invokes that then.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
   */
  readonly handler: lambda.IFunction;

  /**
   * Another secret that the function reads, such as that of an administrator.
   *
   * @default - the function reads no other secret
   */
  readonly adminSecret?: secretsmanager.ISecret;

  /**
   * The customer key of `adminSecret`, where the secret object does not know it, as most imported ones.
   *
   * @default - the key of the secret object
   */
  readonly adminSecretEncryptionKey?: kms.IKey;

  /**
   * Whether somebody else gives the role of the function its rights on the secret, its key and its replicas, so that none
   * are given here. The permission by which Secrets Manager invokes the function is still given here, except for a function
   * of another account: that account gives it, and the function assumes a role of the account of the secret and hands the
   * `RotationToken` of the event to `PutSecretValue`.
   *
   * @default false
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
   */
  readonly rightsManagedElsewhere?: boolean;
}
