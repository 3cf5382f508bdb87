/**
 * What the role of a function that is not of this library may do with the secrets that it rotates, evaluated as IAM does.
 */
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { customStack, ownHandler } from './handlers';
import { GuardedSecret, Rotation } from '../../../src';
import { EvaluatedApp, EVERYTHING, stranger } from '../evaluation/evaluated-app';
import { ACCOUNT, Json, newStack, only, REGION, resources, warnings } from '../vocabulary';

const PERMISSION = 'AWS::Lambda::Permission';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';
const ENV = { env: { account: ACCOUNT, region: REGION } };

/** What AWS documents for the role of a rotation function. */
const ROTATION = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];

/** What it must not do with the secret that it rotates. */
const BEYOND = [
  'CancelRotateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'GetResourcePolicy', 'ListSecretVersionIds', 'PutResourcePolicy', 'RotateSecret', 'TagResource',
  'UpdateSecret',
];

describe('what the role of the function may do', () => {
  const stack = newStack(ENV);
  const handler = ownHandler(stack);
  const adminSecret = new GuardedSecret(stack, 'Admin').secret;
  const { secret } = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler, adminSecret }) });
  const { secret: otherSecret } = new GuardedSecret(stack, 'Other');
  const app = new EvaluatedApp(stack);
  const caller = app.caller(handler.role!);
  const allowed = async (of: secretsmanager.ISecret, who = caller) => {
    const answers = await Promise.all([...ROTATION, ...BEYOND].map((action) => app.allows(who, `secretsmanager:${action}`, of)));
    return [...ROTATION, ...BEYOND].filter((_, index) => answers[index]);
  };
  const usedKey = async (of: secretsmanager.ISecret, who = caller) => {
    const actions = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'];
    const answers = await Promise.all(actions.map((action) => app.usesKey(who, action, of)));
    return actions.filter((_, index) => answers[index]);
  };

  test('with its secret: a rotation', async () => {
    expect(await allowed(secret)).toEqual(ROTATION);
    expect(await usedKey(secret)).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(await app.usesKeyDirectly(caller, 'kms:Decrypt', secret)).toBe(false);
  });

  test('with the secret of the administrator: read it', async () => {
    expect(await allowed(adminSecret)).toEqual(['GetSecretValue']);
    expect(await usedKey(adminSecret)).toEqual(['kms:Decrypt']);
  });

  test('with another secret under the same key: nothing', async () => {
    expect(otherSecret.encryptionKey).toBe(secret.encryptionKey);
    expect(await allowed(otherSecret)).toEqual([]);
    expect(await usedKey(otherSecret)).toEqual([]);
  });

  test('nobody else, whatever another account gives its role', async () => {
    expect(await allowed(secret, stranger(ACCOUNT))).toEqual([]);
    expect(await allowed(secret, stranger('444455556666', [EVERYTHING]))).toEqual([]);
    expect(await usedKey(secret, stranger('444455556666', [EVERYTHING]))).toEqual([]);
  });
});

describe('several secrets', () => {
  test('of one function have a permission each, and one policy', async () => {
    const { stack, handler, guarded } = customStack();
    const second = new GuardedSecret(stack, 'Second', { rotation: Rotation.custom({ handler }) });
    expect(Object.values(resources(stack, PERMISSION)).map(({ Properties }) => Properties.SourceArn))
      .toEqual([guarded, second].map(({ secret }) => stack.resolve(secret.secretArn)));
    expect(only(stack, MANAGED_POLICY).properties.Roles).toHaveLength(1);
    const app = new EvaluatedApp(stack);
    for (const { secret } of [guarded, second]) expect(await app.reads(app.caller(handler.role!), secret)).toBe(true);
  });

  function manyStack(more: number) {
    const { stack, handler } = customStack();
    for (let number = 1; number <= more; number++) new GuardedSecret(stack, `Secret${number}`, { rotation: Rotation.custom({ handler }) });
    return stack;
  }

  test('that are too many for the policy of a function are a warning, once', () => {
    expect(warnings(manyStack(39))).toEqual([]);
    expect(warnings(manyStack(42))).toEqual([
      'the policy of a function has 20480 characters at most, enough for about 40 secrets, and "Test/Rotate" rotates more; rotate the others by another function, or acknowledge this if the names are short',
    ]);
  });

  test('take another policy of the role when one is full', () => {
    const stack = manyStack(60);
    const documents = Object.values(resources(stack, MANAGED_POLICY)).map(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(documents.length).toBeGreaterThan(1);
    expect(documents.flatMap((statements) => statements.find(({ Sid }: Json) => Sid === 'RotateSecrets').Resource)).toHaveLength(61);
  });

  test('of two functions do not share their rights', async () => {
    const { stack, handler, guarded } = customStack();
    const other = new lambda.Function(stack, 'OtherRotate', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
    const second = new GuardedSecret(stack, 'Second', { rotation: Rotation.custom({ handler: other }) });
    const app = new EvaluatedApp(stack);
    expect(await app.reads(app.caller(handler.role!), second.secret)).toBe(false);
    expect(await app.reads(app.caller(other.role!), guarded.secret)).toBe(false);
    expect(await app.reads(app.caller(other.role!), second.secret)).toBe(true);
  });
});
