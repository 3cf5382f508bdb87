import { RotationError } from '../../../lambda/core/errors';

/** A login of the database. */
export interface Account {
  /** Passwords that it accepts; none while it is locked. */
  passwords: readonly string[];
  rights: ReadonlySet<string>;
  /** Whether it may change others. */
  readonly administrator?: boolean;
}

/** A connection on which somebody has logged in, as the server knows it. */
export class ServerSession {
  public alive = true;
  public lock?: string;
  /** How long it may be silent while it has, or has asked for, a lock. */
  public lease?: number;
  public lastHeard = 0;

  public constructor(public readonly account: string, public readonly process: string) {}
}

/** A database server: accounts, sessions, and locks that end with the session that has them. */
export class DatabaseServer {
  public readonly accounts = new Map<string, Account>();
  public readonly sessions = new Set<ServerSession>();
  public readOnly = false;
  public failedLogins = 0;
  public changes = 0;
  /** Told of each change of a password. */
  public readonly onChange: ((username: string, process: string) => void)[] = [];

  public constructor(private readonly now: () => number) {}

  public accepts(username: string, password: string): boolean {
    return this.accounts.get(username)?.passwords.includes(password) ?? false;
  }

  public logIn(username: string, password: string, process: string): ServerSession {
    if (!this.accepts(username, password)) {
      this.failedLogins++;
      throw new RotationError('AUTH', 'the login was refused');
    }
    const session = new ServerSession(username, process);
    this.sessions.add(session);
    return session;
  }

  public end(session: ServerSession): void {
    session.alive = false;
    this.sessions.delete(session);
  }

  public restart(): void {
    this.sessions.forEach((session) => this.end(session));
  }

  public holder(lock: string): ServerSession | undefined {
    return [...this.sessions].find((session) => session.lock === lock);
  }

  /** Ends the sessions with a lock that were silent for too long. */
  public endSilentSessions(): void {
    for (const session of this.sessions) {
      if (session.lock !== undefined && session.lease !== undefined && this.now() - session.lastHeard > session.lease) this.end(session);
    }
  }

  /** When the next session ends by itself. */
  public nextEnd(): number | undefined {
    const ends = [...this.sessions].flatMap(({ lock, lease, lastHeard }) => (lock === undefined || lease === undefined ? [] : [lastHeard + lease + 1]));
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** Every message of a session begins so. */
  public hear(session: ServerSession): void {
    if (!session.alive) throw new RotationError('CONFLICT', 'the function was silent for too long and lost its lock');
    session.lastHeard = this.now();
  }

  /** Before a change of an account by a session: itself, or any by an administrator. */
  public checkChange(session: ServerSession, username: string): void {
    this.hear(session);
    if (this.readOnly) throw new RotationError('READ_ONLY', 'the server does not take changes');
    if (session.account !== username && !this.accounts.get(session.account)?.administrator) throw new RotationError('PRIVILEGE', 'the login may not change others');
  }

  public change(username: string, change: Partial<Account>, by: string): void {
    const account = this.accounts.get(username) ?? { passwords: [], rights: new Set<string>() };
    this.accounts.set(username, { ...account, ...change });
    this.changes++;
    if (change.passwords) this.onChange.forEach((told) => told(username, by));
  }

  /** All that the future depends on. */
  public digest(without?: string): string {
    const accounts = [...this.accounts].map(([name, { passwords, rights }]) => `${name}:${passwords.join()}:${[...rights].sort().join()}`);
    const sessions = [...this.sessions].filter(({ process }) => process !== without).map(({ account, process, lock, lastHeard }) => (
      `${account}@${process}:${lock === undefined ? '' : `${lock}/${this.now() - lastHeard}`}`));
    return JSON.stringify([this.readOnly, accounts.sort(), sessions.sort()]);
  }
}
