import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IDependable } from 'constructs';
import { DatabaseTarget } from './database-target';

/**
 * What a rotation may need to know before it says what it wants.
 */
export interface RotationBindOptions {
  /** The secret that is rotated. */
  readonly secret: secretsmanager.ISecret;
}

/**
 * What a rotation wants. Only data: the rotator alone defines resources.
 */
export interface RotationConfig {
  /** Name of the bundled function code that does the rotation. */
  readonly bundle: string;

  /**
   * The facts that the function holds against the secret, besides the secret itself. They are deployed as plain text:
   * no secrets here.
   */
  readonly facts: { [name: string]: string };

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

/**
 * Options of a rotation in which a login changes its own password.
 */
export interface SingleUserRotationOptions {
  /** The database that the login belongs to. */
  readonly database: DatabaseTarget;
}

/**
 * The ways to rotate a secret.
 */
export abstract class Rotation implements IRotation {
  /**
   * The login of the secret changes its own password. No other credential is needed. Between the change in the
   * database and the move of AWSCURRENT there is a gap of some milliseconds in which AWSCURRENT does not authenticate;
   * it lies within one invocation of the function.
   */
  public static singleUser(options: SingleUserRotationOptions): Rotation {
    return new SingleUserRotation(options.database);
  }

  public abstract bind(scope: Construct, options: RotationBindOptions): RotationConfig;
}

class SingleUserRotation extends Rotation {
  public constructor(private readonly database: DatabaseTarget) {
    super();
  }

  public bind(_scope: Construct, _options: RotationBindOptions): RotationConfig {
    const { engine, host, port, connectable, vpc, dependable } = this.database;
    return {
      bundle: engine.bundle,
      facts: { strategy: 'single-user', host, port },
      connectable,
      vpc,
      dependencies: dependable && [dependable],
    };
  }
}
