/**
 * Who may operate: the alias, and the rights on it.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import { asList, Json, newStack, OTHER_ACCOUNT, only, resources, rotatedLogin, rotatedStack, statements } from '../vocabulary';

const ALIAS = 'AWS::Lambda::Alias';
const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';

function stackWithPerson() {
  const stack = newStack();
  const person = new iam.Role(stack, 'Person', { assumedBy: new iam.AccountRootPrincipal() });
  return { ...rotatedStack({}, stack), person };
}

/** On what a principal may invoke. */
function invocable(stack: ReturnType<typeof newStack>): Json[] {
  return statements(stack).filter(({ Action }) => asList(Action).includes('lambda:InvokeFunction')).flatMap(({ Resource }) => asList(Resource));
}

test('the function has an alias for operators, which is the code that rotates', () => {
  const { stack } = rotatedStack();
  expect(only(stack, ALIAS).properties).toEqual({
    Name: 'operator',
    Description: expect.any(String),
    FunctionName: { Ref: only(stack, FUNCTION).id },
    FunctionVersion: '$LATEST',
  });
});

test('functions that are shared have one alias', () => {
  const { stack, database } = rotatedStack();
  rotatedLogin(stack, database, { username: 'report' }, 'Report');
  expect(only(stack, ALIAS).properties.Name).toBe('operator');
});

test('whoever may operate may invoke the alias, and nothing else', () => {
  const { stack, login, person } = stackWithPerson();
  login.rotator.rotationFunction.grantOperate(person);
  expect(invocable(stack)).toEqual([{ Ref: only(stack, ALIAS).id }]);
});

test('whoever may start rotations by hand may not operate', () => {
  const { stack, login, person } = stackWithPerson();
  login.rotator.rotationFunction.grantInvoke(person);
  const arn = { 'Fn::GetAtt': [only(stack, FUNCTION).id, 'Arn'] };
  expect(invocable(stack)).toEqual([{ 'Fn::Join': ['', [arn, ':$LATEST']] }, arn]);
});

test('Secrets Manager may invoke the function, not the alias', () => {
  const { stack } = rotatedStack();
  expect(only(stack, PERMISSION).properties.FunctionName).toEqual({ 'Fn::GetAtt': [only(stack, FUNCTION).id, 'Arn'] });
});

test('another account is let in at the alias', () => {
  const { stack, login } = rotatedStack();
  login.rotator.rotationFunction.grantOperate(new iam.AccountPrincipal(OTHER_ACCOUNT));
  const permissions = Object.values(resources(stack, PERMISSION)).map(({ Properties }) => Properties).filter(({ Principal }) => Principal === OTHER_ACCOUNT);
  expect(permissions).toEqual([{ Action: 'lambda:InvokeFunction', FunctionName: { Ref: only(stack, ALIAS).id }, Principal: OTHER_ACCOUNT }]);
});
