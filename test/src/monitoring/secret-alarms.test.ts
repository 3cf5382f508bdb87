import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { matches } from './event-pattern';
import { GuardedSecret, SecretAlarms } from '../../../src';
import { deployed } from '../deployed';
import {
  ACCOUNT, asList, COMPLETE_ARN, count, Json, keyStatements, newStack, only, PARTIAL_ARN, REGION, rotatedLogin, rotatedStack, resources, template,
  warnings,
} from '../vocabulary';

const RULE = 'AWS::Events::Rule';
const ALARM = 'AWS::CloudWatch::Alarm';
const TOPIC_POLICY = 'AWS::SNS::TopicPolicy';

/** An event of a rotation as it arrives on the bus. */
function rotationEvent(eventName: string, secretArn: string): Json {
  return {
    'version': '0',
    'detail-type': 'AWS Service Event via CloudTrail',
    'source': 'aws.secretsmanager',
    'account': ACCOUNT,
    'region': REGION,
    'resources': [],
    'detail': {
      eventVersion: '1.08',
      userIdentity: { accountId: ACCOUNT, invokedBy: 'secretsmanager.amazonaws.com' },
      eventSource: 'secretsmanager.amazonaws.com',
      eventName,
      requestParameters: null,
      responseElements: null,
      additionalEventData: { SecretId: secretArn },
      readOnly: false,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      eventCategory: 'Management',
    },
  };
}

function alarmedStack() {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'TopicKey') });
  const { login, database } = rotatedStack({ alarmTopic: topic }, stack);
  return { stack, topic, login, database };
}

/** The pattern of the one rule, with the secrets as they would be called. */
function pattern(stack: ReturnType<typeof newStack>): Json {
  return deployed(only(stack, RULE).properties.EventPattern, template(stack).toJSON());
}

describe('the rule about service events', () => {
  const { stack } = alarmedStack();
  const secret = deployed({ Ref: Object.keys(resources(stack, 'AWS::SecretsManager::Secret')).find((id) => id.startsWith('Login')) }, template(stack).toJSON());

  test.each(['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'])('matches %s', (name) => {
    expect(matches(pattern(stack), rotationEvent(name, secret))).toBe(true);
  });

  test.each(['RotationStarted', 'RotationSucceeded', 'TestRotationSucceeded', 'EndSecretVersionDelete'])('does not match %s', (name) => {
    expect(matches(pattern(stack), rotationEvent(name, secret))).toBe(false);
  });

  test('does not match events of other secrets', () => {
    expect(matches(pattern(stack), rotationEvent('RotationFailed', COMPLETE_ARN))).toBe(false);
  });

  test('does not match calls of the API', () => {
    expect(matches(pattern(stack), { ...rotationEvent('RotationFailed', secret), 'detail-type': 'AWS API Call via CloudTrail' })).toBe(false);
  });

  test('tells the topic what happened to which secret, and why', () => {
    const [target] = only(stack, RULE).properties.Targets;
    expect(target.Arn).toEqual({ Ref: only(stack, 'AWS::SNS::Topic').id });
    const { InputTemplate } = target.InputTransformer;
    expect(InputTemplate).toMatch(/^"<detail-eventName> for secret <detail-additionalEventData-SecretId>: <detail-errorMessage>\. /);
    expect(InputTemplate).toContain("filter level = 'ERROR' and secret = '<detail-additionalEventData-SecretId>' | sort");
    expect(InputTemplate).toMatch(/Runbook: https:\/\/\S+\/docs\/runbooks\/rotation-failed\.md"$/);
    expect(Object.values(target.InputTransformer.InputPathsMap).sort()).toEqual(['$.detail.additionalEventData.SecretId', '$.detail.errorMessage', '$.detail.eventName']);
  });
});

describe('a secret that the app knows without its suffix', () => {
  test.each([
    ['partial ARN', (stack: ReturnType<typeof newStack>) => secretsmanager.Secret.fromSecretPartialArn(stack, 'Secret', PARTIAL_ARN)],
    ['name', (stack: ReturnType<typeof newStack>) => secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'partner-key')],
  ])('by its %s is watched all the same', (_, importSecret) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    new SecretAlarms(stack, 'Alarms', { topic: new sns.Topic(stack, 'Topic'), secrets: [importSecret(stack)] });
    expect(matches(pattern(stack), rotationEvent('RotationFailed', COMPLETE_ARN))).toBe(true);
    expect(matches(pattern(stack), rotationEvent('RotationFailed', `${PARTIAL_ARN}s-a1B2c3`))).toBe(false);
  });
});

