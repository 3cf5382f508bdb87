/**
 * Versions and aliases as functions of the own: the alarm names a metric that Lambda sends.
 */
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { importedHandler, importedRole, HANDLER_ARN, ownHandler } from './handlers';
import { GuardedSecret, Rotation } from '../../../src';
import { ACCOUNT, Json, newStack, only, REGION } from '../vocabulary';

function dimensionsOf(handlerOf: (stack: Stack) => lambda.IFunction): Json {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler: handlerOf(stack), rightsManagedElsewhere: true }), alarmTopic: new sns.Topic(stack, 'Topic') });
  return only(stack, 'AWS::CloudWatch::Alarm').properties.Dimensions;
}

test('of a version, it counts the errors of the function: the metric of a version has the name of the function as well', () => {
  expect(dimensionsOf((stack) => ownHandler(stack).currentVersion)).toEqual([{ Name: 'FunctionName', Value: { Ref: expect.stringMatching(/^Rotate\w{8}$/) } }]);
});

test.each<[string, (stack: Stack) => lambda.IFunction]>([
  ['version', (stack) => lambda.Version.fromVersionArn(stack, 'Version', `${HANDLER_ARN}:3`)],
  ['alias', (stack) => lambda.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'live', aliasVersion: lambda.Version.fromVersionArn(stack, 'Version', `${HANDLER_ARN}:3`) })],
  ['ARN with an alias', (stack) => importedHandler(stack, importedRole(stack), `${HANDLER_ARN}:live`)],
])('of an imported %s, it does so too', (_, handlerOf) => {
  expect(dimensionsOf(handlerOf)).toEqual([{ Name: 'FunctionName', Value: 'rotate' }]);
});

test('of an alias of the app, it counts those of the alias alone', () => {
  expect(dimensionsOf((stack) => ownHandler(stack).addAlias('live'))).toMatchObject([{ Name: 'FunctionName' }, { Name: 'Resource' }]);
});
