/**
 * What each grant allows, and what it does not: the synthesised policies of grantee, secret and key are evaluated as IAM does.
 */
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { GuardedSecret, SecretGrants, SecretReadOptions } from '../../../src';
import { Caller, EvaluatedApp, EVERYTHING, RequestContext, stranger } from '../evaluation/evaluated-app';
import { ACCOUNT, newStack, OTHER_ACCOUNT, REGION } from '../vocabulary';

/** All actions on a secret that IAM knows. */
const ACTIONS = [
  'CancelRotateSecret', 'CreateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'DescribeSecret', 'GetResourcePolicy', 'GetSecretValue', 'ListSecretVersionIds',
  'PutResourcePolicy', 'PutSecretValue', 'RemoveRegionsFromReplication', 'ReplicateSecretToRegions', 'RestoreSecret', 'RotateSecret',
  'StopReplicationToReplica', 'TagResource', 'UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage', 'ValidateResourcePolicy',
];
const WITHOUT_RESOURCE = ['BatchGetSecretValue', 'ListSecrets', 'GetRandomPassword'];
const KEY_ACTIONS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:CreateGrant'];

type GrantName = 'read' | 'write' | 'describe' | 'batchRead' | 'rotate' | 'manage';

/** What a grant allows to a request without options; all else is refused. */
const ALLOWED: [GrantName, string[], string[]][] = [
  ['read', ['DescribeSecret', 'GetSecretValue'], ['kms:Decrypt']],
  ['write', ['DescribeSecret', 'PutSecretValue'], ['kms:Decrypt', 'kms:GenerateDataKey']],
  ['describe', ['DescribeSecret'], []],
  ['batchRead', ['DescribeSecret', 'GetSecretValue', 'BatchGetSecretValue'], ['kms:Decrypt']],
  ['rotate', ['DescribeSecret', 'RotateSecret'], []],
  ['manage', [
    'CancelRotateSecret', 'DeleteSecret', 'DescribeSecret', 'GetResourcePolicy', 'ListSecretVersionIds', 'RestoreSecret', 'RotateSecret', 'TagResource',
    'UntagResource', 'ValidateResourcePolicy',
  ], []],
];

function granted(grant: (grants: SecretGrants, role: iam.Role, stack: Stack) => void) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const guarded = new GuardedSecret(stack, 'Secret');
  const other = new GuardedSecret(stack, 'Other');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  grant(guarded.grants, role, stack);
  const app = new EvaluatedApp(stack);
  const caller = app.caller(role);
  const may = (action: string, context: RequestContext = {}) => app.allows(caller, `secretsmanager:${action}`, guarded.secret, context);
  return { app, caller, may, secret: guarded.secret, otherSecret: other.secret };
}

type Granted = ReturnType<typeof granted>;

async function allowedActions({ app, secret }: Granted, caller: Caller, context: RequestContext = {}): Promise<string[]> {
  const onSecret = await selected(ACTIONS, (action) => app.allows(caller, `secretsmanager:${action}`, secret, context));
  const others = await selected(WITHOUT_RESOURCE, (action) => app.allowsWithoutResource(caller, `secretsmanager:${action}`, REGION, context));
  return [...onSecret, ...others];
}

async function selected(actions: string[], isAllowed: (action: string) => Promise<boolean>): Promise<string[]> {
  const results = await Promise.all(actions.map(isAllowed));
  return actions.filter((_, index) => results[index]);
}

