import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { IRotation, RotationConfig } from './rotation';
import { RotationFunction } from './rotation-function';
import { RotationFunctionOptions } from './rotation-function-props';
import { RotationInterval } from './rotation-interval';
import { SecretAlarms } from '../monitoring/secret-alarms';
import { endpointDependency, ingressDependency } from '../private/network-check';
import { Problems } from '../private/problems';
import { rotationScheduleOf } from '../private/rotation-schedules';
import { secretResource } from '../private/secret-arn';

const DEFAULT_INTERVAL = RotationInterval.every(Duration.days(30));

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
   * The customer key of the secret, where the secret object does not know it, as most imported ones.
   *
   * @default - the key of the secret object
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Rotates any secret by a function that is bundled with this library.
 *
 * The schedule is deployed after everything that a rotation needs: permission, policies, key policy, network rules, and
 * the database.
 */
export class SecretRotator extends Construct {
  /** The secret. */
  public readonly secret: secretsmanager.ISecret;

  /** The function that rotates the secret, shared by the rotators of the stack that are configured alike. */
  public readonly rotationFunction: RotationFunction;

  public constructor(scope: Construct, id: string, props: SecretRotatorProps) {
    super(scope, id);
    // "database.secret!" is undefined for a database whose password the CDK does not know as a secret.
    if ((props.secret as unknown) === undefined) {
      throw new Error(`${this.node.path}: the secret is undefined; a database has one if its credentials come from a secret (rds.Credentials.fromGeneratedSecret or fromSecret); pass that one`);
    }
    this.secret = props.secret;

    const config = props.rotation.bind(this, { secret: props.secret });
    const vpc = props.vpc ?? config.vpc;
    this.validate(props, config);
    const rules = (props.interval ?? DEFAULT_INTERVAL).render(this);

    this.rotationFunction = RotationFunction.shared(this, { ...functionOptions(props), vpc, bundle: config.bundle }, props.secret, config.facts);
    this.rotationFunction.addSecret(props.secret, config.facts, props.encryptionKey);
    this.connect(config, vpc);

    const schedule = new secretsmanager.CfnRotationSchedule(this, 'Resource', {
      secretId: props.secret.secretArn,
      rotationLambdaArn: this.rotationFunction.lambdaFunction.functionArn,
      rotationRules: rules,
      rotateImmediatelyOnUpdate: props.rotateImmediately ?? false,
    });
    schedule.node.addDependency(
      this.rotationFunction,
      props.secret,
      ingressDependency(this, this.rotationFunction.connections.securityGroups),
      ...(config.dependencies ?? []),
      ...(vpc ? [endpointDependency(this, vpc)] : []),
    );

    if (!props.encryptionKey && !props.secret.encryptionKey && !secretResource(props.secret)) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:unknownSecretKey',
        'the key of an imported secret is not known, so the function gets no rights on it; pass `encryptionKey` if the secret has a customer key, else acknowledge this');
    }
    if (props.alarmTopic) {
      const alarms = SecretAlarms.shared(this, props.alarmTopic);
      alarms.monitorSecret(props.secret);
      alarms.monitorFunction(this.rotationFunction.lambdaFunction);
    }
  }

  /** Said from this side, so that the rules stand in this stack: the stack of the database must not need this one. */
  private connect({ connectable, facts }: RotationConfig, vpc: ec2.IVpc | undefined): void {
    const { connections } = this.rotationFunction;
    if (connectable && connectable.connections.securityGroups.length > 0) {
      connections.allowToDefaultPort(connectable, 'Rotation of secrets');
    } else if (vpc && facts.port !== undefined) {
      // The group of the database is not known: the function is let out, and whoever owns the database lets it in.
      const port = Token.isUnresolved(facts.port) ? ec2.Port.allTcp() : ec2.Port.tcp(Number(facts.port));
      connections.allowTo(ec2.Peer.anyIpv4(), port, 'Database of the rotation');
    }
  }

  private validate(props: SecretRotatorProps, config: RotationConfig): void {
    const problems = new Problems(this);
    if (rotationScheduleOf(this, props.secret)) {
      problems.add(`the secret ${JSON.stringify(props.secret.node.path)} is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them`);
    }
    const vpc = props.vpc ?? config.vpc;
    const { connections } = config.connectable ?? {};
    if (connections && connections.securityGroups.length > 0 && !vpc) {
      problems.add('the database is in a VPC that is not known here, so the function could not reach it; pass `vpc`');
    }
    if (connections && !connections.defaultPort) {
      problems.add('the connections of the database have no default port, so the function cannot be let in; give the connectable a `defaultPort`');
    }
    if (!vpc && (props.vpcSubnets || props.securityGroups)) {
      problems.add('`vpcSubnets` and `securityGroups` place the function in a VPC, but there is none; pass `vpc`, or remove them');
    }
    const timeout = props.timeout?.isUnresolved() ? undefined : props.timeout?.toSeconds({ integral: false });
    if (timeout !== undefined && (timeout < 60 || timeout > 900)) {
      problems.add(`the timeout of the function must be 1 to 15 minutes, got ${timeout} seconds; change \`timeout\``);
    }
    problems.throwIfAny();
  }
}

/** The part of the options that decides which function is shared. */
function functionOptions(options: SecretRotatorOptions): RotationFunctionOptions {
  const { vpcSubnets, securityGroups, role, functionEncryptionKey, logRetention, memorySize, timeout } = options;
  return { vpcSubnets, securityGroups, role, functionEncryptionKey, logRetention, memorySize, timeout };
}
