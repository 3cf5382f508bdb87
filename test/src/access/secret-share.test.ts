import { App, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, SecretShare, SecretShareProps, SharedSecret, SharedSecretProps } from '../../../src';
import {
  ACCOUNT, COMPLETE_ARN, count, Json, keyStatements, messageOf, newStack, only, OTHER_ACCOUNT, PARTIAL_ARN, postgresInstance, REGION, rotatedLogin,
  secretStatements, statements, template, warnings,
} from '../vocabulary';

const ORGANIZATION = 'o-a1b2c3d4e5';
const UNIT = `${ORGANIZATION}/r-ab12/ou-ab12-11111111/*`;
const ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/team/reader`;
const THIRD_ACCOUNT = '777788889999';
const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;

const READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
const ANY_SECRET = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:*`]] };

type Recipients = Omit<SecretShareProps, 'secret' | 'encryptionKey'>;

function environment(): Stack {
  return newStack({ env: { account: ACCOUNT, region: REGION } });
}

function shareStack(recipients: Recipients, props: GuardedSecretProps = {}) {
  const stack = environment();
  const guarded = new GuardedSecret(stack, 'Secret', props);
  return { stack, guarded, share: new SecretShare(stack, 'Share', { secret: guarded.secret, ...recipients }) };
}

function problemOf(recipients: Recipients, props: GuardedSecretProps = {}): string {
  return messageOf(() => shareStack(recipients, props));
}

function root(account: string): Json {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] };
}

function shared(stack: Stack): Json[] {
  return secretStatements(stack).filter(({ Effect }) => Effect === 'Allow').map(({ Sid, ...statement }) => ({ ...statement, Sid: Sid.slice(0, -8) }));
}

/** The statements of the key that let in others than its own account. */
function decrypting(stack: Stack): Json[] {
  return keyStatements(stack).filter(({ Action }) => Action === 'kms:Decrypt');
}

function decryptsFor(principal: Json, conditions: Json = {}): Json {
  return {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: {
      ...conditions,
      StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, ...conditions.StringEquals },
      StringLike: { 'kms:EncryptionContext:SecretARN': [ANY_SECRET] },
    },
  };
}

