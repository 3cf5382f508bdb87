import { Aspects, CfnResource, Duration, PropertyInjectors, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { RotationFunction } from '../../../src';
import {
  ACCOUNT, asList, count, Json, keyStatements, messageOf, newStack, only, OTHER_ACCOUNT, REGION, resources,
  rotatedLogin, rotatedStack, statements, statementsWith, template, warnings,
} from '../vocabulary';

const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';
const ROLE = 'AWS::IAM::Role';
const LOG_GROUP = 'AWS::Logs::LogGroup';
const KEY = 'AWS::KMS::Key';

test('the function runs our bundle on Node.js 24, arm64, for at most a minute', () => {
  expect(only(rotatedStack().stack, FUNCTION).properties).toMatchObject({
    Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler', MemorySize: 256, Timeout: 60,
  });
});

test('size, time, logs and key are the user\'s', () => {
  const stack = newStack();
  const functionEncryptionKey = new kms.Key(stack, 'FunctionKey');
  rotatedStack({ memorySize: 512, timeout: Duration.minutes(15), logRetention: logs.RetentionDays.TEN_YEARS, functionEncryptionKey }, stack);
  const key = stack.resolve(functionEncryptionKey.keyArn);
  expect(only(stack, FUNCTION).properties).toMatchObject({ MemorySize: 512, Timeout: 900, KmsKeyArn: key });
  expect(only(stack, LOG_GROUP).properties).toEqual({ KmsKeyId: key, RetentionInDays: 3653 });
});

describe('the permission', () => {
  test('of a function for one secret names account and secret', () => {
    const { stack } = rotatedStack();
    expect(only(stack, PERMISSION).properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [only(stack, FUNCTION).id, 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { Ref: expect.stringMatching(/^LoginSecret/) },
    });
  });

  test('of a function for several secrets names the account and its secrets in the Region', () => {
    const { stack, database } = rotatedStack();
    rotatedLogin(stack, database, { username: 'report' }, 'Report');
    expect(only(stack, PERMISSION).properties).toMatchObject({
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':secret:*']] },
    });
  });
});

