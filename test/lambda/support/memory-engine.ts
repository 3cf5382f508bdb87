import { FunctionProcess } from './process';
import { Credential, Engine, EngineContext, Line, Session } from '../../../lambda/core/engine';
import { RotationError } from '../../../lambda/core/errors';
import { generatePassword } from '../../../lambda/core/password';
import { databaseFields } from '../../../lambda/engines/sql/database-fields';

/** A database server in memory: logins, sessions, locks. */
export class MemoryServer {
  public readonly passwords = new Map<string, string>();
  public readonly log: string[] = [];
  public logins = 0;
  public failedLogins = 0;
  /** Thrown once by the next operation of this name. */
  public readonly faults = new Map<string, () => Error>();
  /** Called after each change. */
  public afterApply?: () => void;
  private readonly locks = new Map<string, MemorySession>();
  private readonly waiting: (() => void)[] = [];

  public accepts(username: string, password: string): boolean {
    return this.passwords.get(username) === password;
  }

  public take(name: string, session: MemorySession): boolean {
    const holder = this.locks.get(name);
    if (holder && holder !== session) return false;
    this.locks.set(name, session);
    return true;
  }

  public async released(): Promise<void> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  public release(session: MemorySession): void {
    for (const [name, holder] of this.locks) if (holder === session) this.locks.delete(name);
    this.waiting.splice(0).forEach((wake) => wake());
  }

  public fail(operation: string): void {
    const fault = this.faults.get(operation);
    this.faults.delete(operation);
    if (fault) throw fault();
  }
}

class MemorySession implements Session {
  private alive = true;
  private lease?: NodeJS.Timeout;

  public constructor(private readonly server: MemoryServer, private readonly process: FunctionProcess, private readonly context: EngineContext) {
    process.onGone.push(() => this.end());
  }

  public async lock(name: string): Promise<boolean> {
    return this.process.effect('lock', async () => {
      this.server.fail('lock');
      let free = true;
      while (!this.server.take(name, this)) {
        free = false;
        await this.server.released();
        this.requireAlive();
      }
      this.renewLease();
      return free;
    });
  }

  public async rehearse(): Promise<void> {
    await this.process.effect('rehearse', () => {
      this.server.fail('rehearse');
      this.requireAlive();
    });
  }

  public async apply({ username, password }: Credential): Promise<void> {
    await this.process.effect('apply', () => {
      this.server.fail('apply');
      this.requireAlive();
      this.context.conceal(`verifier-of-${password}`);
      this.server.log.push(`verifier of ${username}`);
      this.server.passwords.set(username, password);
      this.server.afterApply?.();
      this.server.fail('after apply');
    });
  }

  public async close(): Promise<void> {
    if (!this.process.isKilled) this.end();
  }

  private end(): void {
    this.alive = false;
    clearTimeout(this.lease);
    this.server.release(this);
  }

  private requireAlive(): void {
    if (!this.alive) throw new RotationError('CONFLICT', 'the session was ended by the server');
    this.renewLease();
  }

  private renewLease(): void {
    clearTimeout(this.lease);
    this.lease = setTimeout(() => this.end(), this.context.lease).unref();
  }
}

/** An engine for a `MemoryServer`, used by one process. */
export function memoryEngine(server: MemoryServer, process: FunctionProcess = new FunctionProcess()): Engine {
  return {
    name: 'memory',
    parse: (fields) => databaseFields(fields, { engines: ['memory'], port: 1 }),
    propose: (_current, context) => ({ password: generatePassword(context.random) }),
    dial: async (_credential, context): Promise<Line> => process.effect('dial', () => {
      server.fail('dial');
      let ended = false;
      return {
        login: async ({ username, password }) => process.effect('login', () => {
          server.fail('login');
          if (ended) throw new RotationError('NETWORK', 'the line has ended');
          server.logins++;
          if (!server.accepts(username, password)) {
            server.failedLogins++;
            throw new RotationError('AUTH', 'the login was refused');
          }
          return new MemorySession(server, process, context);
        }),
        close: async () => {
          ended = true;
        },
      };
    }),
  };
}
