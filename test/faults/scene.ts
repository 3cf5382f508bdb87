import { randomInt, randomUUID } from 'crypto';
import { Boundary, Container, Watch } from './container';
import { Fault } from './faults/fault';
import { Perform } from './service-client';
import { Cast, Login, Setting, Target } from './targets/target';
import { Output, RotationEvent, RotationResult, SecretsManagerService } from '../../cli/local-aws';
import { Verdict } from '../../cli/servers/tcp-proxy';
import { generatePassword } from '../../lambda/core/password';
import { SecretFacts } from '../../src/handler-contract';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

/** How often the service tries; AWS does not say. */
const ATTEMPTS = 5;

/** For a fault that decides itself where it strikes. */
export const ANY_BOUNDARY = 'any';

type Labels = { readonly [version: string]: string[] };

export type Fields = { readonly [member: string]: string };

export interface StoredLogin extends Login {
  readonly id: string;
  readonly labels: readonly string[];
}

interface Versions {
  readonly all: readonly StoredLogin[];
  readonly labelled: readonly StoredLogin[];
  readonly others: readonly StoredLogin[];
}

/** A fault that waits for its boundary in one attempt. */
interface Armed {
  readonly fault: Fault;
  readonly boundary: string;
  readonly attempt: number;
  hit?: Boundary;
}

export interface SceneOptions {
  /** What the version contains with which the service tries the function out. */
  readonly probeValue?: 'copy' | 'none';
}

/** One secret, its logins, and everybody who has to do with them. */
export class Scene implements Watch {
  public static async open(target: Target, setting: Setting, options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(target, setting, await target.arrange(setting), options);
    const { user, administrator } = scene.cast;
    await scene.ask('CreateSecret', { Name: 'login', SecretString: JSON.stringify({ ...target.fields(user), note: 'first' }) });
    // As RDS makes the secret of a master user: nothing but the login.
    await scene.ask('CreateSecret', { Name: 'administrator', SecretString: JSON.stringify(administrator) });
    scene.secret = String((await scene.ask('DescribeSecret', { SecretId: 'login' })).ARN);
    scene.administratorSecret = String((await scene.ask('DescribeSecret', { SecretId: 'administrator' })).ARN);
    return scene;
  }

  public readonly service: SecretsManagerService;
  public readonly containers: Container[] = [];
  /** The boundaries of the attempts, in order. */
  public readonly attempts: Boundary[][] = [];
  /** What goes on beside the rotation. */
  public readonly background: Promise<unknown>[] = [];
  /** Passwords that people gave the login; the function did not make them. */
  public readonly madeByHand: string[] = [];
  /** Called when an attempt of the service failed. */
  public onFailure?: () => Promise<void>;
  public secret = '';
  public administratorSecret = '';
  public writesBefore = 0;
  /** The tokens of the rotations so far. */
  public readonly tokens: string[] = [];
  private readonly armed: Armed[] = [];
  private readonly attemptOf = new Map<string, Container>();

  private constructor(public readonly target: Target, public readonly setting: Setting, public readonly cast: Cast, { probeValue }: SceneOptions) {
    const invoker = { invoke: (_arn: string, event: RotationEvent) => this.invoke(event) };
    this.service = new SecretsManagerService({ retry: { attempts: ATTEMPTS, delayMillis: 5 }, probeValue, invoker });
  }

  /** @param attempt counts from now on, from 1 */
  public arm(fault: Fault, boundary: string, attempt: number = 1): Armed {
    const armed: Armed = { fault, boundary, attempt: this.attempts.length + attempt };
    this.armed.push(armed);
    return armed;
  }

  /** Nothing goes wrong any more. */
  public disarm(): void {
    this.armed.length = 0;
  }

  public ask(operation: string, input: object): Promise<Output> {
    return this.service.handle(operation, { ClientRequestToken: randomUUID(), ...input });
  }

  public async value(id: { VersionId?: string; VersionStage?: string } = {}): Promise<Fields> {
    const { SecretString } = await this.service.handle('GetSecretValue', { SecretId: this.secret, ...id });
    return JSON.parse(String(SecretString));
  }