describe('the role', () => {
  const { stack } = rotatedStack({ dedicatedKey: true });

  test('has no inline policies and none of AWS', () => {
    const { properties } = only(stack, ROLE);
    expect(properties.Policies).toBeUndefined();
    expect(properties.ManagedPolicyArns).toBeUndefined();
    template(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('has rights on all resources only where EC2 knows no other', () => {
    const broad = statements(stack).filter((statement) => statement.Effect === 'Allow' && asList(statement.Resource).includes('*'));
    expect(broad.map(({ Action }) => Action)).toEqual([['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets']]);
  });

  test('has no actions with wildcards', () => {
    expect(statements(stack).flatMap(({ Action }) => asList<string>(Action)).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('uses keys only through Secrets Manager, only for its secrets', () => {
    const ofKeys = statements(stack).filter(({ Action }) => asList<string>(Action).some((action) => action.startsWith('kms:')));
    const secret = Object.keys(resources(stack, 'AWS::SecretsManager::Secret')).find((id) => id.startsWith('Login'));
    expect(ofKeys).toHaveLength(1);
    expect(ofKeys[0].Condition.StringEquals).toEqual({
      'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
      'kms:EncryptionContext:SecretARN': [{ Ref: secret }],
    });
  });

  test('writes to its own logs only', () => {
    expect(statements(stack).find(({ Sid }) => Sid === 'WriteOwnLogs')).toMatchObject({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [only(stack, LOG_GROUP).id, 'Arn'] },
    });
  });

  test('can be one of the user', () => {
    const own = newStack();
    const role = new iam.Role(own, 'MyRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const { login } = rotatedStack({ role }, own);
    expect(login.rotator.rotationFunction.role).toBe(role);
    expect(only(own, ROLE).id).toMatch(/^MyRole/);
    for (const policy of Object.values(resources(own, 'AWS::IAM::ManagedPolicy'))) expect(policy.Properties.Roles).toEqual([own.resolve(role.roleName)]);
  });

  test('can be an imported one', () => {
    const own = newStack();
    rotatedStack({ role: iam.Role.fromRoleArn(own, 'MyRole', 'arn:aws:iam::111122223333:role/rotation') }, own);
    for (const policy of Object.values(resources(own, 'AWS::IAM::ManagedPolicy'))) expect(policy.Properties.Roles).toEqual(['rotation']);
  });
});

describe('a role that was imported', () => {
  const ARN = `arn:aws:iam::${ACCOUNT}:role/rotation`;

  test('not to be changed is left alone, and a warning says what to attach', () => {
    const stack = newStack();
    const { login } = rotatedStack({ role: iam.Role.fromRoleArn(stack, 'MyRole', ARN, { mutable: false }) }, stack);
    const { path } = login.rotator.rotationFunction.node;
    for (const policy of Object.values(resources(stack, 'AWS::IAM::ManagedPolicy'))) expect(policy.Properties.Roles).toBeUndefined();
    expect(warnings(stack)).toEqual([
      `the role "Test/MyRole" must not be changed from here, so the function has no rights; attach the managed policies "${path}/ExecutionPolicy" and "${path}/RotationPolicy" where the role is defined, or import it without \`mutable: false\``,
    ]);
  });

  test('to be changed gets its policies without a warning', () => {
    const stack = newStack();
    rotatedStack({ role: iam.Role.fromRoleName(stack, 'MyRole', 'rotation') }, stack);
    expect(warnings(stack)).toEqual([]);
    expect(Object.values(resources(stack, 'AWS::IAM::ManagedPolicy')).map(({ Properties }) => Properties.Roles)).toEqual([['rotation'], ['rotation']]);
  });

  test('from another account is refused', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const role = iam.Role.fromRoleArn(stack, 'MyRole', `arn:aws:iam::${OTHER_ACCOUNT}:role/rotation`);
    expect(messageOf(() => rotatedStack({ role }, stack)))
      .toContain(`a function of account ${ACCOUNT} cannot have a role of another account, got "Test/MyRole" of account ${OTHER_ACCOUNT}; change \`role\`, or leave it out`);
  });

  test('is only reported where the app has the CDK report roles', () => {
    const stack = newStack();
    iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Test/MyRole': 'rotation' } });
    const role = new iam.Role(stack, 'MyRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    expect(() => rotatedStack({ role }, stack)).not.toThrow();
    expect(warnings(stack)).toEqual([]);
  });
});

describe('the key', () => {
  test('of the stack encrypts secret, logs and environment', () => {
    const { stack } = rotatedStack();
    const key = { 'Fn::GetAtt': [only(stack, KEY).id, 'Arn'] };
    template(stack).hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: key });
    template(stack).hasResourceProperties(LOG_GROUP, { KmsKeyId: key });
    template(stack).hasResourceProperties(FUNCTION, { KmsKeyArn: key });
  });

  test('trusts no service but CloudWatch Logs, for the log groups of the account, and says it once for all functions', () => {
    const { stack, database } = rotatedStack();
    rotatedLogin(stack, database, { memorySize: 512 }, 'Other');
    expect(count(stack, FUNCTION)).toBe(2);
    const ofServices = keyStatements(stack).filter(({ Principal }) => Principal.Service);
    expect(ofServices.map(({ Sid, Principal, Condition }) => ({ Sid, Principal, Condition }))).toEqual([{
      Sid: 'AllowCloudWatchLogsOfThisAccount',
      Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] } },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':log-group:*']] } } },
    }]);
  });

  test('allows all only to the account that owns it', () => {
    const { stack } = rotatedStack();
    const root = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };
    for (const statement of keyStatements(stack).filter(({ Effect, Principal }) => Effect === 'Allow' && Principal.AWS)) expect(statement.Principal.AWS).toEqual(root);
  });

  test('if imported: a warning says what its policy needs', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';
    rotatedStack({ functionEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) }, stack);
    expect(warnings(stack)).toEqual([
      'the policy of the imported key "Test/Key" cannot be changed from here; allow CloudWatch Logs (logs.REGION.amazonaws.com) to use it for log groups, or leave out `functionEncryptionKey`',
    ]);
  });
});

