import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HandlerRights } from './handler-rights';
import { RotationConfig } from './rotation-config';
import { RotationFunction } from './rotation-function';
import { RotationFunctionOptions } from './rotation-function-props';
import { administratorOf, SecretWithKey } from './rotation-policy';
import { isOfOtherAccount } from '../private/attach-policies';
import { isOther } from '../private/environments';
import { givenNames } from '../private/given-names';
import { Problems } from '../private/problems';

const FUNCTION_ARN = /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/;

const WAY_OUT = 'pass `rightsManagedElsewhere: true` if somebody else gives the role its rights';

/** What is wrong with a function that is not of this library, or with what was said besides about ours. */
export function checkHandler(
  problems: Problems, scope: Construct, rotated: SecretWithKey, handler: lambda.IFunction, config: RotationConfig, options: RotationFunctionOptions,
): void {
  const unused = givenNames(options);
  if (unused.length > 0) {
    problems.add(`the function of a custom rotation is configured where it is defined, but got ${unused.join(' and ')} for one of this library; leave that out`);
  }
  const path = JSON.stringify(handler.node.path);
  const { account, region } = Stack.of(scope);
  if (!Token.isUnresolved(handler.functionArn) && !FUNCTION_ARN.test(handler.functionArn)) {
    problems.add(`the ARN of a function is arn:<partition>:lambda:<region>:<account>:function:<name>, of a version or an alias with that behind it, got ${JSON.stringify(handler.functionArn)}; change the ARN that ${path} was imported with`);
    return;
  }
  if (handler.node.scopes.some((construct) => construct instanceof RotationFunction)) {
    problems.add(`the function ${path} is of this library, and refuses a secret that it was not deployed for; take Rotation.singleUser, adminAssisted or alternatingUsers, which share one`);
    return;
  }
  if (isOther(handler.env.region, region)) {
    problems.add(`Secrets Manager invokes a function of the Region of the secret, ${region}, got ${path} in ${handler.env.region}; change \`handler\``);
  }
  if (config.rightsManagedElsewhere) {
    if (config.adminSecret) problems.add('`adminSecret` is there to let the function read it, but `rightsManagedElsewhere` gives the function no rights; remove one of them');
    return;
  }
  if (isOther(handler.env.account, account)) {
    problems.add(`the function ${path} is in account ${handler.env.account}, and a stack of account ${account} changes neither its policy nor its role; have that account let Secrets Manager invoke it, give it a role of this account to assume, and pass \`rightsManagedElsewhere: true\``);
    return;
  }
  checkRole(problems, scope, rotated, handler, config);
}

function checkRole(problems: Problems, scope: Construct, rotated: SecretWithKey, handler: lambda.IFunction, config: RotationConfig): void {
  const { role } = handler;
  const { account } = Stack.of(scope);
  if (!role) {
    problems.add(`the role of the imported function ${JSON.stringify(handler.node.path)} is not known, so it would get no rights on the secret; import it by lambda.Function.fromFunctionAttributes with its \`role\`, or ${WAY_OUT}`);
  } else if (isOfOtherAccount(role, account)) {
    problems.add(`a function of account ${account} cannot have a role of another account, got ${JSON.stringify(role.node.path)} of account ${role.principalAccount}; change the \`role\` that the function was imported with`);
  } else if (!HandlerRights.shared(scope, handler, role, rotated, administratorOf(config)).attached) {
    // Only an attempt tells.
    problems.add(`the role ${JSON.stringify(role.node.path)} must not be changed from here, so the function would get no rights on the secret; import the role without \`mutable: false\`, or ${WAY_OUT}`);
  }
}
