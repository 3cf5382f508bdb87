import { escape } from 'mysql2';
import { MysqlAccount, passwordPluginOf } from './account';
import { MysqlAccounts } from './rights';
import { isSince, parseVersion, Version } from './version';
import { Wish } from '../../../core/engine';
import { RotationError } from '../../../core/errors';
import { MysqlConnection, MysqlCredential } from '../mysql-family/connection';
import { accountName, missingLogin, provideLogin, REFUSAL, rehearseLogin } from '../mysql-family/provision';
import { MysqlFamilySession } from '../mysql-family/session';
import { mysqlVerifier } from '../mysql-family/verifier';

interface Server {
  readonly version: Version;
  readonly accounts: MysqlAccounts;
  /** The account that the session has logged in as, as it is written in a statement. */
  readonly ownAccount: string;
}

/** Servers before this one have one password for each login. */
const FIRST_WITH_TWO_PASSWORDS = '8.0.14';
const FIRST_WITH_REPLACE = '8.0.13';

/** Needs the same privilege as a change, and a server that takes changes; but there can be no such account. */
const HARMLESS_CHANGE = 'ALTER USER IF EXISTS \'guarded-secrets\'@\'rehearsal.invalid\' WITH MAX_USER_CONNECTIONS 0';

/** A login of MySQL: changes its own password, or, as an administrator, those of others. */
export class MysqlSession extends MysqlFamilySession {
  private server?: Server;

  public constructor(connection: MysqlConnection, private password: string) {
    super(connection);
  }

  public async lock(name: string): Promise<boolean> {
    const free = await super.lock(name);
    // Asked now, so that it takes no time from the change.
    await this.readServer();
    return free;
  }

  public async exists(username: string): Promise<boolean> {
    const { accounts } = await this.readServer();
    return !(await accounts.read(username)).every(({ unfinished }) => unfinished);
  }

  /** Changes to accounts cannot be rolled back, so nothing is changed for a try. */
  public async rehearse(next: MysqlCredential, wish: Wish<MysqlCredential> = {}): Promise<void> {
    const { version, accounts } = await this.readServer();
    if (this.isOwn(next, wish)) {
      // What the rules for its password are the server tells no login. But the session must still be there.
      await this.connection.run('SELECT 1');
      return;
    }
    if (wish.beside) requireTwoPasswords(version);
    const found = await accounts.read(next.username);
    if (wish.rights) await rehearseLogin(accounts, next, found, wish.rights);
    if (found.length === 0 && !wish.rights) throw missingLogin(next);
    await this.connection.run(HARMLESS_CHANGE, REFUSAL);
  }

  public async apply(next: MysqlCredential, wish: Wish<MysqlCredential> = {}): Promise<void> {
    const { version, accounts } = await this.readServer();
    if (this.isOwn(next, wish)) return this.changeOwn(next.password);
    if (wish.beside) requireTwoPasswords(version);
    if (wish.rights) await provideLogin(accounts, next, wish.rights);
    const found = await accounts.read(next.username);
    if (found.length === 0) throw missingLogin(next);
    if (wish.beside) await this.keepBeside(found, wish.beside.password, next.password);
    else await this.replace(found, next.password);
  }

  /**
   * The one place where a password is in a statement: the server takes a verifier from administrators only. It writes the statement
   * to no log as it is ("Passwords and Logging" in the manual).
   *
   * That the current password must be told (PASSWORD REQUIRE CURRENT) is a rule of some accounts; it is always done, since then
   * the server changes nothing when somebody else changed the password meanwhile.
   */
  private async changeOwn(password: string): Promise<void> {
    const { version, ownAccount } = await this.readServer();
    const replaced = isSince(version, FIRST_WITH_REPLACE) ? ` REPLACE ${escape(this.password)}` : '';
    const literal = escape(password);
    this.connection.context.conceal(literal);
    await this.connection.run(`ALTER USER ${ownAccount} IDENTIFIED BY ${literal}${replaced}`);
    this.password = password;
  }

  /** From here on only the new password logs in. A second one stays when the first one is changed, so it is taken away. */
  private async replace(accounts: readonly MysqlAccount[], password: string): Promise<void> {
    await this.identify(accounts, password);
    const others = accounts.filter(({ hasSecondPassword }) => hasSecondPassword);
    if (others.length > 0) await this.alter(others, () => 'DISCARD OLD PASSWORD');
  }

  /**
   * Two statements, between which and after which the other password logs in, whichever of the two passwords of the account it
   * was before: the first one makes it the first password and leaves the second one alone, the second one makes it the second.
   */
  private async keepBeside(accounts: readonly MysqlAccount[], other: string, password: string): Promise<void> {
    await this.identify(accounts, other);
    await this.identify(accounts, password, ' RETAIN CURRENT PASSWORD');
  }

  /**
   * One statement for all hosts from which the login may come, in the form in which the server itself writes it to its binary log.
   * A server that keeps a history of passwords takes one again that it had before, since it cannot compare a verifier; and its rules
   * for passwords are not asked, for the same reason.
   */
  private identify(accounts: readonly MysqlAccount[], password: string, retain: string = ''): Promise<void> {
    const { context } = this.connection;
    return this.alter(accounts, (account) => {
      const plugin = passwordPluginOf(account);
      const verifier = mysqlVerifier(plugin, password, context.random);
      context.conceal(verifier);
      return `IDENTIFIED WITH ${escape(plugin)} AS ${escape(verifier)}${retain}`;
    });
  }

  private async alter(accounts: readonly MysqlAccount[], change: (account: MysqlAccount) => string): Promise<void> {
    await this.connection.run(`ALTER USER ${accounts.map((account) => `${account.name} ${change(account)}`).join(', ')}`, REFUSAL);
  }

  private async readServer(): Promise<Server> {
    if (this.server) return this.server;
    const [[text, account]] = await this.connection.run('SELECT VERSION(), CURRENT_USER()');
    const [, username, host] = /^(.*)@(.*?)$/s.exec(String(account))!;
    const version = parseVersion(String(text));
    return (this.server = { version, accounts: new MysqlAccounts(this.connection, version), ownAccount: accountName(username, host) });
  }
}

function requireTwoPasswords(version: Version): void {
  if (isSince(version, FIRST_WITH_TWO_PASSWORDS)) return;
  throw new RotationError('CONFIG', `the server is MySQL ${version.join('.')}, which has no second password for a login`, {
    hint: `turn dual passwords off, or upgrade to MySQL ${FIRST_WITH_TWO_PASSWORDS} or newer`,
  });
}