describe('a share', () => {
  test('with accounts lets them read and decrypt', () => {
    const { stack } = shareStack({ accounts: [OTHER_ACCOUNT, THIRD_ACCOUNT] });
    const principals = [root(OTHER_ACCOUNT), root(THIRD_ACCOUNT)];
    expect(shared(stack)).toEqual([{ Sid: 'ShareAccounts', Effect: 'Allow', Principal: { AWS: principals }, Action: READ, Resource: '*' }]);
    expect(decrypting(stack)).toEqual([decryptsFor(principals, { StringEquals: { 'kms:CallerAccount': [OTHER_ACCOUNT, THIRD_ACCOUNT] } })]);
  });

  test('with roles names them by a condition, since they may come later', () => {
    const { stack } = shareStack({ roleArns: [ROLE] });
    expect(shared(stack)).toEqual([{
      Sid: 'ShareRoles', Effect: 'Allow', Principal: { AWS: root(OTHER_ACCOUNT) }, Action: READ, Resource: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': [ROLE] } },
    }]);
    expect(decrypting(stack)).toEqual([decryptsFor(root(OTHER_ACCOUNT), { StringEquals: { 'kms:CallerAccount': [OTHER_ACCOUNT] } })]);
  });

  test('with an organisation and with units of it is bound to both', () => {
    const { stack } = shareStack({ organizationId: ORGANIZATION, organizationPaths: [UNIT] });
    const whole = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } };
    const unit = { 'StringEquals': { 'aws:PrincipalOrgID': [ORGANIZATION] }, 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': [UNIT] } };
    expect(shared(stack)).toEqual([
      { Sid: 'ShareOrganization', Effect: 'Allow', Principal: { AWS: '*' }, Action: READ, Resource: '*', Condition: whole },
      { Sid: 'ShareOrganizationPaths', Effect: 'Allow', Principal: { AWS: '*' }, Action: READ, Resource: '*', Condition: unit },
    ]);
    expect(decrypting(stack)).toEqual([decryptsFor('*', whole), decryptsFor('*', unit)]);
  });

  test('tells the reader the two ARNs that he needs', () => {
    const { stack, guarded, share } = shareStack({ accounts: [OTHER_ACCOUNT] });
    expect([share.secretCompleteArn, share.encryptionKeyArn]).toEqual([guarded.secret.secretArn, guarded.encryptionKey.keyArn]);
    const outputs: [string, Json][] = Object.entries(template(stack).toJSON().Outputs);
    expect(outputs.map(([id, { Value }]) => [id.slice(0, -8), Value])).toEqual([
      ['ShareSecretCompleteArn', stack.resolve(guarded.secret.secretArn)],
      ['ShareEncryptionKeyArn', stack.resolve(guarded.encryptionKey.keyArn)],
    ]);
  });

  test('leaves room in the policy of the key: many secrets and roles, one statement for an account', () => {
    const stack = environment();
    for (let number = 0; number < 20; number++) {
      const { secret } = new GuardedSecret(stack, `Secret${number}`);
      new SecretShare(stack, `Share${number}`, { secret, roleArns: [`${ROLE}${number}`] });
    }
    expect(decrypting(stack)).toHaveLength(1);
  });

  test('may stand beside another one of the same secret', () => {
    const { stack, guarded } = shareStack({ accounts: [OTHER_ACCOUNT] });
    new SecretShare(stack, 'Second', { secret: guarded.secret, accounts: [THIRD_ACCOUNT] });
    const sids = secretStatements(stack).map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(3);
    expect(count(stack, 'AWS::SecretsManager::ResourcePolicy')).toBe(1);
  });

  test('of a login is one of the secret that its database is attached to', () => {
    const stack = environment();
    const login = rotatedLogin(stack, postgresInstance(stack));
    new SecretShare(stack, 'Share', { secret: login.secret, accounts: [OTHER_ACCOUNT] });
    expect(secretStatements(stack).map(({ Effect }) => Effect)).toEqual(['Deny', 'Allow']);
    expect(decrypting(stack)).toHaveLength(1);
  });

  test('closes a secret of the user to the public and to clear text', () => {
    const stack = environment();
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') });
    new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] });
    new SecretShare(stack, 'Second', { secret, organizationId: ORGANIZATION });
    expect(only(stack, 'AWS::SecretsManager::ResourcePolicy').properties.BlockPublicPolicy).toBe(true);
    expect(secretStatements(stack).map(({ Sid }) => Sid.replace(/[0-9a-f]{8}$/, ''))).toEqual(['DenyInsecureTransport', 'ShareAccounts', 'ShareOrganization']);
  });

  test('in another stack than secret and key makes no cycle', () => {
    const app = new App();
    const keys = newStack({}, 'Keys', app);
    const secrets = newStack({}, 'Secrets', app);
    const shares = newStack({}, 'Shares', app);
    const { secret } = new GuardedSecret(secrets, 'Secret', { encryptionKey: new kms.Key(keys, 'Key') });
    new SecretShare(shares, 'Share', { secret, accounts: [OTHER_ACCOUNT] });
    expect(() => app.synth()).not.toThrow();
    expect(keys.dependencies).toEqual([]);
  });

  test('takes what only a deployment knows', () => {
    const { stack } = shareStack({ accounts: [Fn.importValue('account')], roleArns: [Fn.importValue('role')], organizationPaths: [Fn.importValue('path')] });
    expect(decrypting(stack)).toHaveLength(2);
  });

  test('under an imported key says what is missing', () => {
    const stack = environment();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const { secret } = new GuardedSecret(stack, 'Secret', { encryptionKey });
    new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] });
    expect(warnings(stack)).toEqual([
      `the policy of the imported key "Test/Key" cannot be changed from here, so nobody else can decrypt the secret yet; allow kms:Decrypt for those whom you share with in it, where it is defined, through secretsmanager.${REGION}.amazonaws.com (kms:ViaService), then acknowledge this`,
    ]);
  });

  test('under an imported key says so without a token, where only the deployment knows the Region', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Secret', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] });
    expect(warnings(stack)).toEqual([expect.stringContaining('through secretsmanager.<region>.amazonaws.com (kms:ViaService)')]);
  });
});

