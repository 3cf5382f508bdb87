import { randomUUID } from 'crypto';
import { memoryEngine, MemoryServer } from './memory-engine';
import { MemorySecrets, SECRET } from './memory-secrets';
import { FunctionProcess } from './process';
import { Engine } from '../../../lambda/core/engine';
import { Dependencies, rotationHandler, RotationHandler } from '../../../lambda/core/handler';
import { LogRecord } from '../../../lambda/core/log';
import { SecretFacts } from '../../../src/handler-contract';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

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

  public async rotate(token: string): Promise<void> {
    for (const step of STEPS) await this.step(step, token);
  }

  /** The last line of the log. */
  public get last(): LogRecord {
    return this.records[this.records.length - 1];
  }
}

/** A secret, a database in memory that has its password, and functions that rotate it. */
export class MemoryWorld {
  public readonly server = new MemoryServer();
  public readonly secrets: MemorySecrets;

  public constructor(value: { [name: string]: unknown } = VALUE) {
    this.secrets = new MemorySecrets(value);
    this.server.passwords.set(VALUE.username, VALUE.password);
  }

  public function(process: FunctionProcess = new FunctionProcess(), overrides: Partial<Dependencies> = {}): TestFunction {
    return new TestFunction(memoryEngine(this.server, process), { secrets: this.secrets.client(process), ...overrides });
  }

  public start(token: string = randomUUID()): string {
    this.secrets.startRotation(token);
    return token;
  }

  /** Whether whoever reads the secret can log in. */
  public get currentLogsIn(): boolean {
    const { username, password } = this.secrets.current;
    return this.server.accepts(username, password);
  }

  /** Whether the password of the database can be found by a label. */
  public get passwordIsReachable(): boolean {
    return this.secrets.labelled().includes(this.server.passwords.get('app') ?? '');
  }
}

/** A rotation that has come to finishSecret. */
export async function prepared(world: MemoryWorld = new MemoryWorld()) {
  const rotator = world.function();
  const token = world.start();
  for (const step of STEPS.slice(0, 3)) await rotator.step(step, token);
  return { world, rotator, token };
}
