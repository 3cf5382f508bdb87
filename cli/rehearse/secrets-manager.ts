import {
  CancelRotateSecretCommand, CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, ListSecretVersionIdsCommand, RotateSecretCommand,
  SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, REGION } from './deployment';
import { SecretJson } from './initial-secret';
import { InvocationResult, LocalSecretsManager, RotationEvent, RotationResult } from '../local-aws';

/** The access keys tell the callers apart. */
export const FUNCTION_KEY = 'FUNCTION000000000000';
const OPERATOR_KEY = 'OPERATOR000000000000';
const PROBER_KEY = 'PROBER00000000000000';

const RULES = { AutomaticallyAfterDays: 30 };

export type Invoke = (event: RotationEvent) => Promise<InvocationResult>;

/** The local Secrets Manager, as operators, clients and functions of a rehearsal use it. */
export class SecretsManager {
  public static async start(): Promise<SecretsManager> {
    const invokers = new Map<string, Invoke>();
    const aws = await LocalSecretsManager.start({
      region: REGION,
      accountId: ACCOUNT,
      retry: { attempts: 3, delayMillis: 200 },
      invoker: {
        canInvoke: (functionArn) => invokers.has(functionArn),
        invoke: (functionArn, event) => invokers.get(functionArn)!(event),
      },
    });
    return new SecretsManager(aws, invokers);
  }

  public readonly operator: SecretsManagerClient;
  private readonly prober: SecretsManagerClient;
  private counter = 0;

  private constructor(private readonly aws: LocalSecretsManager, private readonly invokers: Map<string, Invoke>) {
    this.operator = this.client(OPERATOR_KEY);
    this.prober = this.client(PROBER_KEY);
  }

  public get url(): string {
    return this.aws.url;
  }

  /** Makes a secret. Each call makes another one. */
  public async create(name: string, value: SecretJson): Promise<string> {
    const { ARN } = await this.operator.send(new CreateSecretCommand({ Name: `${name}-${++this.counter}`, SecretString: JSON.stringify(value) }));
    return ARN!;
  }

  /** What a function does when it is invoked; gives back its ARN. */
  public setInvoker(name: string, invoke: Invoke): string {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}-${++this.counter}`;
    this.invokers.set(arn, invoke);
    return arn;
  }

  /** Configures rotation without rotating at once: the service has the function tested, with its retries. */
  public async configure(secretArn: string, functionArn: string): Promise<RotationResult> {
    await this.operator.send(new RotateSecretCommand({ SecretId: secretArn, RotationLambdaARN: functionArn, RotationRules: RULES, RotateImmediately: false }));
    return (await this.aws.service.rotationOf(secretArn))!;
  }

  /** Rotates a secret once, with the retries of the service. */
  public async rotate(secretArn: string, functionArn: string): Promise<RotationResult> {
    await this.operator.send(new RotateSecretCommand({ SecretId: secretArn, RotationLambdaARN: functionArn, RotationRules: RULES }));
    return (await this.aws.service.rotationOf(secretArn))!;
  }

  /** What an operator does with a rotation that does not end: cancels it, and takes AWSPENDING away. */
  public async cancel(secretArn: string): Promise<void> {
    const { RotationEnabled, VersionIdsToStages = {} } = await this.operator.send(new DescribeSecretCommand({ SecretId: secretArn }));
    if (RotationEnabled) await this.operator.send(new CancelRotateSecretCommand({ SecretId: secretArn }));
    const pending = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSPENDING'));
    if (pending === undefined) return;
    await this.operator.send(new UpdateSecretVersionStageCommand({ SecretId: secretArn, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending }));
  }

  /** Calls a function after each request of a caller, before the answer is sent. */
  public onEffect(accessKeyId: string, effect: (operation: string) => void): () => void {
    return this.aws.onRequest(({ moment, request }) => {
      if (moment === 'after' && request.accessKeyId === accessKeyId) effect(request.operation);
    });
  }

  /** How many requests a caller has made. */
  public requestsOf(accessKeyId: string): number {
    return this.aws.requests.filter((request) => request.accessKeyId === accessKeyId).length;
  }

  /**
   * AWSCURRENT, as an operator reads it.
   *
   * @throws if it is not the JSON of a login any more
   */
  public current(arn: string): Promise<SecretJson> {
    return read(this.operator, arn);
  }

  /** AWSCURRENT, as an app without a cache reads it. */
  public currentForApp(arn: string): Promise<SecretJson> {
    return read(this.prober, arn);
  }

  /** The passwords of all versions of a secret, also of those without a label. */
  public async passwordsOf(arn: string): Promise<string[]> {
    const { Versions = [] } = await this.operator.send(new ListSecretVersionIdsCommand({ SecretId: arn, IncludeDeprecated: true }));
    const values = await Promise.all(Versions.map(({ VersionId }) => read(this.operator, arn, VersionId).catch(() => undefined)));
    return values.map((value) => value?.password).filter((password) => typeof password === 'string' && password !== '') as string[];
  }

  public async close(): Promise<void> {
    this.operator.destroy();
    this.prober.destroy();
    await this.aws.close();
  }

  private client(accessKeyId: string): SecretsManagerClient {
    return new SecretsManagerClient({ region: REGION, endpoint: this.aws.url, credentials: { accessKeyId, secretAccessKey: 'rehearsal' } });
  }
}

async function read(client: SecretsManagerClient, arn: string, versionId?: string): Promise<SecretJson> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionId: versionId }));
  const value = JSON.parse(SecretString!);
  if (typeof value?.username !== 'string' || typeof value.password !== 'string') throw new Error('a secret without a user name and a password');
  return value;
}