describe('a share fails', () => {
  const MANAGED = 'Test/Share: the secret "Test/Secret" is encrypted with the AWS managed key, which no other account can use; define it with a customer key, as GuardedSecret does, or pass that key as `encryptionKey`';

  test('for a secret under the AWS managed key', () => {
    const stack = environment();
    const secret = new secretsmanager.Secret(stack, 'Secret');
    expect(messageOf(() => new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] }))).toBe(MANAGED);
  });

  test('for a secret under the alias of the AWS managed key', () => {
    const stack = environment();
    const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/aws/secretsmanager');
    const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey });
    expect(messageOf(() => new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] }))).toBe(MANAGED);
  });

  test('for an imported secret', () => {
    const stack = environment();
    const secret = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', { secretCompleteArn: COMPLETE_ARN, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    expect(messageOf(() => new SecretShare(stack, 'Share', { secret, accounts: [OTHER_ACCOUNT] })))
      .toBe('Test/Share: the policy of the imported secret "Test/Secret" cannot be changed from here; define the share in the app that defines the secret');
  });

  test.each<[string, Recipients, string]>([
    ['nobody', {}, 'a share is with somebody, got nobody; pass `accounts`, `roleArns`, `organizationId` or `organizationPaths`'],
    ['an empty list', { accounts: [] }, 'a share is with somebody, got nobody; pass `accounts`, `roleArns`, `organizationId` or `organizationPaths`'],
    ['an account that is none', { accounts: ['12345'] }, 'an account is 12 digits, got "12345"; change `accounts`'],
    ['the own account', { accounts: [ACCOUNT] }, `the secret belongs to the account "${ACCOUNT}" itself, whose principals need no share; use its \`grants\``],
    ['a role of the own account', { roleArns: [`arn:aws:iam::${ACCOUNT}:role/reader`] }, `the secret belongs to the account "${ACCOUNT}" itself, whose principals need no share; use its \`grants\``],
    ['a role by its name', { roleArns: ['reader'] }, 'a role is named by its whole ARN, without wildcards, got "reader"; change `roleArns`'],
    ['many roles by a wildcard', { roleArns: [`${ROLE}*`] }, `a role is named by its whole ARN, without wildcards, got "${ROLE}*"; change \`roleArns\``],
    ['an organisation that is none', { organizationId: 'acme' }, 'an organisation is "o-" and 10 to 32 lower-case letters or digits, got "acme"; change `organizationId`'],
  ])('with %s', (_, recipients, problem) => {
    expect(problemOf(recipients)).toBe(`Test/Share: ${problem}`);
  });

  test.each(['ou-ab12-11111111', `${ORGANIZATION}/r-ab12/ou-ab12-11111111`, `${ORGANIZATION}/r-ab12/ou-ab12-1111*`, `${ORGANIZATION}/*`, '*'])('with the path %s', (path) => {
    expect(problemOf({ organizationPaths: [path] })).toBe(
      `Test/Share: a path of an organisation begins with organisation and root, and ends in "/" (the unit itself) or "/*" (also those below), as "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*", got "${path}"; change \`organizationPaths\``);
  });

  test.each<[string, GuardedSecretProps, Recipients, string]>([
    ['an account', { trustedAccounts: [THIRD_ACCOUNT] }, { roleArns: [ROLE] }, `the policy of the secret denies everything to the account "${OTHER_ACCOUNT}"; add it to \`trustedAccounts\` of the secret`],
    ['an organisation', { organizationId: 'o-zzzzzzzzzz' }, { organizationId: ORGANIZATION }, `the policy of the secret denies everything to the organisation "${ORGANIZATION}"; change \`organizationId\` of the secret`],
    ['a unit', { trustedAccounts: [] }, { organizationPaths: [UNIT] }, `the policy of the secret denies everything to the organisation "${ORGANIZATION}"; change \`organizationId\` of the secret`],
  ])('with %s outside of the perimeter of the secret', (_, props, recipients, problem) => {
    expect(problemOf(recipients, props)).toBe(`Test/Share: ${problem}`);
  });

  test('for no account that an organisation may contain', () => {
    expect(() => shareStack({ accounts: [OTHER_ACCOUNT] }, { organizationId: ORGANIZATION })).not.toThrow();
  });
});

