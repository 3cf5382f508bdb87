import { TemplateValues, Unresolved } from '../../../cli/rehearse/template-values';

const values = new TemplateValues({
  Parameters: {
    Stage: { Type: 'String', Default: 'prod' },
    Open: { Type: 'String' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/name/of/the/parameter' },
  },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
  },
  Mappings: { Ports: { prod: { postgres: 5432 } } },
}, new Map([['Secret', 'arn:secret'], ['Database.Endpoint.Address', 'localhost'], ['AWS::Region', 'eu-central-1'], ['import Shared', 'shared-value']]));

test.each<[string, unknown, unknown]>([
  ['a literal', 'text', 'text'],
  ['a number', 5, 5],
  ['Ref of a resource', { Ref: 'Secret' }, 'arn:secret'],
  ['Ref of a parameter with a default', { Ref: 'Stage' }, 'prod'],
  ['Ref of a parameter that is a list', { 'Fn::Join': ['-', { Ref: 'Zones' }] }, 'a-b'],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] }, 'localhost'],
  ['GetAtt as text', { 'Fn::GetAtt': 'Database.Endpoint.Address' }, 'localhost'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-prod'],
  ['Sub with variables and escapes', { 'Fn::Sub': ['${Stage} ${Database.Endpoint.Address} ${x} ${!literal}', { x: { Ref: 'Secret' } }] }, 'prod localhost arn:secret ${literal}'],
  ['Sub as text', { 'Fn::Sub': '${AWS::Region}a' }, 'eu-central-1a'],
  ['Select of a Split', { 'Fn::Select': [1, { 'Fn::Split': [':', { Ref: 'Secret' }] }] }, 'secret'],
  ['If', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes'],
  ['If of a Not', { 'Fn::If': ['IsTest', 'yes', 'no'] }, 'no'],
  ['If of an And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['If of an Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['FindInMap', { 'Fn::FindInMap': ['Ports', { Ref: 'Stage' }, 'postgres'] }, 5432],
  ['ImportValue', { 'Fn::ImportValue': 'Shared' }, 'shared-value'],
  ['Base64', { 'Fn::Base64': 'a' }, 'YQ=='],
  ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['an object and a list', { list: [{ Ref: 'Stage' }, { Ref: 'AWS::NoValue' }] }, { list: ['prod'] }],
])('resolves %s', (_, value, expected) => {
  expect(values.resolve(value)).toEqual(expected);
});

test.each<[unknown, string]>([
  [{ Ref: 'Unknown' }, 'Ref Unknown'],
  [{ Ref: 'Open' }, 'Ref Open'],
  [{ Ref: 'Stored' }, 'Ref Stored'],
  [{ 'Fn::Sub': 'the ${Stored}' }, 'Ref Stored'],
  [{ 'Fn::Select': [2, { Ref: 'Zones' }] }, 'Fn::Select 2 of a list of 2'],
  [{ 'Fn::Join': ['-', { Ref: 'Stage' }] }, '{"Ref":"Stage"} is no list'],
  [{ 'Fn::If': ['Unknown', 'yes', 'no'] }, 'condition Unknown'],
  [{ 'Fn::GetAtt': ['Unknown', 'Arn'] }, 'Fn::GetAtt Unknown.Arn'],
  [{ 'Fn::ImportValue': 'Elsewhere' }, 'Fn::ImportValue Elsewhere'],
  [{ 'Fn::FindInMap': ['Ports', 'dev', 'postgres'] }, 'Fn::FindInMap Ports.dev.postgres'],
  [{ 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }, 'Fn::Cidr'],
])('fails for what only a deployment knows: %j', (value, name) => {
  expect(() => values.resolve(value)).toThrow(new Unresolved(name));
});

test('fails for an object, or nothing, where text is needed', () => {
  expect(() => values.text({ Ref: 'AWS::NoValue' })).toThrow('{"Ref":"AWS::NoValue"} is no text');
  expect(() => values.text({ a: 1 })).toThrow('{"a":1} is no text');
});
