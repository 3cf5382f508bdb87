/**
 * Replicas of secrets: what the primary's stack deploys, and what stacks of the other Region may say about them.
 */
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps, ReplicaKey, SecretReplica } from '../../../src';
import {
  ACCOUNT, Json, keyStatements, newStack, OTHER_ACCOUNT, only, REGION, rotatedStack, secretStatements, statements,
  statementsWith, template, warnings,
} from '../vocabulary';

const OTHER_REGION = 'eu-west-1';
const THIRD_REGION = 'us-east-1';
const KEY_ARN = `arn:aws:kms:${OTHER_REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;
const SECRET = 'AWS::SecretsManager::Secret';

function arn(service: string, rest: string): Json {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:${rest}`]] };
}

/** A stack in each of two Regions, with a key for replicas in the second one. */
function twoRegions(scope: App | Stage = new App()) {
  const primary = new Stack(scope, 'Primary', { env: { account: ACCOUNT, region: REGION } });
  const other = new Stack(scope, 'Other', { env: { account: ACCOUNT, region: OTHER_REGION } });
  return { primary, other, key: new ReplicaKey(other, 'ReplicaKey') };
}

function replicated(props: GuardedSecretProps = { secretName: 'partner' }) {
  const stacks = twoRegions();
  const guarded = new GuardedSecret(stacks.primary, 'Secret', { ...props, replicas: [{ region: OTHER_REGION, encryptionKey: stacks.key.alias }] });
  return { ...stacks, guarded, replica: guarded.replica(OTHER_REGION) };
}

function role(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
}