describe.each(ALLOWED)('%s', (name, actions, keyActions) => {
  const subject = granted((grants, role) => grants[name](role));
  const { app, caller, secret, otherSecret } = subject;

  test('allows these actions and no other', async () => {
    expect(await allowedActions(subject, caller)).toEqual(actions);
  });

  test('uses the key by way of Secrets Manager only, and only as far as needed', async () => {
    expect(await selected(KEY_ACTIONS, (action) => app.usesKey(caller, action, secret))).toEqual(keyActions);
    expect(await selected(KEY_ACTIONS, (action) => app.usesKeyDirectly(caller, action, secret))).toEqual([]);
    expect(await selected(KEY_ACTIONS, (action) => app.usesKey(caller, action, secret, { 'kms:ViaService': `ssm.${REGION}.amazonaws.com` }))).toEqual([]);
  });

  test('says nothing about another secret, also not by the key that both have', async () => {
    expect(await selected(ACTIONS, (action) => app.allows(caller, `secretsmanager:${action}`, otherSecret))).toEqual([]);
    expect(await selected(KEY_ACTIONS, (action) => app.usesKey(caller, action, otherSecret))).toEqual([]);
  });

  test('allows nothing to others: of the account, of other accounts', async () => {
    expect(await allowedActions(subject, stranger(ACCOUNT))).toEqual([]);
    expect(await selected(ACTIONS, (action) => app.allows(stranger(OTHER_ACCOUNT, [EVERYTHING]), `secretsmanager:${action}`, secret))).toEqual([]);
    expect(await selected(KEY_ACTIONS, (action) => app.usesKey(stranger(OTHER_ACCOUNT, [EVERYTHING]), action, secret))).toEqual([]);
  });

  test('allows nothing about the secret without TLS, not even to an administrator', async () => {
    const withoutTls = { 'aws:SecureTransport': 'false' };
    for (const somebody of [caller, stranger(ACCOUNT, [EVERYTHING])]) {
      expect(await selected(ACTIONS, (action) => app.allows(somebody, `secretsmanager:${action}`, secret, withoutTls))).toEqual([]);
    }
  });
});

