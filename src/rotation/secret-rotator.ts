import { Annotations, Duration, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkControls } from './function-controls';
import { IRotation, RotationConfig } from './rotation-config';
import { RotationFunction } from './rotation-function';
import { RotationFunctionOptions } from './rotation-function-props';
import { RotationInterval } from './rotation-interval';
import { SecretAlarms } from '../monitoring/secret-alarms';
import { acknowledgeIngress } from '../private/ingress-findings';
import { endpointDependency, ingressDependency } from '../private/network-check';
import { Problems } from '../private/problems';
import { claimLogin, rotatorOfLogin } from '../private/rotated-logins';
import { isRotated, markRotated } from '../private/rotation-schedules';
import { isKeyKnown, isManagedByService } from '../private/secret-arn';
import { databaseInTemplate, usernameInTemplate } from '../private/secret-value';
import { warnOfRotationOutside } from '../private/vpc-lock';

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

    const username = props.username ?? usernameInTemplate(props.secret);
    const config = props.rotation.bind(this, { secret: props.secret, username, databaseName: props.databaseName });
    const vpc = props.vpc ?? config.vpc;
    const logins = loginsOf(config, username);
    this.validate(props, config, logins);
    markRotated(Stack.of(this), props.secret);
    for (const login of logins) claimLogin(this, config.facts.host, login);
    const rules = (props.interval ?? DEFAULT_INTERVAL).render(this);

    this.rotationFunction = RotationFunction.shared(this, { ...functionOptions(props), vpc, bundle: config.bundle }, props.secret, config, props.encryptionKey);
    this.rotationFunction.addSecret(props.secret, config, props.encryptionKey);
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
      ...(config.adminSecret ? [config.adminSecret] : []),
      ingressDependency(this, this.rotationFunction.connections.securityGroups),
      ...(config.dependencies ?? []),
      ...(vpc ? [endpointDependency(this, vpc)] : []),
    );

    this.warnWithoutKey(props, config);
    warnOfRotationOutside(this, props.secret, vpc);
    if (props.alarmTopic) {
      const alarms = SecretAlarms.shared(this, props.alarmTopic, { deadLetterQueue: this.rotationFunction.deadLetterQueue });
      alarms.monitorSecret(props.secret);
      alarms.monitorFunction(this.rotationFunction.lambdaFunction, this.rotationFunction.logGroup);
    }
  }

  /** Said from this side, so that the rules stand in this stack: the stack of the database must not need this one. */
  private connect({ connectable, facts }: RotationConfig, vpc: ec2.IVpc | undefined): void {
    const { connections } = this.rotationFunction;
    if (connectable && connectable.connections.securityGroups.length > 0) {
      acknowledgeIngress([connections, connectable.connections], () => connections.allowToDefaultPort(connectable, 'Rotation of secrets'));
    } else if (vpc && facts.port !== undefined) {
      // The group of the database is not known: the function is let out, and whoever owns the database lets it in.
      const port = Token.isUnresolved(facts.port) ? ec2.Port.allTcp() : ec2.Port.tcp(Number(facts.port));
      connections.allowTo(ec2.Peer.anyIpv4(), port, 'Database of the rotation');
    }
  }

  private warnWithoutKey({ secret, encryptionKey }: SecretRotatorProps, { adminSecret, adminSecretEncryptionKey }: RotationConfig): void {
    if (!encryptionKey && !isKeyKnown(secret)) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:unknownSecretKey',
        'the key of an imported secret is not known, so the function gets no rights on it; pass `encryptionKey` if the secret has a customer key, else acknowledge this');
    }
    if (adminSecret && !adminSecretEncryptionKey && !isKeyKnown(adminSecret)) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:unknownAdminSecretKey',
        'the key of the imported secret of the administrator is not known, so the function gets no rights on it; pass `adminSecretEncryptionKey` if it has a customer key, else acknowledge this');
    }
  }

  private validate(props: SecretRotatorProps, config: RotationConfig, logins: string[]): void {
    const problems = new Problems(this);
    const login = usernameInTemplate(props.secret);
    if (contradicts(props.username, login)) {
      problems.add(`the secret is made for the login ${JSON.stringify(login)}, got ${JSON.stringify(props.username)}; change \`username\``);
    }
    const database = databaseInTemplate(props.secret);
    if (contradicts(props.databaseName, database)) {
      problems.add(`the secret is made for the database ${JSON.stringify(database)}, got ${JSON.stringify(props.databaseName)}; change \`databaseName\``);
    }
    if (isManagedByService(props.secret)) {
      problems.add(`the secret ${JSON.stringify(props.secret.node.path)} is managed by RDS, which rotates it itself; remove the rotator, or take the secret as \`adminSecret\` of other logins`);
    }
    this.checkPlace(problems, props.secret);
    if (isRotated(Stack.of(this), props.secret)) {
      problems.add(`the secret ${JSON.stringify(props.secret.node.path)} is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them`);
    } else {
      this.checkLogins(problems, config, logins);
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
    checkControls(problems, props, vpc !== undefined);
    problems.throwIfAny();
  }

  /** Secrets Manager invokes functions of its own Region, and the permission of ours is for the secrets of its account. */
  private checkPlace(problems: Problems, { node, env }: secretsmanager.ISecret): void {
    const { account, region } = Stack.of(this);
    if (isOther(env.region, region) || isOther(env.account, account)) {
      problems.add(`the secret ${JSON.stringify(node.path)} is in account ${env.account} and Region ${env.region}, and is rotated by a function there only; define the rotator in a stack of that account and Region`);
    }
  }

  private checkLogins(problems: Problems, { facts: { host } }: RotationConfig, logins: string[]): void {
    for (const login of logins) {
      const rotator = rotatorOfLogin(this, host, login);
      if (rotator) problems.add(`the login ${JSON.stringify(login)} is rotated already, by ${JSON.stringify(rotator)}, and each would undo what the other one does; remove one of them, or change \`username\``);
    }
  }
}

/** Whether two places are known to differ. */
function isOther(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

/** The part of the options that decides which function is shared. */
function functionOptions(options: SecretRotatorOptions): RotationFunctionOptions {
  const {
    vpcSubnets, securityGroups, role, functionEncryptionKey, logRetention, memorySize, timeout,
    deadLetterQueue, tracing, reservedConcurrentExecutions, strictControls,
  } = options;
  return {
    vpcSubnets,
    securityGroups,
    role,
    functionEncryptionKey,
    logRetention,
    memorySize,
    timeout,
    deadLetterQueue,
    tracing,
    reservedConcurrentExecutions,
    strictControls,
  };
}

/** Whether a name differs from the one in the template; what only a deployment knows does not. */
function contradicts(name: string | undefined, written: string | undefined): boolean {
  return name !== undefined && written !== undefined && !Token.isUnresolved(name) && name !== written;
}

/** The logins that a rotation of a database changes, as far as they are known. */
function loginsOf({ facts: { host, otherUsername } }: RotationConfig, username: string | undefined): string[] {
  return host === undefined ? [] : [username, otherUsername].filter((name) => name !== undefined);
}
