import { DatabaseServer, ServerSession } from './database-server';
import { Credential, Engine, EngineContext, Line, Session, Wish } from '../../../lambda/core/engine';
import { RotationError } from '../../../lambda/core/errors';
import { generatePassword } from '../../../lambda/core/password';
import { databaseFields } from '../../../lambda/engines/sql/database-fields';
import { Outcome, Scheduler, SimulatedProcess } from '../scheduler';

/** What one kind of database does differently from another one: what a change consists of. */
export type Flavour = (server: DatabaseServer, next: Credential, wish: Wish, by: string) => Statement[];

/** A message of a change: it happens whole, or not at all. */
export interface Statement {
  readonly name: string;
  run(): void;
}

const FAULTS: readonly Outcome[] = ['lost', 'failed', 'silent', 'die-late'];
const ANSWER_LIMIT = 10_000;
const CONNECT_LIMIT = 5_000;
/** The server gives up a little earlier than the function. */
const LOCK_LIMIT = 9_000;

/** The engine of one process. */
export function simulatedEngine(scheduler: Scheduler, server: DatabaseServer, flavour: Flavour, process: SimulatedProcess): Engine {
  const send: Send = async ({ name, unnoticed, context, limit, action, ready = () => true, end = () => {} }) => {
    const milliseconds = context.slice(limit);
    const due = scheduler.now + milliseconds;
    return process.effect({
      name,
      target: 'database',
      unnoticed,
      outcomes: FAULTS,
      due,
      ready: () => ready() || scheduler.now >= due,
      perform: (outcome) => {
        if (outcome === 'lost') action();
        if (outcome === 'lost' || outcome === 'failed') {
          end();
          throw new RotationError('NETWORK', 'the database ended the connection');
        }
        if (outcome === 'silent') {
          scheduler.pass(milliseconds);
          end();
          throw new RotationError('TIMEOUT', 'the database did not answer in time');
        }
        return action();
      },
    });
  };

  return {
    name: 'memory',
    parse: (fields) => databaseFields(fields, { engines: ['memory'], port: 1 }),
    propose: (_current, context) => ({ password: generatePassword(context.random) }),
    dial: async (_credential, context): Promise<Line> => {
      await send({ name: 'dial', unnoticed: true, context, limit: CONNECT_LIMIT, action: () => {} });
      let ended = false;
      process.onGone.push(() => (ended = true));
      return {
        login: async ({ username, password }) => {
          if (ended) throw new RotationError('NETWORK', 'the line has ended');
          let session: ServerSession | undefined;
          await send({
            name: 'login',
            context,
            limit: ANSWER_LIMIT,
            action: () => {
              session = server.logIn(username, password, process.name);
            },
            end: () => session && server.end(session),
          });
          return new SimulatedSession(server, flavour, process, session!, context, send);
        },
        close: async () => {
          ended = true;
        },
      };
    },
  };
}

interface Message<T> {
  readonly name: string;
  readonly unnoticed?: boolean;
  readonly context: EngineContext;
  readonly limit: number;
  readonly action: () => T;
  /** Whether the server can do it now. */
  readonly ready?: () => boolean;
  /** What the server does when the connection ends. */
  readonly end?: () => void;
}

type Send = <T>(message: Message<T>) => Promise<T>;

class SimulatedSession implements Session {
  public constructor(
    private readonly server: DatabaseServer, private readonly flavour: Flavour, private readonly process: SimulatedProcess,
    private readonly session: ServerSession, private readonly context: EngineContext, private readonly sendMessage: Send,
  ) {
    process.onGone.push(() => server.end(session));
  }

  public async lock(name: string): Promise<boolean> {
    const free = await this.send('lock', () => {
      if (this.server.readOnly) throw new RotationError('READ_ONLY', 'the server does not take changes');
      return this.take(name);
    });
    if (free) return true;
    await this.send('wait for lock', () => {
      if (!this.take(name)) throw new RotationError('CONFLICT', 'another rotation holds the lock');
    }, () => !this.session.alive || this.server.holder(name) === undefined, LOCK_LIMIT);
    return false;
  }

  public async exists(username: string): Promise<boolean> {
    return this.send('exists', () => this.server.accounts.has(username));
  }

  public async rehearse({ username }: Credential): Promise<void> {
    await this.send('rehearse', () => this.server.checkChange(this.session, username));
  }

  public async apply(next: Credential, wish: Wish = {}): Promise<void> {
    for (const { name, run } of this.flavour(this.server, next, wish, this.process.name)) {
      await this.send(name, () => {
        this.server.checkChange(this.session, next.username);
        run();
      });
    }
  }

  public async close(): Promise<void> {
    // Only the end of a session with a lock is something that others wait for.
    if (this.session.alive && this.session.lock !== undefined) await this.send('close', () => {}).catch(() => {});
    if (!this.process.isDead) this.server.end(this.session);
  }

  private take(name: string): boolean {
    const holder = this.server.holder(name);
    if (holder !== undefined && holder !== this.session) return false;
    Object.assign(this.session, { lock: name, lease: this.context.lease });
    return true;
  }

  private async send<T>(name: string, action: () => T, ready?: () => boolean, limit: number = ANSWER_LIMIT): Promise<T> {
    return this.sendMessage({
      name,
      context: this.context,
      limit,
      ready,
      action: () => {
        this.server.hear(this.session);
        return action();
      },
      end: () => this.server.end(this.session),
    });
  }
}
