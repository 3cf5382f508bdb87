import { OTHER, USER } from './settings';
import { Invocation, numberOf, World } from './world';
import type { Version } from '../../cli/local-aws/store/secret';
import { CURRENT, holderOf, PENDING, PREVIOUS } from '../../cli/local-aws/store/versions';
import { JOURNAL_LABEL } from '../../src/handler-contract';

const LOOKED_FOR = [CURRENT, PENDING, PREVIOUS, JOURNAL_LABEL];

interface Value {
  readonly username: string;
  readonly password: string;
  readonly note: string;
}

/** Watches a world, and writes down where an invariant is violated. */
export class Oracle {
  public readonly violations: string[] = [];
  /** What people last wrote into the secret. */
  public note = 'first';
  /** Passwords that people gave the database by hand, and have not stored yet. */
  public readonly foreign = new Set<string>();
  private readonly excused = new Set<string>();
  /** A password that somebody changed and stored by hand, and the invocations that were under way: they may have looked before. */
  private storedByHand?: { readonly password: string; readonly meanwhile: readonly Invocation[] };
  /** The newest rotation that has changed a password. */
  private newest = 0;
  private checked = '';

  public constructor(private readonly world: World) {
    world.server.onChange.push((_username, process) => this.changed(process));
  }

  /** What its own verdicts depend on. */
  public digest(): string {
    return `${this.newest}`;
  }

  public get currentAuthenticates(): boolean {
    const current = holderOf(this.world.secret, CURRENT);
    return current !== undefined && this.authenticates(current);
  }

  public get current(): Value {
    return valueOf(holderOf(this.world.secret, CURRENT)!);
  }

  /** To be called at every instant. */
  public check(): void {
    const { server, service, setting } = this.world;
    const state = `${service.lastWrite} ${server.changes} ${this.foreign.size}`;
    if (state === this.checked) return;
    this.checked = state;
    for (const { username, password } of this.unreachable()) {
      if (!this.excused.has(password)) this.violate(`I2: the database accepts a password of ${username} that is in no version with a label`);
    }
    if (this.foreign.size > 0) return;
    if (!this.labelled().some((version) => this.authenticates(version))) this.violate('I1: no version with a label authenticates');
    if (setting.gapless && !this.currentAuthenticates && !this.isOvertaken()) this.violate('I1: AWSCURRENT does not authenticate');
    if (setting.pair) this.checkRights();
  }

  /** To be called when everybody has come to an end, and one clean attempt was made. */
  public checkEnd(): void {
    this.check();
    if (!this.currentAuthenticates) this.violate('I1: AWSCURRENT does not authenticate after a clean attempt');
    if (this.current.note !== this.note) this.violate(`the last edit is lost: got ${JSON.stringify(this.current.note)}, not ${JSON.stringify(this.note)}`);
  }

  /**
   * After something that somebody did by hand: the password that lost its label by it is not the rotation's fault. A label by
   * which no rotation looks for passwords does not count: it may go any time.
   */
  public excuse(): void {
    for (const { password } of this.unreachable(LOOKED_FOR)) this.excused.add(password);
  }

  /** After somebody stored a password that was changed by hand. */
  public storeByHand(password: string): void {
    this.storedByHand = { password, meanwhile: this.world.invocations.filter(({ process }) => !process.ended) };
    this.excuse();
  }

  public violate(what: string): void {
    if (!this.violations.includes(what)) this.violations.push(what);
  }

  /** Nothing locks a secret against people: an invocation that runs may change the password once more, and finds out then. */
  private isOvertaken(): boolean {
    const { password, meanwhile = [] } = this.storedByHand ?? {};
    return this.current.password === password && meanwhile.some(({ process }) => !process.ended);
  }

  private labelled(): Version[] {
    return [...this.world.secret.versions.values()].filter(({ labels, content }) => labels.size > 0 && content !== undefined);
  }

  /** Passwords that the database accepts, and that are in no version with a label. */
  private unreachable(by?: readonly string[]): { readonly username: string; readonly password: string }[] {
    const values = this.labelled().filter(({ labels }) => by === undefined || by.some((label) => labels.has(label))).map(valueOf);
    return [USER, OTHER].flatMap((username) => (this.world.server.accounts.get(username)?.passwords ?? [])
      .filter((password) => !values.some((value) => value.username === username && value.password === password))
      .map((password) => ({ username, password })));
  }

  private authenticates(version: Version): boolean {
    const { username, password } = valueOf(version);
    return this.world.server.accepts(username, password);
  }

  /** Whoever can log in has all the rights, not only the login of AWSCURRENT. */
  private checkRights(): void {
    const { server, setting } = this.world;
    for (const username of [USER, OTHER]) {
      const account = server.accounts.get(username);
      if (account === undefined || account.passwords.length === 0) continue;
      const missing = [...setting.rights].filter((right) => !account.rights.has(right));
      const surplus = [...account.rights].filter((right) => !setting.rights.has(right));
      if (missing.length > 0) this.violate(`I3: ${username} can log in, but has no ${missing.join(', ')}`);
      if (surplus.length > 0) this.violate(`I3: ${username} can log in, and still has ${surplus.join(', ')}`);
    }
  }

  private changed(process: string): void {
    const invocation = this.world.invocations.find((each) => each.process.name === process);
    if (invocation === undefined) return;
    const { token } = invocation;
    const pending = holderOf(this.world.secret, PENDING);
    if (token < this.newest && (pending === undefined || numberOf(pending.id) !== token)) {
      this.violate(`I8: rotation ${token} changed a password after rotation ${this.newest} did`);
    }
    this.newest = Math.max(this.newest, token);
  }
}

export function valueOf({ content }: Version): Value {
  return JSON.parse(content?.SecretString ?? '{}');
}
