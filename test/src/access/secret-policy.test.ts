import { App, NestedStack, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, GuardedSecretProps } from '../../../src';
import { ACCOUNT, endpointOf, Json, messageOf, newStack, only, OTHER_ACCOUNT, REGION, isolatedVpc, postgresInstance, rotatedLogin, secretStatements, template, warnings } from '../vocabulary';

const ORGANIZATION = 'o-a1b2c3d4e5';
const TLS_ONLY = {
  Sid: 'DenyInsecureTransport', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'secretsmanager:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

function guardedStack(props: GuardedSecretProps = {}): { stack: Stack; guarded: GuardedSecret } {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  return { stack, guarded: new GuardedSecret(stack, 'Secret', props) };
}

function statementsWith(props: GuardedSecretProps): Json[] {
  return secretStatements(guardedStack(props).stack);
}

function problemOf(props: GuardedSecretProps): string {
  return messageOf(() => guardedStack(props));
}

function denial(sid: string = 'DenyWrites', actions: string[] = ['secretsmanager:PutSecretValue']): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources: ['*'], principals: [new iam.AnyPrincipal()] });
}

function perimeter(...different: [string, unknown][]): Json {
  return {
    Sid: 'DenyOutsidePerimeter',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'secretsmanager:*',
    Resource: '*',
    Condition: { StringNotEqualsIfExists: Object.fromEntries(different), BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
  };
}

describe('the one policy of a secret', () => {
  test('denies connections without TLS, and nothing else by itself', () => {
    expect(statementsWith({})).toEqual([TLS_ONLY]);
  });

  test('is never public, also after statements were added', () => {
    const { stack, guarded } = guardedStack();
    guarded.secret.addToResourcePolicy(denial());
    guarded.grants.read(new iam.AccountPrincipal(OTHER_ACCOUNT));
    expect(only(stack, 'AWS::SecretsManager::ResourcePolicy').properties.BlockPublicPolicy).toBe(true);
    expect(secretStatements(stack)).toHaveLength(3);
  });

  test('stays when the secret stays', () => {
    const { resource } = only(guardedStack().stack, 'AWS::SecretsManager::ResourcePolicy');
    expect([resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test('is also that of a login which is attached to its database, whatever the flags of the app say', () => {
    const stack = newStack();
    const login = rotatedLogin(stack, postgresInstance(stack), { organizationId: ORGANIZATION, policyStatements: [denial()] });
    login.secret.addToResourcePolicy(denial('DenyMore'));
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'DenyOutsidePerimeter', 'DenyWrites', 'DenyMore']);
  });

  test('names its statements alike in every secret', () => {
    const { stack } = guardedStack({ organizationId: ORGANIZATION, vpcEndpoints: [endpointOf('vpce-0123456789abcdef0')] });
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'DenyOutsidePerimeter', 'DenyOutsideVpcEndpoints']);
  });
});

describe('a perimeter', () => {
  test('of an organisation shuts out neither the own account nor AWS services', () => {
    expect(statementsWith({ organizationId: ORGANIZATION }))
      .toEqual([TLS_ONLY, perimeter(['aws:PrincipalOrgID', ORGANIZATION], ['aws:PrincipalAccount', [ACCOUNT]])]);
  });

  test('of accounts is for estates without an organisation', () => {
    expect(statementsWith({ trustedAccounts: [OTHER_ACCOUNT] })[1]).toEqual(perimeter(['aws:PrincipalAccount', [ACCOUNT, OTHER_ACCOUNT]]));
    expect(statementsWith({ trustedAccounts: [] })[1]).toEqual(perimeter(['aws:PrincipalAccount', [ACCOUNT]]));
  });

  test('of both lets accounts outside of the organisation in', () => {
    expect(statementsWith({ organizationId: ORGANIZATION, trustedAccounts: [OTHER_ACCOUNT] })[1])
      .toEqual(perimeter(['aws:PrincipalOrgID', ORGANIZATION], ['aws:PrincipalAccount', [ACCOUNT, OTHER_ACCOUNT]]));
  });

  test('takes what only a deployment knows', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { organizationId: stack.formatArn({ service: 'x', resource: 'y' }), trustedAccounts: [stack.account] });
    expect(secretStatements(stack)[1].Condition.StringNotEqualsIfExists['aws:PrincipalAccount']).toEqual([{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::AccountId' }]);
  });

  test.each(['a1b2c3d4e5', 'o-short', 'r-ab12', 'O-A1B2C3D4E5'])('fails for the organisation %s', (organizationId) => {
    expect(problemOf({ organizationId }))
      .toBe(`Test/Secret: an organisation is "o-" and 10 to 32 lower-case letters or digits, got "${organizationId}"; change \`organizationId\``);
  });

  test('fails for an account that is none', () => {
    expect(problemOf({ trustedAccounts: [ACCOUNT, '1234'] })).toBe('Test/Secret: an account is 12 digits, got "1234"; change `trustedAccounts`');
  });
});

describe('a lock to VPC endpoints', () => {
  const vpcEndpointId = 'vpce-0123456789abcdef0';

  test('is about reading the value, and tells whom it shuts out', () => {
    const { stack } = guardedStack({ vpcEndpoints: [endpointOf(vpcEndpointId)] });
    expect(secretStatements(stack)[1]).toEqual({
      Sid: 'DenyOutsideVpcEndpoints',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      Condition: { StringNotEqualsIfExists: { 'aws:SourceVpce': [vpcEndpointId] }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
    });
    expect(warnings(stack)).toEqual([expect.stringMatching(/RDS Proxy.*ECS.*CloudFormation.*console.*other accounts/)]);
  });

  test('fails without an endpoint', () => {
    expect(problemOf({ vpcEndpoints: [] }))
      .toBe('Test/Secret: without an endpoint nobody could read the secret, got an empty list; name the endpoints, or leave out `vpcEndpoints`');
  });

  test.each([
    ['the VPC of the function', (vpc: ec2.Vpc) => vpc, false],
    ['another VPC', (vpc: ec2.Vpc) => isolatedVpc(vpc, 'Other'), true],
  ])('in %s: a warning says whether the rotation would be shut out', (_, vpcOfEndpoint, isWarned) => {
    const stack = newStack();
    const vpc = isolatedVpc(stack);
    const service = ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER;
    const vpcEndpoints = [new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc: vpcOfEndpoint(vpc), service })];
    rotatedLogin(stack, postgresInstance(stack, 'Database', { vpc }), { vpcEndpoints });
    expect(warnings(stack).filter((text) => text.includes('every rotation would be denied')))
      .toEqual(isWarned ? ['the rotation function runs in the VPC "Test/Vpc" and none of `vpcEndpoints` is there, so every rotation would be denied; pass the `vpc` of an endpoint, or add the endpoint of the function\'s VPC'] : []);
  });
});

describe('the statements of an organisation', () => {
  test('stand behind ours', () => {
    expect(statementsWith({ policyStatements: [denial()] }).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'DenyWrites']);
  });

  test('take the place of ours by their sid, as when an accelerator merges them later', () => {
    const statements = statementsWith({ policyStatements: [denial('DenyInsecureTransport', ['secretsmanager:GetSecretValue'])] });
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ Sid: 'DenyInsecureTransport', Action: 'secretsmanager:GetSecretValue' });
  });

  test('open nothing by the sid of ours', () => {
    const statement = new iam.PolicyStatement({ sid: 'DenyOutsidePerimeter', actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals: [new iam.AccountPrincipal(OTHER_ACCOUNT)] });
    expect(problemOf({ organizationId: ORGANIZATION, policyStatements: [statement] }))
      .toBe('Test/Secret: only a Deny can take the place of the statement "DenyOutsidePerimeter", got an Allow; change its sid in `policyStatements`');
  });

  test('need a sid, each another one', () => {
    const nameless = new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:*'], resources: ['*'], principals: [new iam.AnyPrincipal()] });
    expect(problemOf({ policyStatements: [nameless, denial(), denial(), denial()] })).toBe(['Test/Secret: 2 problems',
      '  1. each statement of an organisation needs a sid, by which it is told from others, got one without; change `policyStatements`',
      '  2. the policy of a secret takes each sid once, got "DenyWrites" twice; change `policyStatements`'].join('\n'));
  });
});