test('a complete ARN is watched as such', () => {
  const stack = newStack();
  new SecretAlarms(stack, 'Alarms', { topic: new sns.Topic(stack, 'Topic'), secrets: [secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', COMPLETE_ARN)] });
  expect(matches(pattern(stack), rotationEvent('RotationFailed', COMPLETE_ARN))).toBe(true);
});

describe('the alarm about the function', () => {
  test('goes to the topic at the first error; no errors, no alarm', () => {
    const { stack } = alarmedStack();
    expect(only(stack, ALARM).properties).toMatchObject({
      AlarmActions: [{ Ref: only(stack, 'AWS::SNS::Topic').id }],
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: only(stack, 'AWS::Lambda::Function').id } }],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('the text of the alarm about the function', () => {
  test('names the log group, how to search it, and the runbook', () => {
    const { stack } = alarmedStack();
    const text = asText(only(stack, ALARM).properties.AlarmDescription);
    expect(text).toContain(`Its log {"Ref":"${only(stack, 'AWS::Logs::LogGroup').id}"} names the secret`);
    expect(text).toMatch(/in Logs Insights: fields @timestamp, secret, step, code, error, hint \| filter level = 'ERROR' \| sort @timestamp desc\. Runbook: https:\/\/\S+\/docs\/runbooks\/function-errors\.md$/);
    // CloudWatch takes 1,024 characters; a name of a log group has up to 512.
    expect(text.length + 512).toBeLessThan(1024);
  });

  test('goes without the log group of a function that has an unknown one', () => {
    const stack = newStack();
    const rotationFunction = lambda.Function.fromFunctionName(stack, 'Function', 'rotate');
    new SecretAlarms(stack, 'Alarms', { topic: new sns.Topic(stack, 'Topic') }).monitorFunction(rotationFunction);
    expect(only(stack, ALARM).properties.AlarmDescription).toMatch(/^A function that rotates secrets failed\. Its log names the secret/);
  });

  /** References in their JSON. */
  function asText(value: Json): string {
    return typeof value === 'string' ? value : value['Fn::Join'][1].map((part: Json) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
  }
});

describe('a topic with a key', () => {
  const { stack, topic } = alarmedStack();
  const alarmsOfThisAccount = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudwatch:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':alarm:*']] } },
  };
  const topicStatements = only(stack, TOPIC_POLICY).properties.PolicyDocument.Statement as Json[];

  function by(all: Json[], service: string): Json[] {
    return all.filter(({ Principal }) => Principal.Service === service);
  }

  test('lets in the alarms of this account', () => {
    expect(by(topicStatements, 'cloudwatch.amazonaws.com')).toEqual([{
      Sid: 'AllowAlarmsOfThisAccount',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: stack.resolve(topic.topicArn),
      Condition: alarmsOfThisAccount,
    }]);
  });

  test('lets the alarms of this account use the key', () => {
    expect(by(keyStatements(stack), 'cloudwatch.amazonaws.com')).toMatchObject([{ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Condition: alarmsOfThisAccount }]);
  });

  test('lets in EventBridge, without conditions, since it sends nothing that they could hold against', () => {
    expect(by(topicStatements, 'events.amazonaws.com')).toMatchObject([{ Action: 'sns:Publish', Resource: stack.resolve(topic.topicArn) }]);
    expect(by(topicStatements, 'events.amazonaws.com')[0].Condition).toBeUndefined();
    const [ofKey] = by(keyStatements(stack), 'events.amazonaws.com');
    expect(ofKey.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*']);
    expect(ofKey.Condition).toBeUndefined();
  });

  test('trusts nobody else', () => {
    expect(topicStatements).toHaveLength(2);
  });

  test('leaves the key of the secrets alone', () => {
    const [, key] = Object.entries(resources(stack, 'AWS::KMS::Key')).find(([id]) => id.startsWith('GuardedSecretsKey'))!;
    expect(JSON.stringify(key)).not.toMatch(/cloudwatch|events\.amazonaws/);
  });
});

test('keeps the statements that the user gave the topic', () => {
  const { stack, topic } = alarmedStack();
  topic.addToResourcePolicy(new iam.PolicyStatement({ sid: 'Mine', principals: [new iam.AccountRootPrincipal()], actions: ['sns:Subscribe'], resources: [topic.topicArn] }));
  expect(only(stack, TOPIC_POLICY).properties.PolicyDocument.Statement.map(({ Sid }: Json) => Sid)).toContain('Mine');
});

describe('an imported topic', () => {
  const WARNING = 'the policies of an imported topic or of its key cannot be changed from here; allow cloudwatch.amazonaws.com and events.amazonaws.com to publish to it, and to use its key';

  test('is warned about, once', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const topic = sns.Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${REGION}:${ACCOUNT}:on-call`);
    const { database } = rotatedStack({ alarmTopic: topic }, stack);
    rotatedLogin(stack, database, { alarmTopic: topic }, 'Other');
    expect(warnings(stack)).toEqual([WARNING]);
  });

  test('a topic of ours is not', () => {
    expect(warnings(alarmedStack().stack)).toEqual([]);
  });
});

describe('sharing', () => {
  test('secrets of one topic share rule, alarm and statements', () => {
    const { stack, topic, database } = alarmedStack();
    rotatedLogin(stack, database, { alarmTopic: topic }, 'Other');
    expect(only(stack, RULE).properties.EventPattern.detail.additionalEventData.SecretId).toHaveLength(2);
    expect(count(stack, ALARM)).toBe(1);
    expect(only(stack, TOPIC_POLICY).properties.PolicyDocument.Statement).toHaveLength(2);
  });

  test('each topic has its own', () => {
    const { stack, database } = alarmedStack();
    rotatedLogin(stack, database, { alarmTopic: new sns.Topic(stack, 'OtherTopic') }, 'Other');
    expect(count(stack, RULE)).toBe(2);
    expect(count(stack, ALARM)).toBe(2);
  });

  test('a secret is watched once', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Secret');
    const alarms = new SecretAlarms(stack, 'Alarms', { topic: new sns.Topic(stack, 'Topic'), secrets: [secret, secret] });
    alarms.monitorSecret(secret);
    expect(only(stack, RULE).properties.EventPattern.detail.additionalEventData.SecretId).toHaveLength(1);
  });

  test('two sets of alarms on one topic do not give it two statements with one Sid', () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, 'Topic');
    for (const id of ['One', 'Other']) new SecretAlarms(stack, id, { topic, secrets: [new GuardedSecret(stack, `${id}Secret`).secret] });
    expect(only(stack, TOPIC_POLICY).properties.PolicyDocument.Statement).toHaveLength(2);
  });

  test('a topic of another stack works, without cycles', () => {
    const app = new App();
    const shared = newStack({}, 'Shared', app);
    const topic = new sns.Topic(shared, 'Topic', { masterKey: new kms.Key(shared, 'Key') });
    const { stack } = rotatedStack({ alarmTopic: topic }, newStack({}, 'Service', app));
    expect(count(stack, RULE)).toBe(1);
    expect(count(shared, TOPIC_POLICY)).toBe(1);
    expect(shared.dependencies).toEqual([]);
    expect(asList(only(stack, ALARM).properties.AlarmActions)).toHaveLength(1);
  });
});
