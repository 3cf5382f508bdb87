import { FunctionProcess } from './process';
import { Credential, Engine, EngineContext, Line, Rights, Session, Wish } from '../../../lambda/core/engine';
import { RotationError } from '../../../lambda/core/errors';
import { generatePassword } from '../../../lambda/core/password';
import { databaseFields } from '../../../lambda/engines/sql/database-fields';

/** A database server in memory: logins, sessions, locks. */
export class MemoryServer {
  public readonly passwords = new Map<string, string>();
  /** Second passwords of logins, which work as the first ones do. */
  public readonly secondPasswords = new Map<string, string>();
  /** What logins may do; who is not named here may do nothing. */
  public readonly rights = new Map<string, ReadonlySet<string>>();
  /** Logins that may change other ones. */
  public readonly administrators = new Set<string>();
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
    return this.passwords.get(username) === password || this.secondPasswords.get(username) === password;
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

  public constructor(
    private readonly server: MemoryServer, private readonly process: FunctionProcess, private readonly context: EngineContext, private readonly user: string,
  ) {
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

  public async exists(username: string): Promise<boolean> {
    return this.process.effect('exists', () => this.server.passwords.has(username));
  }

  public async rehearse(): Promise<void> {
    await this.process.effect('rehearse', () => {
      this.server.fail('rehearse');
      this.requireAlive();
    });
  }

  public async apply({ username, password }: Credential, { rights, beside }: Wish = {}): Promise<void> {
    await this.process.effect('apply', () => {
      this.server.fail('apply');
      this.requireAlive();
      this.requireMayChange(username, rights?.create !== undefined || rights?.like !== undefined);
      if (rights?.like && !this.server.passwords.has(rights.like.username)) throw new RotationError('PRIVILEGE', 'the login that is to be equalled does not exist');
      this.context.conceal(`verifier-of-${password}`);
      this.server.log.push(`verifier of ${username}`);
      if (rights) this.server.rights.set(username, this.rightsOf(rights));
      this.server.passwords.set(username, password);
      if (beside) this.server.secondPasswords.set(username, beside.password);
      else this.server.secondPasswords.delete(username);
      this.server.afterApply?.();
      this.server.fail('after apply');
    });
  }

  private requireMayChange(username: string, mayCreate: boolean): void {
    if (username !== this.user && !this.server.administrators.has(this.user)) throw new RotationError('PRIVILEGE', 'only an administrator changes other logins');
    if (!this.server.passwords.has(username) && !mayCreate) throw new RotationError('PRIVILEGE', 'the login does not exist');
  }

  private rightsOf({ like, role, create }: Rights): ReadonlySet<string> {
    return (like && this.server.rights.get(like.username)) ?? new Set([...(role === undefined ? [] : [`member of ${role}`]), ...(create === undefined ? [] : [create])]);
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
    parse: (fields) => {
      const { dbname, ...credential } = databaseFields(fields, { engines: ['memory'], port: 1 });
      return { ...credential, database: dbname };
    },
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
          return new MemorySession(server, process, context, username);
        }),
        close: async () => {
          ended = true;
        },
      };
    }),
  };
}
