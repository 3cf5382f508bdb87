import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, SecretGrants } from '../../../src';
import { ACCOUNT, COMPLETE_ARN, Json, keyStatements, messageOf, newStack, only, OTHER_ACCOUNT, PARTIAL_ARN, REGION, rotatedStack, secretStatements, statements, template, warnings } from '../vocabulary';

const SETTINGS_UNTOUCHED = {
  BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
  Null: { 'secretsmanager:RotationLambdaARN': 'true', 'secretsmanager:ExternalSecretRotationRoleArn': 'true' },
};

const VIA = `secretsmanager.${REGION}.amazonaws.com`;

function guardedStack() {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const guarded = new GuardedSecret(stack, 'Secret');
  return { stack, guarded, arn: stack.resolve(guarded.secret.secretArn) };
}

const SAME_ACCOUNT: [string, (stack: Stack) => iam.IGrantable][] = [
  ['a new role', (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })],
  ['an imported role', (stack) => iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/service`)],
  ['a user', (stack) => new iam.User(stack, 'User')],
];

const BOUND_SERVICE = new iam.ServicePrincipal('dms.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } });

/** Grantees outside of the account, with what the policies of secret and key say of them. */
const OTHERS: [string, (stack: Stack) => iam.IGrantable, Json][] = [
  ['a principal of another account', () => new iam.ArnPrincipal(`arn:aws:iam::${OTHER_ACCOUNT}:role/service`), { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:role/service` }],
  ['another account', () => new iam.AccountPrincipal(OTHER_ACCOUNT), { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${OTHER_ACCOUNT}:root`]] } }],
  ['an imported role of another account', (stack) => iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${OTHER_ACCOUNT}:role/service`), { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:role/service` }],
];

const CALLER = { 'kms:CallerAccount': OTHER_ACCOUNT };

describe.each(SAME_ACCOUNT)('%s of the account', (_, grantee) => {
  test('reads: value and metadata, and decrypts this secret only', () => {
    const { stack, guarded, arn } = guardedStack();
    expect(guarded.grants.read(grantee(stack)).success).toBe(true);
    expect(statements(stack)).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: arn },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: stack.resolve(guarded.encryptionKey.keyArn),
        Condition: { StringEquals: { 'kms:ViaService': VIA, 'kms:EncryptionContext:SecretARN': [arn] } },
      },
    ]);
  });

  test('has no place in the policies of secret and key', () => {
    const { stack, guarded } = guardedStack();
    const before = { key: keyStatements(guardedStack().stack).length };
    guarded.grants.read(grantee(stack));
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport']);
    expect(keyStatements(stack)).toHaveLength(before.key);
    expect(warnings(stack)).toEqual([]);
  });

  test('writes: puts a value, without rights on the settings', () => {
    const { stack, guarded, arn } = guardedStack();
    guarded.grants.write(grantee(stack));
    expect(statements(stack)).toMatchObject([
      { Action: ['secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'], Resource: arn },
      { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': [arn] } } },
    ]);
  });

  test('describes: no value, no key', () => {
    const { stack, guarded, arn } = guardedStack();
    guarded.grants.describe(grantee(stack));
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: arn }]);
  });

  test('rotates: with the settings that are deployed', () => {
    const { stack, guarded, arn } = guardedStack();
    guarded.grants.rotate(grantee(stack));
    expect(statements(stack)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: arn },
      { Effect: 'Allow', Action: 'secretsmanager:RotateSecret', Resource: arn, Condition: SETTINGS_UNTOUCHED },
    ]);
  });
});

describe.each(OTHERS)('%s', (_, grantee, principal) => {
  test('reads by the policies of secret and key', () => {
    const { stack, guarded } = guardedStack();
    expect(guarded.grants.read(grantee(stack)).success).toBe(true);
    expect(secretStatements(stack)).toContainEqual({
      Effect: 'Allow', Principal: principal, Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: '*',
    });
    expect(keyStatements(stack)).toContainEqual({
      Effect: 'Allow',
      Principal: principal,
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:ViaService': VIA, ...CALLER },
        StringLike: { 'kms:EncryptionContext:SecretARN': [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:*`]] }] },
      },
    });
    expect(warnings(stack)).toEqual([]);
  });

  test('rotates with the settings that are deployed, also by the policy of the secret', () => {
    const { stack, guarded } = guardedStack();
    guarded.grants.rotate(grantee(stack));
    expect(secretStatements(stack)).toContainEqual({
      Effect: 'Allow', Principal: principal, Action: 'secretsmanager:RotateSecret', Resource: '*', Condition: SETTINGS_UNTOUCHED,
    });
  });

  test('writes by the policies of secret and key', () => {
    const { stack, guarded } = guardedStack();
    guarded.grants.write(grantee(stack));
    expect(secretStatements(stack)).toMatchObject([{}, { Principal: principal, Action: ['secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'] }]);
    expect(keyStatements(stack)).toContainEqual(expect.objectContaining({ Principal: principal, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }));
  });
});

