/**
 * What the policies of keys allow, and what the CDK's own secret would have allowed besides.
 */
import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { GuardedSecret, SecretsKey } from '../../../src';
import {
  ACCOUNT, asList, count, Json, keyStatements, messageOf, newStack, only, postgresInstance, REGION, resources, rotatedLogin, rotatedStack,
  statements, statementsWith, warnings,
} from '../vocabulary';

const ENVIRONMENT = { account: ACCOUNT, region: REGION };

function arn(service: string, rest: string): Json {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:${rest}`]] };
}

const THE_ACCOUNT = { AWS: arn('iam', `:${ACCOUNT}:root`) };

const ADMINISTRATION = { Effect: 'Allow', Principal: THE_ACCOUNT, Action: 'kms:*', Resource: '*' };

const USE_FOR_SECRETS = {
  Effect: 'Allow',
  Principal: THE_ACCOUNT,
  Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: {
    StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT },
    StringLike: { 'kms:EncryptionContext:SecretARN': [arn('secretsmanager', `${REGION}:${ACCOUNT}:secret:*`)] },
  },
};

const NO_GRANTS_BUT_BY_SERVICES = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'kms:CreateGrant',
  Resource: '*',
  Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
};

describe('the policy of a key', () => {
  test.each([
    ['of the stack', {}],
    ['of one secret', { dedicatedKey: true }],
  ])('%s: administration, no grants, and the secrets of the account', (_, props) => {
    const stack = newStack({ env: ENVIRONMENT });
    new GuardedSecret(stack, 'Secret', props);
    expect(keyStatements(stack)).toEqual([ADMINISTRATION, NO_GRANTS_BUT_BY_SERVICES, USE_FOR_SECRETS]);
  });

  test('of the stack does not grow with its secrets', () => {
    const stack = newStack({ env: ENVIRONMENT });
    for (let number = 0; number < 20; number++) new GuardedSecret(stack, `Secret${number}`);
    expect(keyStatements(stack)).toEqual([ADMINISTRATION, NO_GRANTS_BUT_BY_SERVICES, USE_FOR_SECRETS]);
  });

  test('of the user gets the same statement', () => {
    const stack = newStack({ env: ENVIRONMENT });
    const statement = new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions: ['kms:Describe*', 'kms:Put*'], resources: ['*'] });
    const encryptionKey = new kms.Key(stack, 'Key', { policy: new iam.PolicyDocument({ statements: [statement] }) });
    new GuardedSecret(stack, 'Secret', { encryptionKey });
    expect(keyStatements(stack)).toEqual([expect.objectContaining({ Action: ['kms:Describe*', 'kms:Put*'] }), USE_FOR_SECRETS]);
  });

  test('allows nobody to create grants, also when the secret is rotated', () => {
    const { stack } = rotatedStack();
    expect(keyStatements(stack).filter(({ Effect, Action }) => Effect === 'Allow' && asList(Action).includes('kms:CreateGrant'))).toEqual([]);
  });

  test('trusts no service when the function has another key', () => {
    const stack = newStack();
    const functionEncryptionKey = new kms.Key(stack, 'OperationsKey');
    const { login } = rotatedStack({ functionEncryptionKey }, stack);
    const keyId = stack.resolve((login.encryptionKey.node.defaultChild as kms.CfnKey).logicalId);
    const services = (id: string) => resources(stack, 'AWS::KMS::Key')[id].Properties.KeyPolicy.Statement.filter(({ Principal }: Json) => Principal.Service);
    expect(services(keyId)).toEqual([]);
    expect(services(stack.resolve((functionEncryptionKey.node.defaultChild as kms.CfnKey).logicalId))).toHaveLength(1);
  });
});

describe('what the CDK does with the key of a secret', () => {
  test('`grantRead` of the CDK allows to decrypt in the policy of the key', () => {
    const stack = newStack({ env: ENVIRONMENT });
    const { secret } = new GuardedSecret(stack, 'Secret');
    secret.grantRead(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(keyStatements(stack)).toEqual([ADMINISTRATION, NO_GRANTS_BUT_BY_SERVICES, USE_FOR_SECRETS, expect.objectContaining({
      Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` } },
    })]);
  });

  test('the attachment to a database knows the key', () => {
    const { login } = rotatedStack();
    expect(login.secret.encryptionKey).toBe(login.encryptionKey);
  });

  test('a database takes the secret as its credentials', () => {
    const stack = newStack({ env: ENVIRONMENT });
    const { secret } = new GuardedSecret(stack, 'Secret');
    const database = postgresInstance(stack, 'Database', { credentials: rds.Credentials.fromSecret(secret) });
    expect(database.secret?.encryptionKey).toBe(secret.encryptionKey);
  });
});

