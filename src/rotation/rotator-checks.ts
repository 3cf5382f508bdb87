import { Stack, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkControls, checkQueue } from './function-controls';
import { functionOptions } from './function-options';
import { checkHandler } from './handler-checks';
import { RotationConfig } from './rotation-config';
import { withKey } from './rotation-policy';
import { SecretRotatorProps } from './secret-rotator-props';
import { isOther } from '../private/environments';
import { nameOfValue } from '../private/name-of-value';
import { Problems } from '../private/problems';
import { rotatorOfLogin } from '../private/rotated-logins';
import { isRotated } from '../private/rotation-schedules';
import { isManagedByService } from '../private/secret-arn';
import { databaseInTemplate, usernameInTemplate } from '../private/secret-value';

/**
 * That a rotator got things of the right kind. Languages without types, and types that are asserted, let others through.
 *
 * @throws an error with all that are not
 */
export function checkKinds(scope: Construct, { secret, rotation, interval, alarmTopic }: Partial<SecretRotatorProps>): void {
  const problems = new Problems(scope);
  if (secret === undefined) {
    // "database.secret!" is undefined for a database whose password the CDK does not know as a secret.
    problems.add('the secret is undefined; a database has one if its credentials come from a secret (rds.Credentials.fromGeneratedSecret or fromSecret); pass that one');
  } else if (secret?.secretArn === undefined) {
    problems.add(`\`secret\` must be a secret of the CDK, got ${nameOfValue(secret)}; change it, and of a guarded secret pass its \`secret\``);
  }
  if (rotation?.bind === undefined) problems.add(`\`rotation\` must be a way to rotate, as Rotation.singleUser or Rotation.custom, got ${nameOfValue(rotation)}; change it`);
  if (interval && interval.render === undefined) problems.add(`\`interval\` must be a RotationInterval, as RotationInterval.every, got ${nameOfValue(interval)}; change it`);
  if (alarmTopic && alarmTopic.topicArn === undefined) problems.add(`\`alarmTopic\` must be a topic of the CDK, got ${nameOfValue(alarmTopic)}; change it, and import a topic by sns.Topic.fromTopicArn`);
  problems.throwIfAny();
}

/** @throws an error with all that is wrong with what a rotator got */
export function checkRotator(scope: Construct, props: SecretRotatorProps, config: RotationConfig, logins: string[]): void {
  const problems = new Problems(scope);
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
  checkPlace(problems, scope, props.secret);
  if (isRotated(Stack.of(scope), props.secret)) {
    problems.add(`the secret ${JSON.stringify(props.secret.node.path)} is rotated already, and Secrets Manager takes one schedule for a secret; remove one of them`);
  } else {
    checkLogins(problems, scope, config, logins);
  }
  if ((config.bundle === undefined) === (config.handler === undefined)) {
    problems.add(`a rotation is done by one of \`bundle\` and \`handler\`, got ${config.handler ? 'both' : 'none of them'}; change what \`rotation\` returns`);
  } else if (config.handler) {
    // With a topic, the queue is the one of the rule that tells failed rotations.
    const unused = { vpc: props.vpc, ...functionOptions(props), ...(props.alarmTopic && { deadLetterQueue: undefined }) };
    checkHandler(problems, scope, withKey(props.secret, props.encryptionKey), config.handler, config, unused);
    checkQueue(problems, 'events', props.deadLetterQueue);
  } else {
    checkFunction(problems, props, config);
  }
  problems.throwIfAny();
}

function checkFunction(problems: Problems, props: SecretRotatorProps, config: RotationConfig): void {
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
}

/** Secrets Manager invokes functions of its own Region, and the permission of ours is for the secrets of its account. */
function checkPlace(problems: Problems, scope: Construct, { node, env }: secretsmanager.ISecret): void {
  const { account, region } = Stack.of(scope);
  if (isOther(env.region, region) || isOther(env.account, account)) {
    problems.add(`the secret ${JSON.stringify(node.path)} is in account ${env.account} and Region ${env.region}, and is rotated by a function there only; define the rotator in a stack of that account and Region`);
  }
}

function checkLogins(problems: Problems, scope: Construct, config: RotationConfig, logins: string[]): void {
  for (const login of logins) {
    const rotator = rotatorOfLogin(scope, config.facts!.host, login);
    if (rotator) problems.add(`the login ${JSON.stringify(login)} is rotated already, by ${JSON.stringify(rotator)}, and each would undo what the other one does; remove one of them, or change \`username\``);
  }
}

/** Whether a name differs from the one in the template; what only a deployment knows does not. */
function contradicts(name: string | undefined, written: string | undefined): boolean {
  return name !== undefined && written !== undefined && !Token.isUnresolved(name) && name !== written;
}
