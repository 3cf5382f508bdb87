/**
 * Grants across accounts and Regions: evaluated, with the policies of both sides.
 */
import { App, PhysicalName, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, SecretGrants } from '../../../src';
import { EvaluatedApp, EVERYTHING, RequestContext, stranger } from '../evaluation/evaluated-app';
import { ACCOUNT, COMPLETE_ARN, messageOf, newStack, OTHER_ACCOUNT, PARTIAL_ARN, REGION, statements, warnings } from '../vocabulary';

const OTHER_REGION = 'us-east-1';
const ORGANISATION = 'o-a1b2c3d4e5';
const VIA = `secretsmanager.${REGION}.amazonaws.com`;

const SERVICE = stranger(OTHER_ACCOUNT, [EVERYTHING], 'service');
const NEIGHBOUR = stranger(OTHER_ACCOUNT, [EVERYTHING], 'neighbour');
const SERVICE_WITHOUT_POLICIES = stranger(OTHER_ACCOUNT, [], 'service');

function newRole(stack: Stack, roleName?: string): iam.Role {
  return new iam.Role(stack, 'Role', { roleName, assumedBy: new iam.AccountRootPrincipal() });
}

function sharedSecret(grantee: (stack: Stack) => iam.IGrantable, props: GuardedSecretProps = {}) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const { secret, grants } = new GuardedSecret(stack, 'Secret', props);
  const other = new GuardedSecret(stack, 'Other').secret;
  grants.read(grantee(stack));
  return { app: new EvaluatedApp(stack), secret, other };
}

describe('a role of another account', () => {
  const byArn = () => new iam.ArnPrincipal(SERVICE.arn);
  const imported = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Service', SERVICE.arn);

  test.each([['by its ARN', byArn], ['imported', imported]])('%s: reads, if its own account lets it', async (_, grantee) => {
    const { app, secret } = sharedSecret(grantee);
    expect(await app.reads(SERVICE, secret)).toBe(true);
    expect(await app.reads(SERVICE_WITHOUT_POLICIES, secret)).toBe(false);
    expect(await app.reads(NEIGHBOUR, secret)).toBe(false);
  });

  test('reads no other secret, and does not write', async () => {
    const { app, secret, other } = sharedSecret(byArn);
    expect(await app.reads(SERVICE, other)).toBe(false);
    expect(await app.allows(SERVICE, 'secretsmanager:PutSecretValue', secret)).toBe(false);
    expect(await app.usesKeyDirectly(SERVICE, 'kms:Decrypt', secret)).toBe(false);
    expect(await app.usesKey(SERVICE, 'kms:GenerateDataKey', secret)).toBe(false);
  });

  test('uses the key for this secret only, if the secret has a name', async () => {
    const { app, secret, other } = sharedSecret(byArn, { secretName: 'partner-key' });
    expect(await app.usesKey(SERVICE, 'kms:Decrypt', secret)).toBe(true);
    expect(await app.usesKey(SERVICE, 'kms:Decrypt', other)).toBe(false);
  });

  test('uses the key only as itself', async () => {
    const { app, secret } = sharedSecret(byArn);
    expect(await app.usesKey(SERVICE, 'kms:Decrypt', secret, { 'kms:CallerAccount': ACCOUNT })).toBe(false);
  });
});

test('another account: each of its roles that it lets', async () => {
  const { app, secret } = sharedSecret(() => new iam.AccountPrincipal(OTHER_ACCOUNT));
  expect(await app.reads(SERVICE, secret)).toBe(true);
  expect(await app.reads(NEIGHBOUR, secret)).toBe(true);
  expect(await app.reads(SERVICE_WITHOUT_POLICIES, secret)).toBe(false);
  expect(await app.reads(stranger('777788889999', [EVERYTHING]), secret)).toBe(false);
});

test('an organisation: each account in it, none outside', async () => {
  const { app, secret } = sharedSecret(() => new iam.OrganizationPrincipal(ORGANISATION));
  const within = (organization: string): RequestContext => ({ 'aws:PrincipalOrgID': organization });
  expect(await app.reads(SERVICE, secret, within(ORGANISATION))).toBe(true);
  expect(await app.reads(SERVICE, secret, within('o-zzzzzzzzzz'))).toBe(false);
  expect(await app.reads(SERVICE, secret)).toBe(false);
});

