import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Perform, serviceClient } from './service-client';
import { Output, RotationEvent, SecretsManagerService } from '../../cli/local-aws';
import { Segment, TcpProxy, Verdict } from '../../cli/servers/tcp-proxy';
import { Credential, Engine, EngineContext } from '../../lambda/core/engine';
import { rotationHandler, RotationHandler } from '../../lambda/core/handler';
import { LogRecord } from '../../lambda/core/log';

/** A point of a rotation at which the outside sees an effect: a call of Secrets Manager, or a segment of a database connection. */
export interface Boundary {
  /** The same in every rotation that starts alike, for example `call 4` or `connection 2, to server 3`. */
  readonly key: string;
  readonly channel: 'call' | 'segment';
  /** The operation of Secrets Manager, or the direction of the segment. */
  readonly what: string;
  readonly step: string;
}

/** What stands at each boundary. */
export interface Watch {
  call(boundary: Boundary, container: Container, perform: Perform): Promise<Output>;
  segment(boundary: Boundary, container: Container): Promise<Verdict | void>;
}

export interface ContainerOptions {
  readonly service: SecretsManagerService;
  readonly engine: Engine;
  readonly port: number;
  readonly environment: { readonly [name: string]: string };
  readonly watch: Watch;
}

/** Long enough for eight rotations at once on two cores, and short enough for thousands of frozen ones. */
const LEASE = 2_500;

/** After so long a server that says nothing is given up. */
const SILENCE = 5_000;

const LAMBDA_LIMIT = 30_000;

/** What a killed process would have sent never leaves. */
export class Killed extends Error {}

/**
 * A container of the function: the real handler with the real engine and SDK, whose calls and database connections pass through
 * a gate. It can be killed or held at every one of them. Its database connections go through a proxy of its own.
 */
export class Container {
  public static async start(options: ContainerOptions): Promise<Container> {
    return new Container(options, await TcpProxy.start(options.port));
  }

  public readonly records: LogRecord[] = [];
  public readonly errors: Error[] = [];
  /** Which attempt of the service it runs; none when something else started it. */
  public attempt?: number;
  public event!: RotationEvent;

  private readonly client: SecretsManagerClient;
  private readonly handler: RotationHandler;
  private readonly segments = new Map<string, number>();
  private calls = 0;
  private killed = false;
  private gate: Promise<void> | undefined;
  private die!: (reason: Killed) => void;
  private readonly death = new Promise<never>((_resolve, reject) => (this.die = reject));

  private constructor(options: ContainerOptions, private readonly proxy: TcpProxy) {
    this.death.catch(() => {});
    this.client = serviceClient(options.service, (operation, perform) => this.call(options.watch, operation, perform));
    proxy.onSegment((segment) => this.segment(options.watch, segment));
    this.handler = rotationHandler(through(options.engine, proxy), {
      secrets: this.client,
      environment: options.environment,
      log: (record) => this.records.push(record),
    });
  }

  /** Runs a step. A container that was killed never answers; the service sees an error of Lambda's. */
  public async invoke(event: RotationEvent): Promise<Error | undefined> {
    this.event = event;
    try {
      await Promise.race([this.handler(event, { getRemainingTimeInMillis: () => LAMBDA_LIMIT }), this.death]);
      return undefined;
    } catch (error) {
      if (!this.killed) this.errors.push(error as Error);
      return error as Error;
    }
  }

  /** From here on nothing of it has an effect; the operating system closes its connections. */
  public kill(): void {
    this.killed = true;
    this.proxy.cut();
    this.die(new Killed('the process of the function was killed'));
  }

  public get isKilled(): boolean {
    return this.killed;
  }

  /** Nothing passes until the promise is settled. */
  public hold(until: Promise<unknown>): void {
    this.gate = until.then(() => {}, () => {});
  }

  public async close(): Promise<void> {
    this.client.destroy();
    await this.proxy.close();
  }

  private async call(watch: Watch, operation: string, perform: Perform): Promise<Output> {
    await this.pass();
    const boundary: Boundary = { key: `call ${++this.calls}`, channel: 'call', what: operation, step: this.event.Step };
    const answer = await watch.call(boundary, this, perform);
    await this.pass();
    return answer;
  }

  private async segment(watch: Watch, { connection, direction }: Segment): Promise<Verdict | void> {
    if (this.killed) return 'cut-before';
    await this.gate;
    const place = `connection ${connection}, ${direction === 'client-to-server' ? 'to server' : 'to client'}`;
    const number = (this.segments.get(place) ?? 0) + 1;
    this.segments.set(place, number);
    const verdict = await watch.segment({ key: `${place} ${number}`, channel: 'segment', what: direction, step: this.event.Step }, this);
    await this.gate;
    return this.killed ? 'cut-before' : verdict;
  }

  private async pass(): Promise<void> {
    await this.gate;
    if (this.killed) throw new Killed('the process of the function was killed');
  }
}

/** The engine, with its connections through a proxy, and with shorter limits. */
function through<C extends Credential>(engine: Engine<C>, { port }: TcpProxy): Engine<C> {
  const impatient = (context: EngineContext): EngineContext => ({ ...context, lease: LEASE, slice: (limit) => context.slice(Math.min(limit, SILENCE)) });
  return {
    ...engine,
    dial: async (credential, context) => {
      const line = await engine.dial({ ...credential, port }, impatient(context));
      return { login: (next) => line.login({ ...next, port }), close: () => line.close() };
    },
  };
}
