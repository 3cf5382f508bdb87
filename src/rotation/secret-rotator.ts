import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IDependable } from 'constructs';
import { connect } from './function-network';
import { functionOptions } from './function-options';
import { HandlerRights, letInvoke } from './handler-rights';
import { RotationConfig } from './rotation-config';
import { RotationFunction } from './rotation-function';
import { RotationInterval } from './rotation-interval';
import { administratorOf, withKey } from './rotation-policy';
import { checkKinds, checkRotator } from './rotator-checks';
import { SecretRotatorProps } from './secret-rotator-props';
import { SecretAlarms } from '../monitoring/secret-alarms';
import { endpointDependency, ingressDependency } from '../private/network-check';
import { problemMessage } from '../private/problems';
import { claimLogin } from '../private/rotated-logins';
import { markRotated, watchSchedule } from '../private/rotation-schedules';
import { isKeyKnown } from '../private/secret-arn';
import { usernameInTemplate } from '../private/secret-value';
import { warnOfHandlerOutside, warnOfRotationOutside } from '../private/vpc-lock';
import { ICopier, SecretReplica } from '../replication/secret-replica';

const DEFAULT_INTERVAL = RotationInterval.every(Duration.days(30));

/**
 * Rotates any secret by a function that is bundled with this library, or by one of yours (`Rotation.custom`).
 *
 * The schedule is deployed after everything that a rotation needs: permission, policies, key policy, network rules, and
 * the database.
 */
export class SecretRotator extends Construct {
  /** The secret. */
  public readonly secret: secretsmanager.ISecret;

  /** The function that rotates the secret. */
  public readonly lambdaFunction: lambda.IFunction;

  private readonly bundled?: RotationFunction;

  /** What may write the secret, as far as its rights are given here. */
  private readonly copier?: ICopier;

  public constructor(scope: Construct, id: string, props: SecretRotatorProps) {
    super(scope, id);
    checkKinds(this, props);
    this.secret = props.secret;

    const username = props.username ?? usernameInTemplate(props.secret);
    const config = props.rotation.bind(this, { secret: props.secret, username, databaseName: props.databaseName });
    const vpc = config.handler ? undefined : props.vpc ?? config.vpc;
    const logins = loginsOf(config, username);
    checkRotator(this, props, config, logins);
    markRotated(Stack.of(this), props.secret);
    for (const login of logins) claimLogin(this, config.facts!.host, login);
    const rules = (props.interval ?? DEFAULT_INTERVAL).render(this);

    const needed: IDependable[] = [];
    if (config.handler) {
      const rights = this.rightsOf(config.handler, config, props);
      const permission = letInvoke(this, config.handler, props.secret);
      needed.push(...[rights, permission].filter((part) => part !== undefined));
      this.copier = rights;
      this.lambdaFunction = config.handler;
    } else {
      this.bundled = this.bundledFunction(config, props, vpc);
      needed.push(this.bundled, ingressDependency(this, this.bundled.connections.securityGroups));
      this.copier = this.bundled;
      this.lambdaFunction = this.bundled.lambdaFunction;
    }

    const schedule = new secretsmanager.CfnRotationSchedule(this, 'Resource', {
      secretId: props.secret.secretArn,
      rotationLambdaArn: this.lambdaFunction.functionArn,
      rotationRules: rules,
      rotateImmediatelyOnUpdate: props.rotateImmediately ?? false,
    });
    schedule.node.addDependency(
      ...needed,
      props.secret,
      ...(config.adminSecret ? [config.adminSecret] : []),
      ...(config.dependencies ?? []),
      ...(vpc ? [endpointDependency(this, vpc)] : []),
    );
    watchSchedule(props.secret, schedule);

    this.warnWithoutKey(props, config);
    if (config.handler) warnOfHandlerOutside(this, props.secret, config.handler);
    else warnOfRotationOutside(this, props.secret, vpc);
    if (props.alarmTopic) this.alarm(props.alarmTopic, props.deadLetterQueue);
  }

  /**
   * The function of this library that rotates the secret, shared by the rotators of the stack that are configured alike.
   * Throws an error for `Rotation.custom`: there `lambdaFunction` is the function.
   */
  public get rotationFunction(): RotationFunction {
    if (this.bundled) return this.bundled;
    throw new Error(problemMessage(this, [`the secret is rotated by the custom function ${JSON.stringify(this.lambdaFunction.node.path)}, so no function of this library does; take \`lambdaFunction\``]));
  }

  /**
   * Lets the service copy to replicas what the rotation changes, as far as rights are given here.
   *
   * @internal
   */
  public _letCopy(replicas: SecretReplica[]): void {
    for (const replica of replicas) {
      if (this.copier) replica._letCopy(this.copier);
    }
  }

  private bundledFunction(config: RotationConfig, props: SecretRotatorProps, vpc: ec2.IVpc | undefined): RotationFunction {
    const { secret, encryptionKey } = props;
    const bundled = RotationFunction.shared(this, { ...functionOptions(props), vpc, bundle: config.bundle! }, secret, config, encryptionKey);
    bundled.addSecret(secret, config, encryptionKey);
    connect(bundled.connections, config, vpc);
    return bundled;
  }

  private rightsOf(handler: lambda.IFunction, config: RotationConfig, { secret, encryptionKey }: SecretRotatorProps): HandlerRights | undefined {
    if (config.rightsManagedElsewhere) return undefined;
    const [rotated, administrator] = [withKey(secret, encryptionKey), administratorOf(config)];
    const rights = HandlerRights.shared(this, handler, handler.role!, rotated, administrator);
    rights.addSecret(rotated, administrator);
    return rights;
  }

  private alarm(topic: sns.ITopic, givenQueue?: sqs.IQueue): void {
    const alarms = SecretAlarms.shared(this, topic, { deadLetterQueue: this.bundled ? this.bundled.deadLetterQueue : givenQueue });
    alarms.monitorSecret(this.secret);
    if (this.bundled) alarms.monitorFunction(this.bundled.lambdaFunction, this.bundled.logGroup);
    else alarms._monitorHandler(this.lambdaFunction);
  }

  private warnWithoutKey({ secret, encryptionKey }: SecretRotatorProps, config: RotationConfig): void {
    const { adminSecret, adminSecretEncryptionKey, rightsManagedElsewhere } = config;
    if (rightsManagedElsewhere) return;
    if (!encryptionKey && !isKeyKnown(secret)) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:unknownSecretKey',
        'the key of an imported secret is not known, so the function gets no rights on it; pass `encryptionKey` if the secret has a customer key, else acknowledge this');
    }
    if (adminSecret && !adminSecretEncryptionKey && !isKeyKnown(adminSecret)) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:unknownAdminSecretKey',
        'the key of the imported secret of the administrator is not known, so the function gets no rights on it; pass `adminSecretEncryptionKey` if it has a customer key, else acknowledge this');
    }
  }
}

/** The logins that a rotation of a database changes, as far as they are known. */
function loginsOf({ facts = {} }: RotationConfig, username: string | undefined): string[] {
  return facts.host === undefined ? [] : [username, facts.otherUsername].filter((name) => name !== undefined);
}
