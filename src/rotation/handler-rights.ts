import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CopyPolicies } from './copy-policies';
import { RotationPolicy, SecretWithKey } from './rotation-policy';
import { attachTo } from '../private/attach-policies';
import { watchAttachments } from '../private/attachment-quota';
import { isOther } from '../private/environments';
import { firstWithRoom } from '../private/numbered';
import { watchIdentityPolicies } from '../private/policy-document';
import { secretArnForPolicy } from '../private/secret-arn';
import { shortAddress } from '../private/short-address';

/**
 * What a function that is not of this library may do with the secrets that the rotators of a stack have it rotate.
 *
 * The policies stand in the stack of the rotators, so that neither the stack of the function nor that of its role needs it.
 */
export class HandlerRights extends Construct {
  /** Those of the function in the stack, with room for the secret and that of its administrator. */
  public static shared(scope: Construct, handler: lambda.IFunction, role: iam.IRole, rotated: SecretWithKey, administrator?: SecretWithKey): HandlerRights {
    return firstWithRoom(
      scope,
      `GuardedSecretsHandler${shortAddress(handler)}`,
      (existing: HandlerRights) => existing.rotation.hasRoomFor(rotated, administrator),
      (stack, id) => new HandlerRights(stack, id, role),
    );
  }

  /** Whether the role took the policies. One that must not be changed ignores them. */
  public readonly attached: boolean;

  private readonly rotation: RotationPolicy;
  private readonly copies: CopyPolicies;

  private constructor(scope: Construct, id: string, role: iam.IRole) {
    super(scope, id);
    this.rotation = new RotationPolicy(this);
    this.copies = new CopyPolicies(this, role);
    this.attached = attachTo(role, [this.rotation.policy]);
    watchIdentityPolicies(this);
    watchAttachments(this, role);
  }

  /** Lets the function rotate a secret, and read that of its administrator. */
  public addSecret(rotated: SecretWithKey, administrator?: SecretWithKey): void {
    this.rotation.addRotatedSecret(rotated);
    if (administrator) this.rotation.addAdminSecret(administrator);
  }

  /** @internal */
  public _allowCopies(statement: iam.PolicyStatement): void {
    this.copies.add(statement);
  }
}

/** What the policy of a function holds, with names of usual length. */
const MOST_PERMISSIONS = 40;

const PERMISSIONS = new WeakMap<lambda.IFunction, number>();

/**
 * Lets Secrets Manager invoke a function for one secret. The function's own method defines nothing for most imported ones.
 *
 * @returns undefined for a function of another account, whose policy no stack of this one changes
 */
export function letInvoke(scope: Construct, handler: lambda.IFunction, secret: secretsmanager.ISecret): lambda.CfnPermission | undefined {
  const { account } = Stack.of(scope);
  if (isOther(handler.env.account, account)) return undefined;
  const count = (PERMISSIONS.get(handler) ?? 0) + 1;
  PERMISSIONS.set(handler, count);
  if (count === MOST_PERMISSIONS + 1) {
    Annotations.of(scope).addWarningV2('cdk-guarded-secrets:functionPolicySize',
      `the policy of a function has 20480 characters at most, enough for about ${MOST_PERMISSIONS} secrets, and ${JSON.stringify(handler.node.path)} rotates more; rotate the others by another function, or acknowledge this if the names are short`);
  }
  return new lambda.CfnPermission(scope, 'Permission', {
    action: 'lambda:InvokeFunction',
    principal: 'secretsmanager.amazonaws.com',
    functionName: handler.functionArn,
    sourceAccount: account,
    sourceArn: secretArnForPolicy(secret),
  });
}
