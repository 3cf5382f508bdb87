import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';

/**
 * Options of the function that rotates secrets.
 */
export interface RotationFunctionOptions {
  /**
   * The VPC that the function runs in.
   *
   * @default - the VPC of the database
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets that the function runs in. They need a route to Secrets Manager: a VPC endpoint, or NAT.
   *
   * @default - the private subnets of the VPC, else its isolated ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function.
   *
   * @default - one of its own that lets out HTTPS and connections to the database
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role of the function. Its policies are added to it. Tags, boundaries and paths can be set on it as on any role.
   *
   * @default - a role of its own
   */
  readonly role?: iam.IRole;

  /**
   * The key that encrypts the logs and the environment of the function. Its policy must let CloudWatch Logs use it;
   * the statement is added where the key belongs to this app.
   *
   * @default - the key that the guarded secrets of the stack share
   */
  readonly functionEncryptionKey?: kms.IKey;

  /**
   * How long the logs of the function are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Memory of the function in MiB. The share of CPU follows it.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * How long one of the four steps may take, 1 to 15 minutes.
   *
   * @default Duration.minutes(1)
   */
  readonly timeout?: Duration;
}

/**
 * Properties of the function that rotates secrets.
 */
export interface RotationFunctionProps extends RotationFunctionOptions {
  /** Name of the bundled function code, for example that of an engine. */
  readonly bundle: string;
}
