import { simulatedEngine } from './model/database-engine';
import { DatabaseServer } from './model/database-server';
import { secretsClient } from './model/secrets';
import { Scheduler, SimulatedProcess } from './scheduler';
import { ADMIN, HOST, OTHER, Setting, USER } from './settings';
import type { RotationInvoker } from '../../cli/local-aws/invokers/invoker';
import { SecretsManagerService } from '../../cli/local-aws/service';
import type { Secret } from '../../cli/local-aws/store/secret';
import { rotationHandler } from '../../lambda/core/handler';
import { LogRecord } from '../../lambda/core/log';
import { JOURNAL_LABEL } from '../../src/handler-contract';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type Step = typeof STEPS[number];

/** How long Lambda lets the function run. */
const FUNCTION_LIMIT = 60_000;

const EPOCH = Date.UTC(2026, 0, 1);
const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:rotate';

/** The id of the version that the n-th rotation makes. 0 is the value that was there before. */
export function tokenOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function numberOf(token: string): number {
  return Number(token.slice(-12));
}

/** An invocation of the function. */
export interface Invocation {
  readonly process: SimulatedProcess;
  readonly step: Step;
  readonly token: number;
}

/** @returns why the function failed, if it did */
export type Invoke = (world: World, step: Step, token: number) => Promise<string | undefined>;

/** Secrets Manager, a database, and the processes of the function, which use both at the pace of the scheduler. */
export class World {
  /** @param invoke what the service calls; without it, nothing happens when a rotation is started */
  public static async create(setting: Setting, invoke?: Invoke): Promise<World> {
    const world = new World(setting, invoke);
    await world.begin();
    return world;
  }

  public readonly scheduler = new Scheduler();
  public readonly server: DatabaseServer;
  public readonly service: SecretsManagerService;
  public readonly invocations: Invocation[] = [];
  public readonly records: LogRecord[] = [];
  public arn = '';
  public adminArn = '';
  private uuids = 1_000_000;

  private constructor(public readonly setting: Setting, invoke?: Invoke) {
    this.server = new (setting.server ?? DatabaseServer)(() => this.scheduler.now);
    const invoker: RotationInvoker = {
      invoke: async (_arn, { Step: step, ClientRequestToken: token }) => {
        if (invoke === undefined) return new Promise(() => {});
        const functionError = await invoke(this, step, numberOf(token));
        return functionError === undefined ? {} : { functionError };
      },
    };
    const uuid = () => tokenOf(++this.uuids);
    const service = this.scheduler.process('service');
    this.service = new SecretsManagerService({
      region: 'eu-central-1',
      invoker,
      retry: { attempts: 2, delayMillis: 1_000 },
      clock: { now: () => EPOCH + this.scheduler.now, sleep: async (milliseconds) => (milliseconds === 0 ? undefined : this.sleep(service, milliseconds)) },
      random: { below: (limit) => this.uuids++ % limit, uuid },
    });
    this.scheduler.onTime.push(() => this.server.endSilentSessions());
  }

  /** A secret that has been rotated before, and a database that has its password. */
  private async begin(): Promise<void> {
    const { server, service, setting } = this;
    const value = (username: string, password: string) => JSON.stringify({ engine: 'memory', host: HOST, port: 1, username, password, note: 'first' });
    const { ARN: admin } = await service.handle('CreateSecret', { Name: 'admin', ClientRequestToken: tokenOf(900_000), SecretString: value(ADMIN, 'password-of-admin') });
    this.adminArn = String(admin);
    const previous = setting.pair ? OTHER : USER;
    const { ARN: arn } = await service.handle('CreateSecret', { Name: 'login', ClientRequestToken: tokenOf(800_000), SecretString: value(previous, 'previous-password') });
    this.arn = String(arn);
    await service.handle('PutSecretValue', {
      SecretId: arn, ClientRequestToken: tokenOf(0), SecretString: value(USER, 'password-0'), VersionStages: ['AWSCURRENT', JOURNAL_LABEL],
    });
    server.accounts.set(ADMIN, { passwords: ['password-of-admin'], rights: new Set(), administrator: true });
    server.accounts.set(USER, { passwords: ['password-0'], rights: setting.rights });
    if (setting.pair && !setting.otherIsMissing) server.accounts.set(OTHER, { passwords: ['previous-password'], rights: setting.rights });
  }

  public get secret(): Secret {
    return this.service.secret(this.arn);
  }

  /**
   * All that the future depends on, apart from what processes know.
   *
   * @param without name of a process, as if it had ended
   */
  public digest(without?: string): string {
    const versions = [...this.secret.versions.values()].map(({ id, labels, content }) => `${id}:${[...labels].sort().join()}:${content?.SecretString}`);
    return `${versions.join('|')}${this.secret.rotation?.enabled}${this.server.digest(without)}`;
  }

  public async rotate(token: number): Promise<void> {
    await this.service.handle('RotateSecret', { SecretId: this.arn, ClientRequestToken: tokenOf(token), RotationLambdaARN: FUNCTION_ARN });
  }

  /** Invokes the function, in a process of its own. */
  public invoke(step: Step, token: number, name: string = `#${this.invocations.length + 1} ${step} ${token}`): Invocation {
    const { scheduler } = this;
    const process = scheduler.process(name);
    const invocation = { process, step, token };
    this.invocations.push(invocation);
    const handler = rotationHandler(simulatedEngine(scheduler, this.server, this.setting.flavour, process), {
      secrets: secretsClient(scheduler, this.service, process, this.arn),
      clock: { now: () => scheduler.now },
      sleep: async (milliseconds) => this.sleep(process, milliseconds),
      random: randomOf(name),
      log: (record) => this.records.push(record),
      environment: { GUARDED_SECRET_1: JSON.stringify({ secret: this.arn, host: HOST, port: '1', ...this.setting.facts(this.adminArn) }) },
    });
    const end = scheduler.now + FUNCTION_LIMIT;
    void process.run(async () => {
      await handler(
        { Step: step, SecretId: this.arn, ClientRequestToken: tokenOf(token), RotationToken: tokenOf(token) },
        { getRemainingTimeInMillis: () => end - scheduler.now },
      );
    });
    return invocation;
  }

  /** A number for a version that no rotation has. */
  public nextToken(): number {
    return ++this.uuids;
  }

  /** Nobody can go on: until something happens by itself. */
  public passTime(): void {
    const { scheduler, server } = this;
    const next = Math.min(server.nextEnd() ?? Infinity, ...scheduler.pending.map(({ due }) => due));
    scheduler.pass(Math.max(1, next - scheduler.now));
  }

  private sleep(process: SimulatedProcess, milliseconds: number): Promise<void> {
    const { scheduler } = this;
    const due = scheduler.now + milliseconds;
    return process.effect({
      name: 'sleep', target: 'time', outcomes: [], due, ready: () => true, perform: () => scheduler.pass(Math.max(0, due - scheduler.now)),
    });
  }
}

/** Random numbers that are other ones in each invocation, and the same ones each time that a schedule is played. */
function randomOf(name: string): (limit: number) => number {
  let state = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 2147483647, 7);
  return (limit) => {
    state = (state * 48271 + 11) % 2147483647;
    return state % limit;
  };
}
