import { grantsPublicAccess, syntaxErrors } from '../../../cli/local-aws/resource-policy';

const statement = (principal: unknown, condition?: object, effect: string = 'Allow') => ({
  Effect: effect, Principal: principal, Action: 'secretsmanager:GetSecretValue', Resource: '*', ...condition === undefined ? {} : { Condition: condition },
});
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('public access', () => {
  it.each([
    ['everybody', policy(statement('*')), true],
    ['every account', policy(statement({ AWS: '*' })), true],
    ['everybody among others', policy(statement({ AWS: ['arn:aws:iam::123456789012:root', '*'] })), true],
    ['in the second statement', policy(statement({ AWS: '123456789012' }), statement('*')), true],
    ['one statement that is no list', JSON.stringify({ Statement: statement('*') }), true],
    ['an account', policy(statement({ AWS: 'arn:aws:iam::123456789012:root' })), false],
    ['a service', policy(statement({ Service: 'rds.amazonaws.com' })), false],
    ['a denial of everybody', policy(statement('*', { Bool: { 'aws:SecureTransport': 'false' } }, 'Deny')), false],
    ['everybody of an organisation', policy(statement('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-123' } })), false],
    ['everybody of any organisation', policy(statement('*', { StringLike: { 'aws:PrincipalOrgID': '*' } })), true],
    ['everybody but an organisation', policy(statement('*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-123' } })), true],
    ['everybody over TLS', policy(statement('*', { Bool: { 'aws:SecureTransport': 'true' } })), true],
    ['everybody of an endpoint', policy(statement('*', { StringEquals: { 'AWS:SourceVpce': 'vpce-1' } })), false],
  ])('%s', (_name, text, expected) => {
    expect(syntaxErrors(text)).toEqual([]);
    expect(grantsPublicAccess(text)).toBe(expected);
  });
});

describe('syntax', () => {
  it.each([
    ['no JSON', '{'],
    ['no object', '1'],
    ['null', 'null'],
    ['an unknown version', JSON.stringify({ Version: '2019-10-19', Statement: [statement('*')] })],
    ['no statement', JSON.stringify({ Version: '2012-10-17' })],
    ['an empty list', policy()],
    ['an effect of its own', policy(statement('*', undefined, 'Maybe'))],
    ['no action', policy({ Effect: 'Allow', Principal: '*', Resource: '*' })],
    ['no principal', policy({ Effect: 'Allow', Action: '*', Resource: '*' })],
    ['no resource', policy({ Effect: 'Allow', Principal: '*', Action: '*' })],
  ])('%s', (_name, text) => {
    expect(syntaxErrors(text)).toEqual([{ CheckName: 'POLICY_SYNTAX', ErrorMessage: 'This policy has invalid syntax.' }]);
  });
});
