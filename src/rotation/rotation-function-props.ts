import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';

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
   * The role of the function, of the same account. Its policies are attached to it, unless it was imported with
   * `mutable: false`: then a warning names what to attach. Tags, boundaries and paths can be set on it as on any role.
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

  /**
   * A standard queue that the function names for events that it could not handle, and with `alarmTopic` the rule that
   * tells failed rotations, for what it could not deliver. The role of the function may send to it, and use its key where
   * the queue object knows it; a customer key must also let `events.amazonaws.com` use it.
   *
   * Secrets Manager invokes the function synchronously and tries again itself, so the function puts nothing there: failed
   * rotations are told by `alarmTopic`. The option is for rules that ask every function for such a queue.
   *
   * @default - none; with `strictControls`, one of its own that is encrypted by SQS
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Whether Lambda traces the invocations with AWS X-Ray. The role of the function may then write traces, which IAM cannot
   * scope to resources.
   *
   * @default false, true with `strictControls`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: boolean;

  /**
   * How many executions of the function are kept for it, at least 1. They are taken from those of the account in the
   * Region, 100 of which Lambda leaves to other functions, and they are a limit as well: when more of the secrets that
   * share the function are rotated at the same time, the rest is throttled, and rotated only when Secrets Manager tries
   * again.
   *
   * @default - no reservation and no limit, 10 with `strictControls`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether the function meets also those rules of the NIST 800-53, HIPAA, PCI DSS and Serverless packs that a rotation
   * has no use for: it has a dead-letter queue, traces, and a reserved concurrency, each as the option of its own says, and
   * must be in a VPC.
   *
   * @default false
   * @see https://github.com/cdk-guarded-secrets/cdk-guarded-secrets/blob/main/docs/controls.md
   */
  readonly strictControls?: boolean;
}

/**
 * Properties of the function that rotates secrets.
 */
export interface RotationFunctionProps extends RotationFunctionOptions {
  /** Name of the bundled function code, for example that of an engine (`DatabaseEngine.bundle`). */
  readonly bundle: string;
}