describe('the stack of the secret', () => {
  test('names the key of the other Region by its alias, and is deployed after it', () => {
    const { primary, other } = replicated();
    const { properties: alias } = only(other, 'AWS::KMS::Alias');
    expect(alias.AliasName).toMatch(/^alias\/guarded-secrets\/Other-ReplicaKey-/);
    expect(only(primary, SECRET).properties.ReplicaRegions).toEqual([{ Region: OTHER_REGION, KmsKeyId: arn('kms', `${OTHER_REGION}:${ACCOUNT}:${alias.AliasName}`) }]);
    expect(primary.dependencies).toEqual([other]);
  });

  test('defines nothing more', () => {
    const { primary } = replicated();
    expect(Object.values(template(primary).toJSON().Resources).map((resource) => (resource as Json).Type).sort())
      .toEqual(['AWS::KMS::Key', 'AWS::SecretsManager::ResourcePolicy', SECRET]);
    expect(warnings(primary)).toEqual([]);
  });

  test('takes a key by its ARN, as of a landing zone', () => {
    const stack = newStack();
    const { encryptionKey } = new GuardedSecret(stack, 'Secret', {
      replicas: [{ region: OTHER_REGION, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }],
    }).replica(OTHER_REGION);
    expect(only(stack, SECRET).properties.ReplicaRegions).toEqual([{ Region: OTHER_REGION, KmsKeyId: KEY_ARN }]);
    expect(encryptionKey.keyArn).toBe(KEY_ARN);
  });

  test('takes several Regions', () => {
    const { primary, key } = twoRegions();
    const third = new ReplicaKey(new Stack(primary.node.root, 'Third', { env: { account: ACCOUNT, region: THIRD_REGION } }), 'Key', { aliasName: 'replicas' });
    const { replicas } = new GuardedSecret(primary, 'Secret', {
      replicas: [{ region: OTHER_REGION, encryptionKey: key.alias }, { region: THIRD_REGION, encryptionKey: third.alias }],
    });
    expect(replicas.map(({ region }) => region)).toEqual([OTHER_REGION, THIRD_REGION]);
    expect(only(primary, SECRET).properties.ReplicaRegions.map(({ KmsKeyId }: Json) => KmsKeyId['Fn::Join'][1][2]))
      .toEqual([expect.stringContaining(OTHER_REGION), `:kms:${THIRD_REGION}:${ACCOUNT}:alias/replicas`]);
  });

  test('may be of any environment', () => {
    const app = new App();
    const { other, key } = twoRegions(app);
    const anywhere = newStack({}, 'Anywhere', app);
    const guarded = new GuardedSecret(anywhere, 'Secret', { secretName: 'partner', replicas: [{ region: OTHER_REGION, encryptionKey: key.alias }] });
    guarded.replica(OTHER_REGION).grants.read(role(other));
    expect(only(anywhere, SECRET).properties.ReplicaRegions[0].Region).toBe(OTHER_REGION);
    expect(statements(other)[0].Resource).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${OTHER_REGION}:`, { Ref: 'AWS::AccountId' }, ':secret:partner-??????']],
    });
  });

  test('need not be in the stage of the key', () => {
    const app = new App();
    const { key } = twoRegions(new Stage(app, 'Keys'));
    const primary = new Stack(new Stage(app, 'Secrets'), 'Primary', { env: { account: ACCOUNT, region: REGION } });
    new GuardedSecret(primary, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey: key.alias }] });
    expect(primary.dependencies).toEqual([]);
    expect(JSON.stringify(only(primary, SECRET).properties.ReplicaRegions)).toContain('alias/guarded-secrets/KeysOther-ReplicaKey-');
  });
});

describe('a reader in the Region of the replica', () => {
  test('may read and decrypt the replica only, without a reference to the other stack', () => {
    const { primary, other, replica } = replicated();
    replica.grants.read(role(other));
    const replicaArn = arn('secretsmanager', `${OTHER_REGION}:${ACCOUNT}:secret:partner-??????`);
    expect(statements(other)).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: replicaArn },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [only(other, 'AWS::KMS::Key').id, 'Arn'] },
        Condition: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${OTHER_REGION}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:SecretARN': [replicaArn] },
        },
      },
    ]);
    expect(warnings(primary)).toEqual([]);
    expect(other.dependencies).toEqual([]);
  });

  test('may be in a stack of its own', () => {
    const { primary, other, replica } = replicated();
    const service = new Stack(primary.node.root, 'Service', { env: { account: ACCOUNT, region: OTHER_REGION } });
    replica.grants.read(role(service));
    expect(statementsWith(service, 'kms:Decrypt')[0].Resource).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Other:/) });
    expect(service.dependencies).toEqual([other]);
  });

  test('knows the complete ARN of a secret without a name by a reference between Regions', () => {
    const { primary, key, other } = twoRegions();
    const service = new Stack(primary.node.root, 'Service', { env: { account: ACCOUNT, region: OTHER_REGION }, crossRegionReferences: true });
    const source = new Stack(primary.node.root, 'Source', { env: { account: ACCOUNT, region: REGION }, crossRegionReferences: true });
    const guarded = new GuardedSecret(source, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey: key.alias }] });
    guarded.replica(OTHER_REGION).grants.describe(role(service));
    expect(JSON.stringify(statements(service)[0].Resource)).toMatch(/:secretsmanager:eu-west-1:111122223333:secret:.*Fn::Select.*cdk\/exports\/Service/);
    expect(source.dependencies).toEqual([other]);
  });

  test('needs the name of the secret otherwise', () => {
    const { other, replica } = replicated({});
    replica.grants.describe(role(other));
    expect(() => template(other)).toThrow(/^Resolution error: .*physical name must be explicit set/s);
  });
});

test('a reader in the stack of the secret may read the replica by its complete ARN', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const guarded = new GuardedSecret(stack, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }] });
  guarded.replica(OTHER_REGION).grants.read(role(stack));
  const nameAndSuffix = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: only(stack, SECRET).id }] }] };
  const replicaArn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${OTHER_REGION}:${ACCOUNT}:secret:`, nameAndSuffix]] };
  expect(statements(stack)).toMatchObject([
    { Resource: replicaArn },
    { Resource: KEY_ARN, Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${OTHER_REGION}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': [replicaArn] } } },
  ]);
});

