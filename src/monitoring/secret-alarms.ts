import { Annotations, ArnFormat, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { errorsQuery, runbook } from './runbooks';
import { isOther } from '../private/environments';
import { arnLength } from '../private/secret-arn';
import { shortAddress } from '../private/short-address';

/** The service events that say that a secret was not rotated, or that its rotation could not be tried out. */
const ROTATION_TROUBLE = ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'];

/** An event pattern holds 2,048 characters; this much is left for ARNs. */
const ARNS_BUDGET = 1700;

/** What stands around an ARN in a pattern. */
const ARN_OVERHEAD = 15;

/** The secrets of one rule. */
interface WatchedByRule {
  readonly patterns: unknown[];
  size: number;
}

/**
 * Options of the alarms on secrets.
 */
export interface SecretAlarmsOptions {
  /**
   * A standard queue for the events about failed rotations that EventBridge could not deliver to the topic for 24 hours.
   * The key of an encrypted queue must let `events.amazonaws.com` use it.
   *
   * @default - none: the events are dropped, and the error metric of the function alone tells the failure
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   */
  readonly deadLetterQueue?: sqs.IQueue;
}

/**
 * Properties of the alarms on secrets.
 */
export interface SecretAlarmsProps extends SecretAlarmsOptions {
  /** Where alarms are sent. */
  readonly topic: sns.ITopic;

  /**
   * The secrets whose rotation is watched.
   *
   * @default - none; add them with `monitorSecret`
   */
  readonly secrets?: secretsmanager.ISecret[];
}

/**
 * Alarms on any secrets, also ones that this library did not define.
 *
 * A failed rotation is told by two independent signals: the service event, which names the secret and the step and
 * needs a CloudTrail trail with management events in the account and Region, and the error metric of the rotation
 * function, which needs no trail.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
 */
export class SecretAlarms extends Construct {
  /** The alarms of the stack that go to a topic, with these options. They are defined on first use. */
  public static shared(scope: Construct, topic: sns.ITopic, options: SecretAlarmsOptions = {}): SecretAlarms {
    const stack = Stack.of(scope);
    const id = `GuardedSecretsAlarms${shortAddress(topic)}${options.deadLetterQueue ? shortAddress(options.deadLetterQueue) : ''}`;
    return (stack.node.tryFindChild(id) as SecretAlarms | undefined) ?? new SecretAlarms(stack, id, { ...options, topic });
  }

  /** Where alarms are sent. */
  public readonly topic: sns.ITopic;

  private readonly deadLetterQueue?: sqs.IQueue;
  private readonly watched = new Set<string>();
  private readonly rules: WatchedByRule[] = [];

  public constructor(scope: Construct, id: string, props: SecretAlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    this.deadLetterQueue = props.deadLetterQueue;
    this.allowAlarms();
    if (props.deadLetterQueue) this.allowDeadLetters(props.deadLetterQueue);
    for (const secret of props.secrets ?? []) this.monitorSecret(secret);
  }

  /**
   * Watches the service events about the rotation of a secret.
   */
  public monitorSecret(secret: secretsmanager.ISecret): void {
    if (this.watched.has(secret.secretArn)) return;
    this.watched.add(secret.secretArn);
    const size = arnLength(secret) + ARN_OVERHEAD;
    const rule = this.ruleWithRoom(size);
    rule.size += size;
    // Events name the complete ARN, also of a secret that the app knows without its suffix.
    rule.patterns.push(secret.secretFullArn ?? { prefix: `${secret.secretArn}-` });
  }

  /**
   * Watches the errors of a rotation function.
   *
   * @param rotationFunction the function
   * @param logGroup its log group, which the alarm then names
   * @returns the alarm
   */
  public monitorFunction(rotationFunction: lambda.IFunction, logGroup?: logs.ILogGroup): cloudwatch.Alarm {
    return this.alarmOn(rotationFunction, `A function that rotates secrets failed. Its log${logGroup ? ` ${logGroup.logGroupName}` : ''} names the secret, the step, `
      + `an error code and what to do; in Logs Insights: ${errorsQuery()}. Runbook: ${runbook('function-errors')}`);
  }

  /**
   * Watches the errors of a function that is not of this library: nobody here knows what its log says, or where it is.
   *
   * @internal
   */
  public _monitorHandler(handler: lambda.IFunction): void {
    // The metric of a function is in its own account.
    if (isOther(handler.env.account, Stack.of(this).account)) return;
    this.alarmOn(handler, `The function ${handler.functionName}, which rotates secrets, failed. It is one of your own: its log says why. Runbook: ${runbook('function-errors')}`);
  }

  private alarmOn(rotationFunction: lambda.IFunction, alarmDescription: string): cloudwatch.Alarm {
    const id = `Errors${shortAddress(rotationFunction)}`;
    const existing = this.node.tryFindChild(id) as cloudwatch.Alarm | undefined;
    if (existing) return existing;
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription,
      metric: measured(rotationFunction).metricErrors({ period: Duration.minutes(5), statistic: cloudwatch.Stats.SUM }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  private ruleWithRoom(size: number): WatchedByRule {
    const last = this.rules[this.rules.length - 1];
    if (last && last.size + size <= ARNS_BUDGET) return last;
    const rule: WatchedByRule = { patterns: [], size: 0 };
    this.rules.push(rule);
    this.defineRule(this.rules.length, rule.patterns);
    return rule;
  }

  private defineRule(number: number, patterns: unknown[]): void {
    const secretId = events.EventField.fromPath('$.detail.additionalEventData.SecretId');
    const eventName = events.EventField.fromPath('$.detail.eventName');
    const errorMessage = events.EventField.fromPath('$.detail.errorMessage');
    new events.Rule(this, number === 1 ? 'RotationTrouble' : `RotationTrouble${number}`, {
      description: 'A secret was not rotated',
      eventPattern: {
        source: ['aws.secretsmanager'],
        detailType: ['AWS Service Event via CloudTrail'],
        detail: {
          eventSource: ['secretsmanager.amazonaws.com'],
          eventName: ROTATION_TROUBLE,
          // The service leaves `resources` and `responseElements` empty in these events.
          additionalEventData: { SecretId: Lazy.any({ produce: () => patterns }) },
        },
      },
      targets: [this.withDeadLetters(new targets.SnsTopic(this.topic, {
        message: events.RuleTargetInput.fromText(`${eventName} for secret ${secretId}: ${errorMessage}. The log of its rotation function names the step, `
          + `an error code and what to do; in Logs Insights: ${errorsQuery(secretId)}. Runbook: ${runbook('rotation-failed')}`),
      }))],
    });
  }

  /** The target's own option would name the rule in the policy of the queue, which may belong to a stack that this one needs. */
  private withDeadLetters(target: events.IRuleTarget): events.IRuleTarget {
    const queue = this.deadLetterQueue;
    if (!queue) return target;
    return { bind: (rule, id) => ({ ...target.bind(rule, id), deadLetterConfig: { arn: queue.queueArn } }) };
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms */
  private allowDeadLetters(queue: sqs.IQueue): void {
    const stack = Stack.of(this);
    queue.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AllowRulesOfThisAccount',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'events', resource: 'rule', resourceName: '*' }) } },
    }));
  }

  /**
   * CloudWatch may publish: the first statement in the policy of a topic replaces the default one, under which it could.
   *
   * EventBridge is allowed by its target, without conditions: it sends neither `aws:SourceAccount` nor `aws:SourceArn`
   * when it publishes to a topic or uses the key of one, so a statement with them would never match.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  private allowAlarms(): void {
    const stack = Stack.of(this);
    const principals = [new iam.ServicePrincipal('cloudwatch.amazonaws.com')];
    const conditions = {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
    };
    const { statementAdded } = this.topic.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AllowAlarmsOfThisAccount',
      principals,
      actions: ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions,
    }));
    const keyStatement = this.topic.masterKey?.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AllowAlarmsOfThisAccount',
      principals,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions,
    }), true);
    if (!statementAdded || keyStatement?.statementAdded === false) {
      Annotations.of(this).addWarningV2('cdk-guarded-secrets:topicPolicy',
        'the policies of an imported topic or of its key cannot be changed from here; allow cloudwatch.amazonaws.com and events.amazonaws.com to publish to it, and to use its key');
    }
  }
}

/** Of a version, and of an imported alias, the CDK names a metric that Lambda does not send. */
function measured(rotationFunction: lambda.IFunction): lambda.IFunction {
  const { lambda: unqualified } = rotationFunction as Partial<lambda.IVersion>;
  return unqualified === undefined || rotationFunction instanceof lambda.Alias ? rotationFunction : unqualified;
}
