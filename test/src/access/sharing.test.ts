/**
 * The two halves of sharing, together: the synthesised policies of owner and reader are evaluated as IAM does.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, SecretShare, SecretShareProps, SharedSecret } from '../../../src';
import { Caller, EvaluatedApp, EVERYTHING, RequestContext, stranger } from '../evaluation/evaluated-app';
import { ACCOUNT, endpointOf, newStack, OTHER_ACCOUNT, REGION } from '../vocabulary';

const STRANGER = '999988887777';
const ORGANIZATION = 'o-a1b2c3d4e5';
const UNIT = `${ORGANIZATION}/r-ab12/ou-ab12-11111111/`;
const READER = `arn:aws:iam::${OTHER_ACCOUNT}:role/reader`;

const IN_UNIT = inUnit(UNIT);
const IN_OTHER_ORGANIZATION = inUnit('o-zzzzzzzzzz/r-zz99/ou-zz99-11111111/');

type Recipients = Omit<SecretShareProps, 'secret' | 'encryptionKey'>;

interface Sharing {
  readonly owner: EvaluatedApp;
  readonly shared: secretsmanager.ISecret;
  readonly other: secretsmanager.ISecret;
  /** The role of the other account, with what `SharedSecret` grants it and nothing else. */
  readonly reader: Caller;
}

/** The owner shares one of two secrets under the same key; the reader gets its ARN and that of the key, as people hand outputs over. */
function sharing(recipients: Recipients, props: GuardedSecretProps = {}): Sharing {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } }, 'Owner');
  const { secret: shared, encryptionKey } = new GuardedSecret(stack, 'Shared', props);
  const { secret: other } = new GuardedSecret(stack, 'Other');
  new SecretShare(stack, 'Share', { secret: shared, ...recipients });
  const owner = new EvaluatedApp(stack);
  return { owner, shared, other, reader: readerOf(owner.arnOf(shared), owner.arnOf(encryptionKey)) };
}

function readerOf(secretCompleteArn: string, encryptionKeyArn: string): Caller {
  const stack = newStack({ env: { account: OTHER_ACCOUNT, region: REGION } }, 'Reader');
  const role = new iam.Role(stack, 'Role', { roleName: 'reader', assumedBy: new iam.AccountRootPrincipal() });
  new SharedSecret(stack, 'Shared', { secretCompleteArn, encryptionKeyArn }).grants.read(role);
  return new EvaluatedApp(stack).caller(role);
}

/** The context of requests from an account of a unit. */
function inUnit(path: string): RequestContext {
  return { 'aws:PrincipalOrgID': path.split('/')[0], 'aws:PrincipalOrgPaths': [path] };
}

const SHARES: [string, Recipients][] = [
  ['an account', { accounts: [OTHER_ACCOUNT] }],
  ['a role', { roleArns: [READER] }],
  ['an organisation', { organizationId: ORGANIZATION }],
  ['a unit of an organisation', { organizationPaths: [UNIT] }],
  ['a unit and those below', { organizationPaths: [`${ORGANIZATION}/r-ab12/*`] }],
];

describe.each(SHARES)('a secret that is shared with %s', (_, recipients) => {
  const { owner, shared, other, reader } = sharing(recipients);

  test('is read by the reader', async () => {
    expect(await owner.reads(reader, shared, IN_UNIT)).toBe(true);
  });

  test('is read by nobody without TLS', async () => {
    expect(await owner.reads(reader, shared, { ...IN_UNIT, 'aws:SecureTransport': 'false' })).toBe(false);
  });

  test.each([['another organisation', IN_OTHER_ORGANIZATION], ['none', {}]])('is not read, nor its key used, by an account of %s', async (__, context) => {
    const foreigner = stranger(STRANGER, [EVERYTHING]);
    expect(await owner.allows(foreigner, 'secretsmanager:GetSecretValue', shared, context)).toBe(false);
    expect(await owner.usesKey(foreigner, 'kms:Decrypt', shared, context)).toBe(false);
  });

  test('is not read by a role whose own account does not let it', async () => {
    expect(await owner.reads(stranger(OTHER_ACCOUNT, [], 'reader'), shared, IN_UNIT)).toBe(false);
  });

  test('is neither written nor managed by the reader', async () => {
    const administrator = stranger(OTHER_ACCOUNT, [EVERYTHING], 'reader');
    for (const action of ['PutSecretValue', 'UpdateSecret', 'PutResourcePolicy', 'DeleteSecret']) {
      expect(await owner.allows(administrator, `secretsmanager:${action}`, shared, IN_UNIT)).toBe(false);
    }
    expect(await owner.usesKey(administrator, 'kms:GenerateDataKey', shared, IN_UNIT)).toBe(false);
  });

  test('shares no other secret under the same key', async () => {
    expect(await owner.reads(stranger(OTHER_ACCOUNT, [EVERYTHING], 'reader'), other, IN_UNIT)).toBe(false);
    // The key lets the account, since it comes before the secrets; the policy of the reader names one of them.
    expect(await owner.usesKey(reader, 'kms:Decrypt', other, IN_UNIT)).toBe(false);
  });

  test('is decrypted through Secrets Manager only', async () => {
    expect(await owner.usesKey(reader, 'kms:Decrypt', shared, IN_UNIT)).toBe(true);
    const administrator = stranger(OTHER_ACCOUNT, [EVERYTHING], 'reader');
    expect(await owner.usesKeyDirectly(administrator, 'kms:Decrypt', shared)).toBe(false);
    expect(await owner.usesKey(administrator, 'kms:Decrypt', shared, { ...IN_UNIT, 'kms:ViaService': `s3.${REGION}.amazonaws.com` })).toBe(false);
  });
});