describe('a consumer stack of the app', () => {
  /** The ARN of a secret elsewhere is not known as a reference. Its name is, and the suffix is any. */
  function consumerIn(env: { account: string; region: string }, props: GuardedSecretProps, crossRegionReferences = false, roleName?: string) {
    const app = new App();
    const secrets = newStack({ env: { account: ACCOUNT, region: REGION }, crossRegionReferences }, 'Secrets', app);
    const consumer = newStack({ env, crossRegionReferences }, 'Consumer', app);
    const { secret, grants } = new GuardedSecret(secrets, 'Secret', props);
    const other = new GuardedSecret(secrets, 'Other', props.secretName ? { secretName: 'another' } : {}).secret;
    const role = newRole(consumer, roleName);
    grants.read(role);
    return { app, consumer, secret, other, role };
  }

  const FAR: [string, { account: string; region: string }][] = [
    ['another account', { account: OTHER_ACCOUNT, region: REGION }],
    ['another Region', { account: ACCOUNT, region: OTHER_REGION }],
    ['another account and Region', { account: OTHER_ACCOUNT, region: OTHER_REGION }],
  ];

  test.each(FAR)('in %s reads by the policies of both sides', async (_, env) => {
    const { app, secret, other, role } = consumerIn(env, { secretName: 'partner-key' }, false, 'service');
    const evaluated = new EvaluatedApp(app);
    const caller = evaluated.caller(role);
    expect(await evaluated.reads(caller, secret)).toBe(true);
    expect(await evaluated.reads(caller, other)).toBe(false);
    expect(await evaluated.usesKey(caller, 'kms:Decrypt', other)).toBe(false);
    expect(await evaluated.reads({ ...caller, policies: [] }, secret)).toBe(false);
    expect(await evaluated.reads(stranger(env.account), secret)).toBe(false);
    expect(await evaluated.usesKey(caller, 'kms:Decrypt', secret, { 'kms:ViaService': `secretsmanager.${OTHER_REGION}.amazonaws.com` })).toBe(false);
  });

  test.each(FAR)('in %s knows the secret by its name, the key by secret and Region', (_, env) => {
    const { consumer } = consumerIn(env, { secretName: 'partner-key' }, false, 'service');
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:partner-key-??????`]] };
    expect(statements(consumer)).toMatchObject([
      { Resource: arn },
      {
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${REGION}:${ACCOUNT}:key/*`]] },
        Condition: { StringEquals: { 'kms:ViaService': VIA }, StringLike: { 'kms:EncryptionContext:SecretARN': [arn] } },
      },
    ]);
  });

  test('reads with names that the CDK makes', async () => {
    const { app, secret, other, role } = consumerIn(FAR[0][1], { secretName: PhysicalName.GENERATE_IF_NEEDED }, false, PhysicalName.GENERATE_IF_NEEDED);
    const evaluated = new EvaluatedApp(app);
    expect(await evaluated.reads(evaluated.caller(role), secret)).toBe(true);
    expect(await evaluated.usesKey(evaluated.caller(role), 'kms:Decrypt', other)).toBe(false);
  });

  test('in another Region reads a secret without a name, if the CDK carries the ARN there', async () => {
    const { app, secret, other, role } = consumerIn(FAR[1][1], {}, true);
    const evaluated = new EvaluatedApp(app);
    expect(await evaluated.reads(evaluated.caller(role), secret)).toBe(true);
    expect(await evaluated.usesKey(evaluated.caller(role), 'kms:Decrypt', other)).toBe(false);
  });

  test('is told that a secret without a name cannot be referred to', () => {
    const { app } = consumerIn(FAR[0][1], {}, false, 'service');
    expect(messageOf(() => app.synth())).toContain('physical name must be explicit set or use `PhysicalName.GENERATE_IF_NEEDED`');
  });
});

describe('a secret that is imported', () => {
  const HOW: [string, (stack: Stack) => secretsmanager.ISecret][] = [
    ['by its complete ARN', (stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN)],
    ['by its partial ARN', (stack) => secretsmanager.Secret.fromSecretPartialArn(stack, 'Secret', PARTIAL_ARN)],
    ['by its name', (stack) => secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'partner-key')],
  ];

  test.each(HOW)('%s is read with its key, and no other', async (_, importSecret) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const key = new kms.Key(stack, 'Key');
    const secret = importSecret(stack);
    const other = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Other', `${PARTIAL_ARN}-of-others-a1B2c3`);
    const role = newRole(stack);
    SecretGrants.fromSecret(secret, key).read(role);
    const app = new EvaluatedApp(stack);
    expect(await app.reads(app.caller(role), secret, {}, key)).toBe(true);
    expect(await app.reads(app.caller(role), other, {}, key)).toBe(false);
    expect(await app.usesKey(app.caller(role), 'kms:Decrypt', other, {}, key)).toBe(false);
    expect(await app.reads(stranger(ACCOUNT), secret, {}, key)).toBe(false);
  });

  test.each(HOW)('%s without a customer key is read', async (_, importSecret) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const secret = importSecret(stack);
    const role = newRole(stack);
    SecretGrants.fromSecret(secret).read(role);
    const app = new EvaluatedApp(stack);
    expect(await app.reads(app.caller(role), secret)).toBe(true);
    expect(await app.reads(stranger(ACCOUNT), secret)).toBe(false);
  });

  test('from another account and Region: the half of the reader, and what to do for the other one', () => {
    const stack = newStack({ env: { account: OTHER_ACCOUNT, region: OTHER_REGION } });
    const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
    const secret = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', {
      secretCompleteArn: COMPLETE_ARN, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', keyArn),
    });
    SecretGrants.fromSecret(secret).read(newRole(stack));
    expect(statements(stack)).toMatchObject([
      { Resource: COMPLETE_ARN },
      { Resource: keyArn, Condition: { StringEquals: { 'kms:ViaService': VIA, 'kms:EncryptionContext:SecretARN': [COMPLETE_ARN] } } },
    ]);
    expect(warnings(stack)).toHaveLength(2);
  });

  test('with a key that only its alias names', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN);
    SecretGrants.fromSecret(secret, kms.Alias.fromAliasName(stack, 'Key', 'alias/secrets')).read(newRole(stack));
    expect(statements(stack)[1]).toEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${REGION}:${ACCOUNT}:key/*`]] },
      Condition: {
        'StringEquals': { 'kms:ViaService': VIA, 'kms:EncryptionContext:SecretARN': [COMPLETE_ARN] },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/secrets' },
      },
    });
  });
});