describe('an alias', () => {
  test('of the app stands for its key, since policies cannot name an alias', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    const { grants, encryptionKey } = new GuardedSecret(stack, 'Secret', { encryptionKey: key.addAlias('secrets') });
    grants.read(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(encryptionKey).toBe(key);
    expect(statementsWith(stack, 'kms:Decrypt')[0].Resource).toEqual(stack.resolve(key.keyArn));
  });

  test('with attributes stands for the key of them', () => {
    const stack = newStack();
    const aliasTargetKey = new kms.Key(stack, 'Key');
    const alias = kms.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'alias/secrets', aliasTargetKey });
    expect(new GuardedSecret(stack, 'Secret', { encryptionKey: alias }).encryptionKey).toBe(aliasTargetKey);
  });

  test('that was imported by its name is refused', () => {
    const stack = newStack();
    const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/secrets');
    expect(messageOf(() => new GuardedSecret(stack, 'Secret', { encryptionKey })))
      .toBe('Test/Secret: the key "Test/Alias" is an alias that does not say which key it names, and policies cannot name an alias; import the key by its ARN as `encryptionKey`');
  });
});

describe('a key that a parameter names', () => {
  const PARAMETER = '/accelerator/kms/secrets-manager/key-arn';

  function landingZoneKey(props = {}) {
    const stack = newStack(props);
    const encryptionKey = SecretsKey.fromSsmParameter(stack, 'Key', { parameterName: PARAMETER });
    return { stack, encryptionKey, reference: stack.resolve(encryptionKey.keyArn) };
  }

  test('is read by CloudFormation', () => {
    const { stack, encryptionKey, reference } = landingZoneKey();
    new GuardedSecret(stack, 'Secret', { encryptionKey });
    expect(stack.resolve(encryptionKey.keyArn)).toEqual({ Ref: expect.stringContaining('Parameter') });
    const parameters = App.of(stack)!.synth().getStackArtifact(stack.artifactId).template.Parameters as Json;
    expect(parameters[reference.Ref]).toEqual({ Type: 'AWS::SSM::Parameter::Value<String>', Default: PARAMETER });
    expect(only(stack, 'AWS::SecretsManager::Secret').properties.KmsKeyId).toEqual(reference);
    expect(count(stack, 'AWS::KMS::Key')).toBe(0);
  });

  test.each([['of any environment', {}], ['of a known one', { env: ENVIRONMENT }]])('works in grants in a stack %s', (_, props) => {
    const { stack, encryptionKey, reference } = landingZoneKey(props);
    const { grants, secret } = new GuardedSecret(stack, 'Secret', { encryptionKey });
    grants.read(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(statements(stack)[1]).toMatchObject({
      Action: 'kms:Decrypt', Resource: reference, Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': [stack.resolve(secret.secretArn)] } },
    });
    expect(warnings(stack)).toEqual([]);
  });

  test('works in rotation', () => {
    const { stack, encryptionKey, reference } = landingZoneKey();
    rotatedLogin(stack, postgresInstance(stack), { encryptionKey });
    expect(statementsWith(stack, 'kms:GenerateDataKey')).toMatchObject([{ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: reference }]);
  });

  test.each(['accelerator/key', '/', '', '/key/', 'arn:aws:ssm:eu-central-1:111122223333:parameter/key'])('needs a name, not %p', (parameterName) => {
    expect(messageOf(() => SecretsKey.fromSsmParameter(newStack(), 'Key', { parameterName })))
      .toBe(`Test: the key "Key" needs the name of a parameter, as "/accelerator/kms/secrets-manager/key-arn", got ${JSON.stringify(parameterName)}; change \`parameterName\``);
  });
});