describe('a secret', () => {
  const administrator = stranger(OTHER_ACCOUNT, [EVERYTHING]);

  test('that is shared with a role is read by no other role of the account', async () => {
    const { owner, shared } = sharing({ roleArns: [READER] });
    expect(await owner.reads(administrator, shared, IN_UNIT)).toBe(false);
    expect(await owner.reads(stranger(OTHER_ACCOUNT, [EVERYTHING], 'reader'), shared, IN_UNIT)).toBe(true);
  });

  test('that is shared with a unit is read in no other unit', async () => {
    const { owner, shared } = sharing({ organizationPaths: [UNIT] });
    const elsewhere = inUnit(`${ORGANIZATION}/r-ab12/ou-ab12-22222222/`);
    expect(await owner.allows(administrator, 'secretsmanager:GetSecretValue', shared, elsewhere)).toBe(false);
    expect(await owner.usesKey(administrator, 'kms:Decrypt', shared, elsewhere)).toBe(false);
  });

  test.each([[UNIT, false], [`${UNIT}*`, true]])('that is shared with the unit %s is read below it: %s', async (organizationPath, isRead) => {
    const { owner, shared } = sharing({ organizationPaths: [organizationPath] });
    expect(await owner.reads(administrator, shared, inUnit(`${UNIT}ou-ab12-33333333/`))).toBe(isRead);
  });

  test.each<[string, GuardedSecretProps, RequestContext, boolean]>([
    ['its organisation', { organizationId: ORGANIZATION }, IN_UNIT, true],
    ['another organisation', { organizationId: ORGANIZATION }, IN_OTHER_ORGANIZATION, false],
    ['no organisation', { organizationId: ORGANIZATION }, {}, false],
    ['another organisation, but trusted', { organizationId: ORGANIZATION, trustedAccounts: [OTHER_ACCOUNT] }, IN_OTHER_ORGANIZATION, true],
    ['no organisation, but trusted', { trustedAccounts: [OTHER_ACCOUNT] }, {}, true],
  ])('with a perimeter that is shared with an account of %s', async (_, props, context, isRead) => {
    const { owner, shared } = sharing({ accounts: [OTHER_ACCOUNT] }, props);
    expect(await owner.reads(administrator, shared, context)).toBe(isRead);
  });

  test.each<[string, GuardedSecretProps]>([
    ['of its organisation', { organizationId: ORGANIZATION }],
    ['of no other account', { trustedAccounts: [] }],
  ])('with a perimeter %s is never lost to the account that owns it', async (_, props) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const { secret } = new GuardedSecret(stack, 'Secret', props);
    const administratorOfOwner = stranger(ACCOUNT, [EVERYTHING]);
    expect(await new EvaluatedApp(stack).allows(administratorOfOwner, 'secretsmanager:PutResourcePolicy', secret, IN_OTHER_ORGANIZATION)).toBe(true);
  });

  test('that is locked to an endpoint is read through no other way', async () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const { secret, grants } = new GuardedSecret(stack, 'Secret', { vpcEndpoints: [endpointOf('vpce-0123456789abcdef0')] });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    grants.read(role);
    const app = new EvaluatedApp(stack);
    expect(await app.reads(app.caller(role), secret, { 'aws:SourceVpce': 'vpce-0123456789abcdef0' })).toBe(true);
    expect(await app.reads(app.caller(role), secret, { 'aws:SourceVpce': 'vpce-00000000000000000' })).toBe(false);
    expect(await app.reads(app.caller(role), secret)).toBe(false);
    expect(await app.allows(app.caller(role), 'secretsmanager:DescribeSecret', secret)).toBe(true);
  });
});