  public async labels(): Promise<Labels> {
    return (await this.service.handle('DescribeSecret', { SecretId: this.secret })).VersionIdsToStages as Labels;
  }

  /** Starts a rotation, and waits until the service is done with it. One that was not complete is tried again instead. */
  public async rotate(): Promise<RotationResult> {
    this.writesBefore = this.service.lastWrite;
    const before = this.service.rotationOf(this.secret);
    try {
      await this.start();
    } catch {
      // A function that was cancelled just before it wrote its version made that pending again: the operator takes that away, too.
      if (this.service.rotationOf(this.secret) === before) {
        await this.cancel();
        await this.start();
      }
    }
    const result = await this.service.rotationOf(this.secret)!;
    this.tokens.push(result.versionId);
    return result;
  }

  /** The token of a rotation that is over. */
  public get earlierToken(): string | undefined {
    return this.tokens[0];
  }

  /** What an operator does whose rotation hangs. */
  public async cancel(): Promise<void> {
    await this.ask('CancelRotateSecret', { SecretId: this.secret, ClientRequestToken: undefined });
    const [pending] = Object.entries(await this.labels()).find(([, labels]) => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT')) ?? [];
    if (!pending) return;
    await this.ask('UpdateSecretVersionStage', { SecretId: this.secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending, ClientRequestToken: undefined });
  }

  /** The administrator's own rotation, as far as it lasts: the database has the password of AWSPENDING. */
  public async startAdministratorRotation(): Promise<void> {
    const { username } = this.cast.administrator;
    const password = generatePassword(randomInt);
    await this.ask('PutSecretValue', { SecretId: this.administratorSecret, SecretString: JSON.stringify({ username, password }), VersionStages: ['AWSPENDING'] });
    await this.target.setPassword({ username, password });
  }

  public async endAdministratorRotation(): Promise<void> {
    const { VersionIdsToStages } = await this.ask('DescribeSecret', { SecretId: this.administratorSecret, ClientRequestToken: undefined });
    const holder = (label: string) => Object.entries(VersionIdsToStages as Labels).find(([, labels]) => labels.includes(label))?.[0];
    const pending = holder('AWSPENDING');
    if (pending === undefined || pending === holder('AWSCURRENT')) return;
    await this.ask('UpdateSecretVersionStage', {
      SecretId: this.administratorSecret, VersionStage: 'AWSCURRENT', MoveToVersionId: pending, RemoveFromVersionId: holder('AWSCURRENT'), ClientRequestToken: undefined,
    });
  }

  /** What a person does in the console. */
  public async edit(changes: Fields): Promise<void> {
    await this.ask('PutSecretValue', { SecretId: this.secret, SecretString: JSON.stringify({ ...await this.value(), ...changes }) });
  }

  /** What a person does in a SQL client. @returns the new password */
  public async setPasswordByHand(): Promise<string> {
    const password = generatePassword(randomInt);
    this.madeByHand.push(password);
    await this.target.setPassword({ username: (await this.value()).username, password });
    return password;
  }

  /** A container beside those of the service. */
  public async spawn(): Promise<Container> {
    const { service, target, environment } = this;
    const container = await Container.start({ service, engine: target.engine, port: target.port, environment, watch: this });
    this.containers.push(container);
    return container;
  }

  public async currentLogsIn(): Promise<boolean> {
    return this.target.logsIn(await this.value() as unknown as Login);
  }

  /** All versions that have a value, and which of them have a label. A password that two of them have counts as labelled. */
  public async versions(): Promise<Versions> {
    const { Versions: listed } = await this.service.handle('ListSecretVersionIds', { SecretId: this.secret, IncludeDeprecated: true, MaxResults: 100 });
    const all: StoredLogin[] = [];
    for (const { VersionId: id, VersionStages: labels = [] } of listed as { VersionId: string; VersionStages?: string[] }[]) {
      const value = await this.value({ VersionId: id }).catch(() => undefined);
      if (value) all.push({ id, labels, username: value.username, password: value.password });
    }
    const labelled = all.filter(({ labels }) => labels.length > 0);
    return { all, labelled, others: all.filter((each) => !labelled.some((other) => sameLogin(each, other))) };
  }

  /** Passwords that must not stand in any log. */
  public async passwords(): Promise<string[]> {
    return [...new Set((await this.versions()).all.map(({ password }) => password))];
  }

  public async rights(): Promise<readonly string[]> {
    if (this.setting.strategy !== 'alternating-users') return [];
    return this.target.rightsOf((await this.value()).username, this.cast);
  }

  /** What the function itself counts. */
  public failedLogins(): number {
    return this.containers.flatMap(({ records }) => records).reduce((sum, { failedLogins }) => sum + Number(failedLogins ?? 0), 0);
  }

  /** As `currentLogsIn`, but without a login. */
  public async currentIsAccepted(): Promise<boolean> {
    return (await this.target.accepted([await this.value() as unknown as Login])).length > 0;
  }

  public async call(boundary: Boundary, container: Container, perform: Perform): Promise<Output> {
    const fault = this.faultAt(boundary, container);
    return fault?.call ? fault.call({ scene: this, container, boundary, perform }) : perform();
  }

  public async segment(boundary: Boundary, container: Container): Promise<Verdict | void> {
    const fault = this.faultAt(boundary, container);
    return fault?.segment?.({ scene: this, container, boundary });
  }

  public async settle(): Promise<void> {
    for (const task of this.background) await task;
  }

  public async close(): Promise<void> {
    await this.service.close();
    await Promise.all(this.containers.map((container) => container.close()));
  }

  private start(): Promise<Output> {
    return this.ask('RotateSecret', { SecretId: this.secret, RotationLambdaARN: FUNCTION });
  }

  private async invoke(event: RotationEvent) {
    // When rotation is only configured, the service begins with testSecret.
    if (event.Step === 'createSecret' || !this.attemptOf.has(event.ClientRequestToken)) {
      this.attemptOf.set(event.ClientRequestToken, await this.spawn());
      this.attempts.push([]);
      this.attemptOf.get(event.ClientRequestToken)!.attempt = this.attempts.length;
    }
    const error = await this.attemptOf.get(event.ClientRequestToken)!.invoke(event);
    if (!error) return {};
    await this.onFailure?.();
    return { functionError: 'Unhandled', payload: { errorMessage: error.message } };
  }

  private faultAt(boundary: Boundary, { attempt }: Container): Fault | undefined {
    if (attempt === undefined) return undefined;
    this.attempts[attempt - 1].push(boundary);
    const armed = this.armed.find((each) => each.attempt === attempt && strikes(each, boundary));
    if (!armed) return undefined;
    armed.hit ??= boundary;
    return armed.fault;
  }

  private get environment(): { [name: string]: string } {
    const { strategy, role, dualPasswords } = this.setting;
    const { user, other } = this.cast;
    const facts: SecretFacts = {
      secret: this.secret,
      strategy,
      host: 'localhost',
      port: String(this.target.port),
      ...strategy !== 'single-user' && { adminSecret: this.administratorSecret, username: user.username },
      ...strategy === 'alternating-users' && { otherUsername: other, create: 'none' },
      ...role && { role: this.cast.role },
      ...dualPasswords && { dualPasswords: 'true' },
    };
    return { GUARDED_SECRET_1: JSON.stringify(facts) };
  }
}

/** A fault that lasts hits the same operation again, as long as the step lasts. */
function strikes({ fault, hit, boundary: key }: Armed, boundary: Boundary): boolean {
  if (key === ANY_BOUNDARY) return true;
  if (!hit) return boundary.key === key;
  return fault.lasts === true && boundary.step === hit.step && boundary.what === hit.what;
}

export function sameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}

/** What went wrong in each attempt. */
export function errorsOf({ attempts }: RotationResult): string {
  return attempts.map(({ steps }) => steps.at(-1)?.error ?? 'cancelled').join(', then ');
}