describe('rotate', () => {
  const { may } = granted((grants, role) => grants.rotate(role));

  test.each<[string, RequestContext, boolean]>([
    ['with the rules that are there', { 'secretsmanager:ModifyRotationRules': 'false' }, true],
    ['later, at the time of the schedule', { 'secretsmanager:RotateImmediately': 'false' }, true],
    ['with other rules', { 'secretsmanager:ModifyRotationRules': 'true' }, false],
    ['by another function', { 'secretsmanager:RotationLambdaARN': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:mine` }, false],
    ['by another role', { 'secretsmanager:ExternalSecretRotationRoleArn': `arn:aws:iam::${ACCOUNT}:role/mine` }, false],
  ])('%s: %p is %p', async (_, context, allowed) => {
    expect(await may('RotateSecret', context)).toBe(allowed);
  });
});

describe('manage', () => {
  const { may } = granted((grants, role) => grants.manage(role));

  test.each<[string, string, RequestContext, boolean]>([
    ['other rules of rotation', 'RotateSecret', { 'secretsmanager:ModifyRotationRules': 'true' }, true],
    ['a policy that is checked not to be public', 'PutResourcePolicy', { 'secretsmanager:BlockPublicPolicy': 'true' }, true],
    ['a policy that may be public', 'PutResourcePolicy', { 'secretsmanager:BlockPublicPolicy': 'false' }, false],
    ['a policy that is not checked', 'PutResourcePolicy', {}, false],
    ['a deletion that can be taken back', 'DeleteSecret', { 'secretsmanager:RecoveryWindowInDays': '30', 'secretsmanager:ForceDeleteWithoutRecovery': 'false' }, true],
    ['a deletion at once', 'DeleteSecret', { 'secretsmanager:ForceDeleteWithoutRecovery': 'true' }, false],
  ])('%s', async (_, action, context, allowed) => {
    expect(await may(action, context)).toBe(allowed);
  });
});

describe('a batch', () => {
  test('is one of the Region of the secret', async () => {
    const { app, caller } = granted((grants, role) => grants.batchRead(role));
    expect(await app.allowsWithoutResource(caller, 'secretsmanager:BatchGetSecretValue', REGION)).toBe(true);
    expect(await app.allowsWithoutResource(caller, 'secretsmanager:BatchGetSecretValue', 'us-east-1')).toBe(false);
  });

  test('lists secrets only where it is to filter them', async () => {
    const subject = granted((grants, role) => grants.batchRead(role, { withFilters: true }));
    expect(await allowedActions(subject, subject.caller)).toEqual(['DescribeSecret', 'GetSecretValue', 'BatchGetSecretValue', 'ListSecrets']);
  });

  test('obeys the conditions too', async () => {
    const { app, caller } = granted((grants, role) => grants.batchRead(role, { organizationId: 'o-a1b2c3d4e5' }));
    const batch = (organization: string) => app.allowsWithoutResource(caller, 'secretsmanager:BatchGetSecretValue', REGION, { 'aws:PrincipalOrgID': organization });
    expect(await batch('o-a1b2c3d4e5')).toBe(true);
    expect(await batch('o-zzzzzzzzzz')).toBe(false);
  });
});

describe('conditions on reading', () => {
  const reading = (options: SecretReadOptions | ((stack: Stack) => SecretReadOptions)) => {
    const subject = granted((grants, role, stack) => grants.read(role, typeof options === 'function' ? options(stack) : options));
    return { ...subject, reads: (context: RequestContext) => subject.app.reads(subject.caller, subject.secret, context) };
  };
  const stage = (label: string) => ({ 'secretsmanager:VersionStage': label });
  const version = { 'secretsmanager:VersionId': '01234567-89ab-cdef-0123-456789abcdef' };

  test('without any, all versions may be read', async () => {
    const { reads } = reading({});
    expect(await reads(stage('AWSPENDING'))).toBe(true);
    expect(await reads(version)).toBe(true);
  });

  test('labels: a request without one means AWSCURRENT', async () => {
    const { reads, may } = reading({ versionStages: ['AWSCURRENT', 'AWSPREVIOUS'] });
    expect(await reads({})).toBe(true);
    expect(await reads(stage('AWSCURRENT'))).toBe(true);
    expect(await reads(stage('AWSPREVIOUS'))).toBe(true);
    expect(await reads(stage('AWSPENDING'))).toBe(false);
    expect(await may('DescribeSecret')).toBe(true);
  });

  test('labels: no version is reached by its id', async () => {
    const { reads } = reading({ versionStages: ['AWSCURRENT'] });
    expect(await reads(version)).toBe(false);
  });

  test('labels: without AWSCURRENT one must be named', async () => {
    const { reads } = reading({ versionStages: ['AWSPREVIOUS'] });
    expect(await reads(stage('AWSPREVIOUS'))).toBe(true);
    expect(await reads({})).toBe(false);
    expect(await reads(stage('AWSCURRENT'))).toBe(false);
  });

  test('endpoints: the key is used by the service, so the condition is not for it', async () => {
    const { reads, may } = reading((stack) => ({
      vpcEndpoints: [
        ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', { vpcEndpointId: 'vpce-1', port: 443 }),
        ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Second', { vpcEndpointId: 'vpce-2', port: 443 }),
      ],
    }));
    expect(await reads({ 'aws:SourceVpce': 'vpce-1' })).toBe(true);
    expect(await reads({ 'aws:SourceVpce': 'vpce-2' })).toBe(true);
    expect(await reads({ 'aws:SourceVpce': 'vpce-3' })).toBe(false);
    expect(await reads({})).toBe(false);
    expect(await may('DescribeSecret')).toBe(false);
  });

  test('organisation: for secret and key', async () => {
    const { app, caller, secret, reads } = reading({ organizationId: 'o-a1b2c3d4e5' });
    expect(await reads({ 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' })).toBe(true);
    expect(await reads({ 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' })).toBe(false);
    expect(await app.usesKey(caller, 'kms:Decrypt', secret, { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' })).toBe(false);
  });

  test('tags: all must be the same, and there', async () => {
    const { reads } = reading({ matchingTags: ['team', 'stage'] });
    const tags = { 'aws:ResourceTag/team': 'orders', 'aws:ResourceTag/stage': 'production' };
    expect(await reads({ ...tags, 'aws:PrincipalTag/team': 'orders', 'aws:PrincipalTag/stage': 'production' })).toBe(true);
    expect(await reads({ ...tags, 'aws:PrincipalTag/team': 'orders', 'aws:PrincipalTag/stage': 'test' })).toBe(false);
    expect(await reads({ ...tags, 'aws:PrincipalTag/team': 'orders' })).toBe(false);
    expect(await reads({ 'aws:PrincipalTag/team': 'orders', 'aws:PrincipalTag/stage': 'production' })).toBe(false);
    expect(await reads({})).toBe(false);
  });
});
