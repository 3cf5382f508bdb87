import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import {
  CreateSecretCommand, GetSecretValueCommand, ListSecretVersionIdsCommand, RotateSecretCommand, SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { InvocationResult, LocalSecretsManager, RotationEvent, RotationResult } from '../local-aws';
import { ACCOUNT, Deployment, Endpoint, keyOf, REGION } from './deployment';
import { FunctionProcess } from './function-process';
import { initialSecret, SecretJson } from './initial-secret';
import { findNode, NodeRuntime } from './node-runtimes';
import { Located, NotRehearsable, Plan, PlannedRotation } from './plan';
import { DatabaseStandIn } from './stand-in';
import { CertificateAuthority } from '../servers/certificate-authority';
import { PostgresBinaries } from '../servers/postgres-binaries';

/** The access keys tell the callers of Secrets Manager apart. */
export const FUNCTION_KEY = 'FUNCTION000000000000';
const OPERATOR_KEY = 'OPERATOR000000000000';
const PROBER_KEY = 'PROBER00000000000000';

/** SQLSTATE of a role that exists already. */
const DUPLICATE_OBJECT = '42710';

/** The name under which functions reach databases; it stands in the certificates. */
const HOST = 'localhost';

export type Invoke = (event: RotationEvent) => Promise<InvocationResult>;

export interface WorldOptions {
  readonly plan: Plan;
  readonly binaries: PostgresBinaries;
  readonly projectFolder: string;
}

/** A deployed secret. */
export interface DeployedSecret {
  readonly arn: string;
  readonly initial: SecretJson;
  readonly standIn: DatabaseStandIn;
}

/** A deployed function. */
export interface DeployedFunction {
  readonly process: FunctionProcess;
  readonly node: NodeRuntime;
  readonly unresolved: string[];
}

/** The part of AWS that a rotation needs, on this machine: databases, Secrets Manager, functions. */
export class World {
  public static async create(options: WorldOptions): Promise<World> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-rehearsal-'));
    const authority = await CertificateAuthority.create();
    writeFileSync(path.join(folder, 'authority.pem'), authority.certificate);
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
    return new World(options, folder, authority, aws, invokers);
  }

  public readonly operator: SecretsManagerClient;
  public readonly prober: SecretsManagerClient;

  /** Started or about to start. */
  private readonly standIns = new Map<string, Promise<DatabaseStandIn>>();
  private readonly functions: FunctionProcess[] = [];
  /** The latest ARN of each secret. */
  private readonly secretArns = new Map<string, string>();
  private counter = 0;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly options: WorldOptions,
    private readonly folder: string,
    private readonly authority: CertificateAuthority,
    private readonly aws: LocalSecretsManager,
    private readonly invokers: Map<string, Invoke>,
  ) {
    this.operator = this.client(OPERATOR_KEY);
    this.prober = this.client(PROBER_KEY);
  }

  /** The server in the place of a database, started on first use. */
  public standIn(database: Located): Promise<DatabaseStandIn> {
    const key = keyOf(database);
    const standIn = this.standIns.get(key) ?? DatabaseStandIn.start(this.options.binaries, this.authority);
    this.standIns.set(key, standIn);
    return standIn;
  }

  /**
   * Makes the secret of a rotation, and its login. Each call makes another pair.
   *
   * @throws NotRehearsable if the app defines no login
   */
  public async deploySecret(rotation: PlannedRotation, username?: string): Promise<DeployedSecret> {
    const standIn = await this.standIn(rotation.database);
    const values = new Deployment(this.options.plan, new Map(), await this.endpoints()).values(rotation.secret.stack);
    const template = await initialSecret(rotation, values, endpointOf(standIn), this.operator);
    const initial = username === undefined ? template : { ...template, username };
    const { ARN } = await this.operator.send(new CreateSecretCommand({
      Name: `${rotation.secret.id}-${++this.counter}`,
      SecretString: JSON.stringify(initial),
    }));
    await standIn.server.createLogin(initial.username, initial.password, initial.dbname).catch((error) => {
      if (error.code !== DUPLICATE_OBJECT) throw error;
      throw new NotRehearsable(`another secret of the app holds the login ${JSON.stringify(initial.username)} of this database; one of them is wrong after a rotation`);
    });
    this.secretArns.set(keyOf(rotation.secret), ARN!);
    return { arn: ARN!, initial, standIn };
  }

  /** Starts nothing yet: the process of a function comes with its first invocation, as in Lambda. */
  public async deployFunction(rotation: PlannedRotation, secretArn: string): Promise<DeployedFunction> {
    const { rotationFunction, secret, code } = rotation;
    const { Runtime, Handler, Timeout = 3, MemorySize = 128 } = (rotationFunction.resource.Properties ?? {}) as {
      readonly Runtime: string; readonly Handler: string; readonly Timeout?: number; readonly MemorySize?: number;
    };
    const deployment = new Deployment(this.options.plan, new Map([...this.secretArns, [keyOf(secret), secretArn]]), await this.endpoints());
    const { variables, unresolved } = deployment.environment(rotationFunction);
    const node = findNode(Runtime, this.options.projectFolder);
    const process = new FunctionProcess({
      node: node.program,
      code,
      handler: Handler,
      timeoutMillis: Timeout * 1000,
      memoryMegabytes: MemorySize,
      environment: { ...variables, ...this.lambdaEnvironment(rotationFunction) },
    });
    this.functions.push(process);
    return { process, node, unresolved };
  }

  /** Which function the rotation of a secret calls; gives back its ARN. */
  public setInvoker(name: string, invoke: Invoke): string {
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    this.invokers.set(arn, invoke);
    return arn;
  }

  /** Rotates a secret once, with the retries of the service. */
  public async rotate(secretArn: string, functionArn: string): Promise<RotationResult> {
    await this.operator.send(new RotateSecretCommand({ SecretId: secretArn, RotationLambdaARN: functionArn, RotationRules: { AutomaticallyAfterDays: 30 } }));
    return (await this.aws.service.rotationOf(secretArn))!;
  }

  /** Calls a function after each request of a caller that changed or read something, before the answer is sent. */
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
   * AWSCURRENT, as a client with its own access key reads it.
   *
   * @throws if it is not the JSON of a login any more
   */
  public async current(client: SecretsManagerClient, arn: string): Promise<SecretJson> {
    return this.value(client, arn);
  }

  /** The passwords of all versions of a secret, also of those without a label. */
  public async passwordsOf(arn: string): Promise<string[]> {
    const { Versions = [] } = await this.operator.send(new ListSecretVersionIdsCommand({ SecretId: arn, IncludeDeprecated: true }));
    const values = await Promise.all(Versions.map(({ VersionId }) => this.value(this.operator, arn, VersionId).catch(() => undefined)));
    return values.map((value) => value?.password).filter((password) => typeof password === 'string' && password !== '') as string[];
  }

  public close(): Promise<void> {
    return this.closing ??= this.endAll();
  }

  private async endAll(): Promise<void> {
    for (const process of this.functions) process.kill();
    this.operator.destroy();
    this.prober.destroy();
    await this.aws.close();
    // Also what is about to start, when somebody interrupts.
    for (const starting of this.standIns.values()) await starting.then((standIn) => standIn.stop(), () => {});
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async value(client: SecretsManagerClient, arn: string, versionId?: string): Promise<SecretJson> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn, VersionId: versionId }));
    const value = JSON.parse(SecretString!);
    if (typeof value?.username !== 'string' || typeof value.password !== 'string') throw new Error('a secret without a user name and a password');
    return value;
  }

  private async endpoints(): Promise<ReadonlyMap<string, Endpoint>> {
    return new Map(await Promise.all([...this.standIns].map(async ([key, standIn]) => [key, endpointOf(await standIn)] as const)));
  }

  private client(accessKeyId: string): SecretsManagerClient {
    return new SecretsManagerClient({ region: REGION, endpoint: this.aws.url, credentials: { accessKeyId, secretAccessKey: 'rehearsal' } });
  }

  /** What Lambda adds to the environment, and how the function finds the stand-ins for AWS. */
  private lambdaEnvironment({ id }: Located): { [name: string]: string } {
    return {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: FUNCTION_KEY,
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_SESSION_TOKEN: 'rehearsal',
      AWS_LAMBDA_FUNCTION_NAME: id,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: 'guarded-secrets-rehearsal',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.aws.url,
      SECRETS_MANAGER_ENDPOINT: this.aws.url,
      NODE_EXTRA_CA_CERTS: path.join(this.folder, 'authority.pem'),
    };
  }
}

function endpointOf({ proxy }: DatabaseStandIn): Endpoint {
  return { host: HOST, port: proxy.port };
}