describe('a shared secret', () => {
  function readerStack(props: SharedSecretProps) {
    const stack = newStack({ env: { account: OTHER_ACCOUNT, region: 'us-east-1' } });
    const imported = new SharedSecret(stack, 'Shared', props);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    return { stack, imported, role };
  }

  test('is granted by its complete ARN and that of the key, in the Region of the owner', () => {
    const { stack, imported, role } = readerStack({ secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN });
    expect(imported.grants.read(role).success).toBe(true);
    expect(statements(stack)).toEqual([
      { Effect: 'Allow', Action: READ, Resource: COMPLETE_ARN },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: KEY_ARN,
        Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': [COMPLETE_ARN] } },
      },
    ]);
    expect(warnings(stack)).toEqual([]);
  });

  test('is granted by a fixed name before the owner deploys it', () => {
    const { stack, imported, role } = readerStack({ secretPartialArn: PARTIAL_ARN, encryptionKeyArn: KEY_ARN });
    imported.grants.read(role);
    const [ofSecret, ofKey] = statements(stack);
    expect(ofSecret.Resource).toBe(`${PARTIAL_ARN}-??????`);
    expect(ofKey.Condition.StringLike['kms:EncryptionContext:SecretARN']).toEqual([`${PARTIAL_ARN}-??????`]);
  });

  test('says that a principal without a policy cannot be granted here', () => {
    const { stack, imported } = readerStack({ secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN });
    imported.grants.describe(new iam.ServicePrincipal('dms.amazonaws.com'));
    expect(warnings(stack)).toContainEqual(expect.stringContaining('cannot be changed from here'));
  });

  test.each<[string, SharedSecretProps, string]>([
    ['no ARN', { encryptionKeyArn: KEY_ARN }, 'the secret is named by one ARN, got none; pass `secretCompleteArn`, or `secretPartialArn` while its end is not known'],
    ['both ARNs', { secretCompleteArn: COMPLETE_ARN, secretPartialArn: PARTIAL_ARN, encryptionKeyArn: KEY_ARN }, 'the secret is named by one ARN, got both; pass `secretCompleteArn`, or `secretPartialArn` while its end is not known'],
    ['a complete ARN as partial one', { secretPartialArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN }, `Secrets Manager takes what ends in a hyphen and six letters or digits for a complete ARN, got "${COMPLETE_ARN}"; pass the complete ARN as \`secretCompleteArn\``],
    ['a pattern', { secretPartialArn: `${PARTIAL_ARN}*`, encryptionKeyArn: KEY_ARN }, `the partial ARN of a secret ends in its name, got "${PARTIAL_ARN}*"; change \`secretPartialArn\``],
    ['a name', { secretPartialArn: 'partner-key', encryptionKeyArn: KEY_ARN }, 'the partial ARN of a secret ends in its name, got "partner-key"; change `secretPartialArn`'],
    ['an alias', { secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/secrets` }, `the key of a secret is named by its ARN ("arn:…:key/…"), which policies need, got "arn:aws:kms:${REGION}:${ACCOUNT}:alias/secrets"; take the output EncryptionKeyArn of the owner as \`encryptionKeyArn\``],
  ])('fails with %s', (_, props, problem) => {
    expect(messageOf(() => readerStack(props))).toBe(`Test/Shared: ${problem}`);
  });

  test('fails with an incomplete ARN for the complete one', () => {
    expect(messageOf(() => readerStack({ secretCompleteArn: `${PARTIAL_ARN}s`, encryptionKeyArn: KEY_ARN })))
      .toBe(`Test/Shared: the complete ARN of a secret ends in a hyphen and six characters, got "${PARTIAL_ARN}s"; take the output SecretCompleteArn of the owner, or pass it as \`secretPartialArn\``);
  });

  test('fails with a reference to another account, whose end is not known, and takes it for the partial one', () => {
    const app = new App();
    const owner = newStack({ env: { account: ACCOUNT, region: REGION } }, 'Owner', app);
    const { secret } = new GuardedSecret(owner, 'Secret', { secretName: 'partner/token' });
    const reader = newStack({ env: { account: OTHER_ACCOUNT, region: REGION } }, 'Reader', app);
    new SharedSecret(reader, 'Partial', { secretPartialArn: secret.secretArn, encryptionKeyArn: KEY_ARN });
    expect(() => app.synth()).not.toThrow();
    new SharedSecret(reader, 'Complete', { secretCompleteArn: secret.secretArn, encryptionKeyArn: KEY_ARN });
    expect(messageOf(() => app.synth({ force: true })))
      .toContain('[Reader/Complete] the complete ARN of a secret of another account cannot be referred to in the app, where only its name is known; pass the reference as `secretPartialArn`');
  });
});
