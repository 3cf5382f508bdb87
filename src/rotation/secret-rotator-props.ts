import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { IRotation } from './rotation-config';
import { RotationFunctionOptions } from './rotation-function-props';
import { RotationInterval } from './rotation-interval';

/**
 * Options of a rotation, apart from the secret and the way to rotate it.
 */
export interface SecretRotatorOptions extends RotationFunctionOptions {
  /**
   * When the secret is rotated.
   *
   * @default - every 30 days
   */
  readonly interval?: RotationInterval;

  /**
   * Whether the secret is rotated as soon as the schedule is deployed, and again whenever the schedule is changed. If
   * not, the service only runs the test step at deployment.
   *
   * @default false
   */
  readonly rotateImmediately?: boolean;

  /**
   * Where failed rotations are told.
   *
   * @default - no alarms
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * Properties of a rotation.
 */
export interface SecretRotatorProps extends SecretRotatorOptions {
  /** The secret: any one, also one that aws-rds made or that was imported. It must not have a rotation already. */
  readonly secret: secretsmanager.ISecret;

  /** How the secret is rotated. */
  readonly rotation: IRotation;

  /**
   * Name of the login that the secret is for. A rotation by an administrator needs it at deployment, so that nobody who
   * can write the secret chooses whose password is changed.
   *
   * @default - the one that this app writes into the secret when it defines it
   */
  readonly username?: string;

  /**
   * The database within the server that the login connects to. An administrator works in it, and refuses a secret that
   * names another one; a login is created (`createWith`) only where it is known at deployment.
   *
   * @default - the one that this app writes into the secret, else the initial database of the server, else `postgres` in
   * PostgreSQL if this app defines secret and server without any; else only the content of the secret names it
   */
  readonly databaseName?: string;

  /**
   * The customer key of the secret, where the secret object does not know it, as most imported ones.
   *
   * @default - the key of the secret object
   */
  readonly encryptionKey?: kms.IKey;
}
