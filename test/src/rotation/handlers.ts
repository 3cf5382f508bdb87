/**
 * Functions that are not of this library, as apps define or import them.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { GuardedSecret, Rotation } from '../../../src';
import { ACCOUNT, newStack, REGION } from '../vocabulary';

export const HANDLER_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rotate`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/rotate`;

export function ownHandler(scope: Construct, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, 'Rotate', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'), ...props,
  });
}

export function importedHandler(scope: Construct, role: iam.IRole | undefined = undefined, functionArn: string = HANDLER_ARN): lambda.IFunction {
  return lambda.Function.fromFunctionAttributes(scope, 'Rotate', { functionArn, role });
}

export function importedRole(scope: Construct, options: iam.FromRoleArnOptions = {}): iam.IRole {
  return iam.Role.fromRoleArn(scope, 'Role', ROLE_ARN, options);
}

/** A secret that a function of the app rotates. */
export function customStack() {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const handler = ownHandler(stack);
  const guarded = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
  return { stack, handler, guarded };
}