describe('a service', () => {
  test('reads by the policies of secret and key, bound as it says', () => {
    const { stack, guarded } = guardedStack();
    guarded.grants.read(BOUND_SERVICE);
    const bound = { Principal: { Service: 'dms.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } };
    expect(secretStatements(stack)[1]).toMatchObject({ ...bound, Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] });
    expect(keyStatements(stack).at(-1)).toMatchObject({ ...bound, Action: 'kms:Decrypt' });
    expect(warnings(stack)).toEqual([]);
  });

  test('that serves everybody gives a warning', () => {
    const { stack, guarded } = guardedStack();
    guarded.grants.describe(new iam.ServicePrincipal('dms.amazonaws.com'));
    expect(warnings(stack)).toEqual([
      '"Test/Secret/Resource" is granted to a service, whoever it works for; bind it to your account with the option `conditions: { StringEquals: { \'aws:SourceAccount\': account } }` of iam.ServicePrincipal, or acknowledge this if the service does not send it',
    ]);
  });
});

describe('wrong grants', () => {
  const messageFor = (grant: (grants: SecretGrants) => void) => {
    const { guarded } = guardedStack();
    return messageOf(() => grant(guarded.grants));
  };

  test.each([['AnyPrincipal', new iam.AnyPrincipal()], ['StarPrincipal', new iam.StarPrincipal()]])('to everybody: %s', (_, everybody) => {
    expect(messageFor((grants) => grants.read(everybody))).toBe(
      'Test/Secret/Resource: a grant to everybody would make it public, got "*" without a condition; name roles, an account (iam.AccountPrincipal) or an organisation (iam.OrganizationPrincipal)',
    );
  });

  test.each([
    ['its ARN', new iam.ArnPrincipal(`arn:aws:iam::${OTHER_ACCOUNT}:role/service`)],
    ['its account', new iam.AccountPrincipal(OTHER_ACCOUNT)],
  ])('managing by another account, named by %s', (_, grantee) => {
    expect(messageFor((grants) => grants.manage(grantee))).toBe(
      `Test/Secret/Resource: a secret is managed from its own account, got a principal of account "${OTHER_ACCOUNT}"; grant a role of the account that the other one may assume`,
    );
  });

  test('managing by somebody without a policy', () => {
    expect(messageFor((grants) => grants.manage(new iam.OrganizationPrincipal('o-a1b2c3d4e5')))).toBe(
      'Test/Secret/Resource: managing is allowed in the policy of the grantee only, got "OrganizationPrincipal(o-a1b2c3d4e5)", which has none; grant a role, a user or a group',
    );
  });

  test('conditions that cannot work, all in one message', () => {
    expect(messageFor((grants) => grants.read(BOUND_SERVICE, { versionStages: [], vpcEndpoints: [], matchingTags: [], organizationId: '123' }))).toBe([
      'Test/Secret/Resource: 4 problems',
      '  1. `versionStages` is empty, so nobody could read; name at least one, or leave it out',
      '  2. `vpcEndpoints` is empty, so nobody could read; name at least one, or leave it out',
      '  3. `matchingTags` is empty, so nobody could read; name at least one, or leave it out',
      '  4. an organisation is "o-" and 10 to 32 lower-case letters or digits, got "123"; change `organizationId`',
    ].join('\n'));
  });

  test('an id that only the deployment knows is no problem', () => {
    const { stack, guarded } = guardedStack();
    const parameter = new CfnParameter(stack, 'Organisation');
    guarded.grants.read(new iam.User(stack, 'User'), { organizationId: parameter.valueAsString });
    expect(statements(stack)[0].Condition).toEqual({ StringEquals: { 'aws:PrincipalOrgID': { Ref: 'Organisation' } } });
  });
});

test('a batch for somebody without a policy gives a warning', () => {
  const { stack, guarded } = guardedStack();
  guarded.grants.batchRead(new iam.AccountPrincipal(OTHER_ACCOUNT), { withFilters: true });
  expect(warnings(stack)).toEqual([
    'secretsmanager:BatchGetSecretValue, secretsmanager:ListSecrets cannot be allowed by the policy of a secret, and the grantee has none here; allow it in the policy of the grantee, where it is defined',
  ]);
});

describe('a secret of the user', () => {
  test.each([
    ['a partial ARN', (stack: Stack) => secretsmanager.Secret.fromSecretPartialArn(stack, 'Secret', PARTIAL_ARN), `${PARTIAL_ARN}-??????`],
    ['a complete ARN', (stack: Stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN), COMPLETE_ARN],
  ])('with %s is granted by it', (how, importSecret, arn) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const key = new kms.Key(stack, 'Key');
    SecretGrants.fromSecret(importSecret(stack), key).read(new iam.User(stack, 'User'));
    const [ofSecret, ofKey] = statements(stack);
    expect(ofSecret.Resource).toBe(arn);
    expect(ofKey.Condition[how === 'a partial ARN' ? 'StringLike' : 'StringEquals']['kms:EncryptionContext:SecretARN']).toEqual([arn]);
    expect(ofKey.Condition.StringEquals['kms:ViaService']).toBe(VIA);
  });

  test('without a customer key needs no rights on one', () => {
    const stack = newStack();
    SecretGrants.fromSecret(new secretsmanager.Secret(stack, 'Secret')).read(new iam.User(stack, 'User'));
    expect(statements(stack)).toHaveLength(1);
  });

  test('that was imported: a warning says what is missing for another account', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`);
    const secret = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', { secretCompleteArn: COMPLETE_ARN, encryptionKey });
    SecretGrants.fromSecret(secret).read(new iam.AccountPrincipal(OTHER_ACCOUNT));
    expect(warnings(stack).sort()).toEqual([
      'the policy of the imported "Test/Key" cannot be changed from here; allow kms:Decrypt for the grantee in it, where it is defined',
      'the policy of the imported "Test/Secret" cannot be changed from here; allow secretsmanager:GetSecretValue, secretsmanager:DescribeSecret for the grantee in it, where it is defined',
    ]);
  });

  test('that was imported into a stack of any account: no warning for a role of the stack', () => {
    const stack = newStack();
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN);
    SecretGrants.fromSecret(secret).read(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(statements(stack)).toHaveLength(1);
    expect(warnings(stack)).toEqual([]);
  });
});

test('a reader in another stack makes no cycle', () => {
  const app = new App();
  const secrets = newStack({}, 'Secrets', app);
  const { grants } = new GuardedSecret(secrets, 'Secret');
  const service = newStack({}, 'Service', app);
  grants.read(new iam.Role(service, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
  expect(statements(service)).toHaveLength(2);
  expect(secrets.dependencies).toEqual([]);
});

test('the grants of a database login are about the secret that is rotated', () => {
  const { stack, login } = rotatedStack();
  login.grants.read(new iam.User(stack, 'User'));
  const policy = Object.values(template(stack).findResources('AWS::IAM::Policy'))[0];
  expect(policy.Properties.PolicyDocument.Statement[0].Resource).toEqual({ Ref: expect.stringMatching(/^LoginSecret/) });
});

test('many readers do not let the policies of secret and key grow', () => {
  const { stack, guarded } = guardedStack();
  for (let number = 0; number < 30; number++) guarded.grants.read(new iam.User(stack, `User${number}`));
  expect(secretStatements(stack)).toHaveLength(1);
  expect(only(stack, 'AWS::KMS::Key').properties.KeyPolicy.Statement.length).toBeLessThan(5);
});
