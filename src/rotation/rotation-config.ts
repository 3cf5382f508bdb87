import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IDependable } from 'constructs';

/**
 * What a rotation may need to know before it says what it wants.
 */
export interface RotationBindOptions {
  /** The secret that is rotated. */
  readonly secret: secretsmanager.ISecret;

  /**
   * Name of the login that the secret is for, as fixed at deployment.
   *
   * @default - only the content of the secret names it
   */
  readonly username?: string;

  /**
   * The database within the server that the login connects to, as fixed at deployment.
   *
   * @default - the one that this app gives secret or server, where it does
   */
  readonly databaseName?: string;
}

/**
 * What a rotation wants: a function of this library (`bundle`, `facts`), or another one (`handler`). Only data: the
 * rotator alone defines resources.
 */
export interface RotationConfig {
  /**
   * Name of the bundled function code that does the rotation. Exactly one of `bundle` and `handler` is given.
   *
   * @default - `handler` does it
   */
  readonly bundle?: string;

  /**
   * A function that is not of this library and does the rotation. Of the rest of this configuration only
   * `rightsManagedElsewhere`, `adminSecret`, `adminSecretEncryptionKey` and `dependencies` have a use for it.
   *
   * @default - `bundle` does it
   */
  readonly handler?: lambda.IFunction;

  /**
   * Whether somebody else gives the role of the `handler` its rights.
   *
   * @default false
   */
  readonly rightsManagedElsewhere?: boolean;

  /**
   * The facts that the function holds against the secret, besides the secret itself. They are deployed as plain text:
   * no secrets here.
   *
   * @default - none
   */
  readonly facts?: { [name: string]: string };

  /**
   * The secret of the administrator who changes the login. The function may read it.
   *
   * @default - the function reads no other secret
   */
  readonly adminSecret?: secretsmanager.ISecret;

  /**
   * The customer key of the administrator's secret, where the secret object does not know it.
   *
   * @default - the key of the secret object
   */
  readonly adminSecretEncryptionKey?: kms.IKey;

  /**
   * What the function must be able to reach.
   *
   * @default - not known: in a VPC the function is let out to the port among the facts
   */
  readonly connectable?: ec2.IConnectable;

  /**
   * The VPC that the function must run in.
   *
   * @default - none, unless the rotator names one
   */
  readonly vpc?: ec2.IVpc;

  /**
   * What must exist before the first rotation.
   *
   * @default - nothing
   */
  readonly dependencies?: IDependable[];
}

/**
 * A way to rotate a secret.
 */
export interface IRotation {
  /**
   * Says what the rotation of a secret wants.
   *
   * Implementations MUST NOT define resources in the scope and MUST return the same for the same input. They SHOULD
   * throw an error with the path of the scope when the secret cannot be rotated this way.
   */
  bind(scope: Construct, options: RotationBindOptions): RotationConfig;
}