describe('at synthesis', () => {
  function allow(principals: iam.IPrincipal[], conditions?: Json): iam.PolicyStatement {
    return new iam.PolicyStatement({ sid: 'Open', actions: ['secretsmanager:GetSecretValue'], resources: ['*'], principals, conditions });
  }

  function synthesised(...statements: iam.PolicyStatement[]): () => unknown {
    const { stack, guarded } = guardedStack();
    for (const statement of statements) guarded.secret.addToResourcePolicy(statement);
    return () => template(stack);
  }

  test.each([
    ['everybody', [new iam.AnyPrincipal()]],
    ['everybody by a bare star', [new iam.StarPrincipal()]],
    ['an account and everybody', [new iam.AccountPrincipal(OTHER_ACCOUNT), new iam.AnyPrincipal()]],
  ])('fails for an Allow for %s without a condition', (_, principals) => {
    expect(messageOf(synthesised(allow(principals))))
      .toContain('[Test/Secret/Resource/Policy] the statement "Open" allows everybody without a condition; name the principals, or add a condition such as aws:PrincipalOrgID');
  });

  test('fails for an Allow for everybody but some', () => {
    const statement = new iam.PolicyStatement({ sid: 'Open', actions: ['secretsmanager:GetSecretValue'], resources: ['*'], notPrincipals: [new iam.AccountPrincipal(OTHER_ACCOUNT)] });
    expect(messageOf(synthesised(statement))).toContain('the statement "Open" allows everybody without a condition');
  });

  test('takes an Allow for everybody with a condition', () => {
    expect(synthesised(allow([new iam.AnyPrincipal()], { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } }))).not.toThrow();
  });

  test('takes a policy of 20,480 characters, and no longer one', () => {
    const { stack, guarded } = guardedStack();
    const filler = (length: number) => denial(`Filler${'x'.repeat(length)}`);
    const room = 20480 - JSON.stringify({ Statement: [TLS_ONLY, statementOf(filler(0))], Version: '2012-10-17' }).length;
    guarded.secret.addToResourcePolicy(filler(room));
    expect(JSON.stringify(only(stack, 'AWS::SecretsManager::ResourcePolicy').properties.ResourcePolicy)).toHaveLength(20480);
    expect(messageOf(synthesised(filler(room + 1))))
      .toContain('the policy of a secret has 20480 characters at most, got 20481; share with an organisation or with accounts instead of many roles, or remove statements');
  });

  test('does not count what only a deployment knows', () => {
    const { stack, guarded } = guardedStack();
    for (let number = 0; number < 60; number++) guarded.secret.addToResourcePolicy(allow([new iam.AccountPrincipal(stack.formatArn({ service: 'x', resource: `y${number}` }))]));
    expect(() => template(stack)).not.toThrow();
  });

  test('fails for a second policy of the secret', () => {
    const { stack, guarded } = guardedStack();
    new secretsmanager.CfnResourcePolicy(stack, 'Other', { secretId: guarded.secret.secretArn, resourcePolicy: {} });
    expect(messageOf(() => template(stack)))
      .toContain('[Test/Secret/Resource/Policy] the secret has a second policy, "Test/Other", and only the one that is deployed last is in force');
  });

  test('fails for one that was added after another synthesis', () => {
    const { stack, guarded } = guardedStack();
    const app = stack.node.root as App;
    app.synth();
    new secretsmanager.CfnResourcePolicy(stack, 'Other', { secretId: guarded.secret.secretArn, resourcePolicy: {} });
    expect(messageOf(() => app.synth({ force: true }))).toContain('the secret has a second policy, "Test/Other"');
  });

  test.each([
    ['a nested stack', (stack: Stack) => new NestedStack(stack, 'Inner')],
    ['a stack below it', (stack: Stack) => new Stack(stack, 'Inner')],
  ])('takes %s with a secret of the same logical id', (_, define) => {
    const { stack, guarded } = guardedStack();
    new GuardedSecret(define(stack), 'Secret');
    const { secretArn } = guarded.secret;
    guarded.secret.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:DeleteSecret'], resources: [secretArn],
    }));
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

function statementOf(statement: iam.PolicyStatement): Json {
  return newStack().resolve(statement.toStatementJson());
}