test.each(['eu-central-1', 'us-gov-west-1', 'cn-north-1'])('in %s the policies name the services as they are called there', (region) => {
  const { stack } = rotatedStack({}, newStack({ env: { account: '111122223333', region } }));
  const ofLogs = keyStatements(stack).find(({ Sid }) => Sid === 'AllowCloudWatchLogsOfThisAccount');
  expect(ofLogs.Principal.Service).toEqual({ 'Fn::Join': ['', [`logs.${region}.`, { Ref: 'AWS::URLSuffix' }]] });
  // This one ends in amazonaws.com in every partition.
  expect(statementsWith(stack, 'kms:Decrypt')[0].Condition.StringEquals['kms:ViaService']).toBe(`secretsmanager.${region}.amazonaws.com`);
});

test('no ARN names a partition', () => {
  expect(JSON.stringify(template(rotatedStack({ dedicatedKey: true }).stack).toJSON())).not.toMatch(/arn:aws/);
});

test('logs are kept for a year, and when the stack goes', () => {
  const { resource } = only(rotatedStack().stack, LOG_GROUP);
  expect(resource).toMatchObject({ Properties: { RetentionInDays: 365 }, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

describe('what an organisation demands reaches role and function', () => {
  test('a permissions boundary', () => {
    const { stack } = rotatedStack();
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
    expect(only(stack, ROLE).properties.PermissionsBoundary).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':policy/boundary']] });
  });

  test('tags', () => {
    const { stack } = rotatedStack();
    Tags.of(stack).add('owner', 'payments');
    for (const type of [FUNCTION, ROLE, LOG_GROUP, KEY, 'AWS::SecretsManager::Secret']) {
      for (const resource of Object.values(resources(stack, type))) expect(resource.Properties.Tags).toContainEqual({ Key: 'owner', Value: 'payments' });
    }
  });

  test('an Aspect', () => {
    const { stack } = rotatedStack();
    Aspects.of(stack).add({
      visit(node: IConstruct) {
        if (CfnResource.isCfnResource(node) && node.cfnResourceType === FUNCTION) node.addPropertyOverride('TracingConfig.Mode', 'Active');
      },
    });
    expect(only(stack, FUNCTION).properties.TracingConfig).toEqual({ Mode: 'Active' });
  });

  test('a property injector', () => {
    const stack = newStack();
    PropertyInjectors.of(stack).add({
      constructUniqueId: lambda.Function.PROPERTY_INJECTION_ID,
      inject: (props: Json) => ({ ...props, tracing: lambda.Tracing.ACTIVE }),
    });
    rotatedStack({}, stack);
    expect(only(stack, FUNCTION).properties.TracingConfig).toEqual({ Mode: 'Active' });
  });
});

test('whoever starts rotations by hand can be let in', () => {
  const { stack, login } = rotatedStack();
  const operator = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  login.rotator.rotationFunction.grantInvoke(operator);
  expect(statements(stack).filter(({ Action }) => Action === 'lambda:InvokeFunction')).toHaveLength(1);
});

test('the function exposes itself as a peer and as a principal', () => {
  const { login } = rotatedStack();
  const { rotationFunction } = login.rotator;
  expect(rotationFunction).toBeInstanceOf(RotationFunction);
  expect(rotationFunction.grantPrincipal).toBe(rotationFunction.role.grantPrincipal);
  expect(rotationFunction.connections.securityGroups).toHaveLength(1);
});