test('the grants on the secret itself are about its own Region', () => {
  const { primary, guarded } = replicated();
  guarded.grants.read(role(primary));
  expect(statementsWith(primary, 'kms:Decrypt')[0].Condition.StringEquals['kms:ViaService']).toBe(`secretsmanager.${REGION}.amazonaws.com`);
});

test('another account needs a grant on the secret too, whose policy is copied', () => {
  const { primary, other, guarded, replica } = replicated();
  const reader = new iam.AccountPrincipal(OTHER_ACCOUNT);
  guarded.grants.read(reader);
  replica.grants.read(reader);
  expect(secretStatements(primary)).toContainEqual(expect.objectContaining({ Principal: { AWS: arn('iam', `:${OTHER_ACCOUNT}:root`) }, Resource: '*' }));
  expect(keyStatements(other)).toContainEqual(expect.objectContaining({
    Principal: { AWS: arn('iam', `:${OTHER_ACCOUNT}:root`) },
    Action: 'kms:Decrypt',
    Condition: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${OTHER_REGION}.amazonaws.com`, 'kms:CallerAccount': OTHER_ACCOUNT },
      StringLike: { 'kms:EncryptionContext:SecretARN': [arn('secretsmanager', `${OTHER_REGION}:${ACCOUNT}:secret:partner-??????`)] },
    },
  }));
});

describe('who changes the secret', () => {
  const CONDITIONS = {
    StringEquals: { 'kms:ViaService': [`secretsmanager.${REGION}.amazonaws.com`, `secretsmanager.${OTHER_REGION}.amazonaws.com`] },
    StringLike: { 'kms:EncryptionContext:SecretARN': arn('secretsmanager', `*:${ACCOUNT}:secret:*`) },
  };

  test('may encrypt with the key that the alias names', () => {
    const { primary, other, replica } = replicated();
    expect(replica.grantCopying(role(primary)).success).toBe(true);
    expect(statements(primary)).toEqual([{
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: arn('kms', `${OTHER_REGION}:${ACCOUNT}:key/*`),
      Condition: { ...CONDITIONS, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': only(other, 'AWS::KMS::Alias').properties.AliasName } },
    }]);
  });

  test('may encrypt with the key of an ARN', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const guarded = new GuardedSecret(stack, 'Secret', { replicas: [{ region: OTHER_REGION, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }] });
    guarded.replica(OTHER_REGION).grantCopying(role(stack));
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:GenerateDataKey'], Resource: KEY_ARN, Condition: CONDITIONS }]);
  });

  test('is the rotation function: it has one statement for a key, in a managed policy', () => {
    const { primary, key } = twoRegions();
    const replicas = [{ region: OTHER_REGION, encryptionKey: key.alias }];
    const { login } = rotatedStack({ replicas }, primary);
    expect(statementsWith(primary, 'kms:Encrypt')).toHaveLength(1);
    expect(template(primary).findResources('AWS::IAM::Policy')).toEqual({});
    expect(login.replica(OTHER_REGION).region).toBe(OTHER_REGION);
    const schedule = only(primary, 'AWS::SecretsManager::RotationSchedule');
    expect(schedule.dependsOn).toContainEqual(expect.stringContaining('ReplicationPolicy'));
  });
});

test('any secret of the CDK can have a replica', () => {
  const { primary, key } = twoRegions();
  const secret = new secretsmanager.Secret(primary, 'Secret', { secretName: 'plain' });
  new SecretReplica(primary, 'Ireland', { secret, region: OTHER_REGION, encryptionKey: key.alias });
  expect(only(primary, SECRET).properties.ReplicaRegions).toHaveLength(1);
});

describe('the key for replicas', () => {
  test('has the policy of the other keys, for its Region', () => {
    const { other } = twoRegions();
    expect(keyStatements(other)).toMatchObject([
      { Action: 'kms:*' },
      { Effect: 'Deny', Action: 'kms:CreateGrant' },
      {
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${OTHER_REGION}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT } },
      },
    ]);
    expect(only(other, 'AWS::KMS::Key').resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 } });
  });
});
