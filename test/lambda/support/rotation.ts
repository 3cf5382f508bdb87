import { memoryEngine, MemoryServer } from './memory-engine';
import { ADMIN_SECRET, MemorySecrets, SECRET } from './memory-secrets';
import { FunctionProcess } from './process';
import { Engine } from '../../../lambda/core/engine';
import { Dependencies, rotationHandler, RotationHandler } from '../../../lambda/core/handler';
import { LogRecord } from '../../../lambda/core/log';
import { SecretFacts } from '../../../src/handler-contract';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

const OPERATOR_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:rotation:operator';

export const HOST = 'database.example.com';

export const VALUE = { engine: 'memory', host: HOST, port: 1, username: 'app', password: 'first-password-of-app', note: 'kept' };

export function environment(facts: Partial<SecretFacts> = {}): { [name: string]: string } {
  return { GUARDED_SECRET_1: JSON.stringify({ secret: SECRET, strategy: 'single-user', host: HOST, port: '1', ...facts }) };
}

/** The function, with its log. */
export class TestFunction {
  public readonly records: LogRecord[] = [];
  private readonly handler: RotationHandler;

  public constructor(engine: Pick<Engine, 'name'>, overrides: Partial<Dependencies>) {
    this.handler = rotationHandler(engine as Engine, {
      sleep: async () => {},
      environment: environment(),
      log: (record) => this.records.push(record),
      ...overrides,
    });
  }

  public async step(step: string, token: string, secret: string = SECRET, remaining: number = 60_000): Promise<void> {
    await this.invoke({ Step: step, SecretId: secret, ClientRequestToken: token, RotationToken: 'rotation-token' }, remaining);
  }

  public async invoke(event: object, remaining: number = 60_000): Promise<void> {
    await this.handler(event, { getRemainingTimeInMillis: () => remaining });
  }

  /** What an operator asks for, through the alias. */
  public async operate(operation: string, version?: string, { remaining = 60_000, secret = SECRET } = {}): Promise<unknown> {
    const event = { Operation: operation, SecretId: secret, ...(version !== undefined && { VersionId: version }) };
    return this.handler(event, { getRemainingTimeInMillis: () => remaining, invokedFunctionArn: OPERATOR_ARN });
  }

  public async rotate(token: string): Promise<void> {
    for (const step of STEPS) await this.step(step, token);
  }

  /** The last line of the log. */
  public get last(): LogRecord {
    return this.records[this.records.length - 1];
  }
}

export const ADMIN = { username: 'admin', password: 'password-of-admin' };

/** The facts of each way to rotate, for a `MemoryWorld`. */
export const STRATEGIES = {
  'single user': {},
  'admin-assisted': { strategy: 'admin-assisted', adminSecret: ADMIN_SECRET, username: 'app' },
  'dual passwords': { strategy: 'admin-assisted', adminSecret: ADMIN_SECRET, username: 'app', dualPasswords: 'true' },
  'alternating users': { strategy: 'alternating-users', adminSecret: ADMIN_SECRET, username: 'app', otherUsername: 'app_clone' },
} as const satisfies { readonly [name: string]: Partial<SecretFacts> };

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as StrategyName[];

/** A secret, a database in memory that has its password, and functions that rotate it. */
export class MemoryWorld {
  public static of(strategy: StrategyName): MemoryWorld {
    return new MemoryWorld(VALUE, STRATEGIES[strategy]);
  }

  public readonly server = new MemoryServer();
  public readonly secrets: MemorySecrets;

  public constructor(value: { [name: string]: unknown } = VALUE, public facts: Partial<SecretFacts> = {}) {
    this.secrets = new MemorySecrets(value);
    this.secrets.admin.set('AWSCURRENT', ADMIN);
    this.server.passwords.set(VALUE.username, VALUE.password).set(ADMIN.username, ADMIN.password);
    this.server.administrators.add(ADMIN.username);
    this.server.rights.set(VALUE.username, new Set(['reads', 'writes']));
  }

  public function(process: FunctionProcess = new FunctionProcess(), overrides: Partial<Dependencies> = {}): TestFunction {
    return new TestFunction(memoryEngine(this.server, process), { secrets: this.secrets.client(process), environment: environment(this.facts), ...overrides });
  }

  public start(token?: string): string {
    return this.secrets.startRotation(token);
  }

  /** Whether whoever reads the secret can log in. */
  public get currentLogsIn(): boolean {
    const { username, password } = this.secrets.current;
    return this.server.accepts(username, password);
  }

  /** Whether each password that the database takes, but the administrator's, can be found by a label. */
  public get passwordIsReachable(): boolean {
    const labelled = this.secrets.labelled();
    return [...this.server.passwords, ...this.server.secondPasswords]
      .every(([username, password]) => username === ADMIN.username || labelled.includes(password));
  }

  /** Whether the login of AWSCURRENT may do what the first one could. */
  public get rightsAreKept(): boolean {
    return [...this.server.rights.get(this.secrets.current.username) ?? []].join() === 'reads,writes';
  }
}

/** A rotation that has come to finishSecret. */
export async function prepared(world: MemoryWorld = new MemoryWorld()) {
  const rotator = world.function();
  const token = world.start();
  for (const step of STEPS.slice(0, 3)) await rotator.step(step, token);
  return { world, rotator, token };
}
