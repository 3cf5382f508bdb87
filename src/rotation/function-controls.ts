import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RotationFunctionOptions } from './rotation-function-props';
import { acknowledge } from '../private/acknowledge';
import { attach } from '../private/attach-policies';
import { Problems } from '../private/problems';

/** About as many as the secrets that one function serves. */
const STRICT_CONCURRENCY = 10;

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
const TRACING_STATEMENT = { sid: 'WriteTraces', actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] };

/** What control packs ask of a function beyond what a rotation needs. */
export class FunctionControls {
  /** The queue that the function names for events that it could not handle. */
  public readonly deadLetterQueue?: sqs.IQueue;

  /** How many executions are kept for the function. */
  public readonly reservedConcurrentExecutions?: number;

  private readonly policy?: iam.ManagedPolicy;
  private readonly tracing: boolean;

  public constructor(private readonly scope: Construct, options: RotationFunctionOptions, role: iam.IRole) {
    const strict = options.strictControls ?? false;
    this.tracing = options.tracing ?? strict;
    this.reservedConcurrentExecutions = options.reservedConcurrentExecutions ?? (strict ? STRICT_CONCURRENCY : undefined);
    this.deadLetterQueue = options.deadLetterQueue ?? (strict ? this.defineQueue() : undefined);

    const statements = [...this.queueStatements(), ...(this.tracing ? [TRACING_STATEMENT] : [])];
    if (statements.length === 0) return;
    this.policy = new iam.ManagedPolicy(scope, 'ControlsPolicy', {
      description: 'Dead-letter queue and traces of the function that rotates secrets',
      statements: statements.map((statement) => new iam.PolicyStatement(statement)),
    });
    attach(scope, role, [this.policy]);
    if (this.tracing) acknowledge(this.policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'the actions of X-Ray that write traces cannot be scoped to resources' });
  }

  /** Set on the resource, since the function would add rights to its role by an inline policy. */
  public applyTo(lambdaFunction: lambda.Function): void {
    const resource = lambdaFunction.node.defaultChild as lambda.CfnFunction;
    if (this.deadLetterQueue) resource.deadLetterConfig = { targetArn: this.deadLetterQueue.queueArn };
    if (this.tracing) resource.tracingConfig = { mode: 'Active' };
    // Lambda checks at creation that the role may send to the queue.
    if (this.policy) lambdaFunction.node.addDependency(this.policy);
  }

  /** Encrypted by SQS: events name secrets but hold none, and a key of ours would have to trust one more service. */
  private defineQueue(): sqs.Queue {
    const queue = new sqs.Queue(this.scope, 'DeadLetterQueue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, ...['Serverless-SQSRedrivePolicy', 'cdk-validator-cfnguard::sqs_dlq_check'].map((id) => ({
      id, reason: 'the queue is itself a dead-letter queue, and nobody would serve one behind it',
    })));
    return queue;
  }

  private queueStatements(): iam.PolicyStatementProps[] {
    const { deadLetterQueue: queue } = this;
    if (!queue) return [];
    const send = { sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [queue.queueArn] };
    if (!queue.encryptionMasterKey) return [send];
    return [send, {
      sid: 'EncryptDeadLetters',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [queue.encryptionMasterKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(this.scope).region}.amazonaws.com` } },
    }];
  }
}

/** That the options fit together, and into what Lambda takes. */
export function checkControls(problems: Problems, options: RotationFunctionOptions, inVpc: boolean): void {
  const { strictControls, reservedConcurrentExecutions: reserved, deadLetterQueue } = options;
  if (strictControls && !inVpc) {
    problems.add('`strictControls` asks for a function in a VPC, but there is none; pass `vpc`, or leave `strictControls` out');
  }
  if (reserved !== undefined && !Token.isUnresolved(reserved) && (!Number.isInteger(reserved) || reserved < 1)) {
    problems.add(`the reserved concurrency of the function must be a whole number of at least 1, got ${reserved}; change \`reservedConcurrentExecutions\``);
  }
  checkQueue(problems, 'a function', deadLetterQueue);
}

/** That a dead-letter queue is of the kind that Lambda and EventBridge take. */
export function checkQueue(problems: Problems, owner: string, queue?: sqs.IQueue): void {
  if (!queue?.fifo) return;
  problems.add(`the dead-letter queue of ${owner} must be a standard queue, got the FIFO queue ${JSON.stringify(queue.node.path)}; change \`deadLetterQueue\``);
}
