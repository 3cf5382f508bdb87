import { Clock, SecretsManagerService, ServiceOptions } from '../../../../cli/local-aws';

/** A clock that moves only when it is told to. */
export class ManualClock implements Clock {
  public constructor(public millis: number = Date.parse('2026-01-01T10:30:00Z')) {}

  public now(): number {
    return this.millis;
  }

  public sleep(millis: number): Promise<void> {
    this.millis += millis;
    return Promise.resolve();
  }

  public days(count: number): void {
    this.millis += count * 86_400_000;
  }
}

// The shape of an answer depends on the operation, and a test knows it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type LooseAnswer = any;

/** The service without HTTP. Tokens are made where a test does not care, as an SDK does. */
export class MemoryWorld {
  public readonly clock = new ManualClock();
  public readonly service: SecretsManagerService;
  private tokens = 0;

  public constructor(options: ServiceOptions = {}) {
    this.service = new SecretsManagerService({ clock: this.clock, ...options });
  }

  public call(operation: string, input: object = {}): Promise<LooseAnswer> {
    return this.service.handle(operation, { ClientRequestToken: `token-${String(++this.tokens).padStart(32, '0')}`, ...input });
  }

  public async error(operation: string, input: object = {}): Promise<string> {
    return this.call(operation, input).then(() => 'no error', (error: Error) => `${error.name}: ${error.message}`);
  }
}
