import { escape } from 'mysql2';
import { identifiedBy, MariadbAccount, readOwnAccount, requirePasswordAccounts } from './account';
import { MariadbAccounts } from './rights';
import { Wish } from '../../../core/engine';
import { RotationError } from '../../../core/errors';
import { MysqlCredential } from '../mysql-family/connection';
import { hashRefused } from '../mysql-family/errors';
import { accountName, missingLogin, provideLogin, REFUSAL, rehearseLogin } from '../mysql-family/provision';
import { MysqlFamilySession } from '../mysql-family/session';
import { mysqlVerifier } from '../mysql-family/verifier';

/** Where both are true, the server takes no hashes. Whoever is logged in may ask. */
const CHECKS_PASSWORDS = `
  SELECT COUNT(*) FROM information_schema.PLUGINS
  WHERE PLUGIN_TYPE = 'PASSWORD VALIDATION' AND PLUGIN_STATUS = 'ACTIVE' AND @@GLOBAL.strict_password_validation`;

/** A login of MariaDB: changes its own password, or, as an administrator, those of others. */
export class MariadbSession extends MysqlFamilySession {
  private readonly accounts = new MariadbAccounts(this.connection);

  public async exists(username: string): Promise<boolean> {
    return !(await this.accounts.read(username)).every(({ unfinished }) => unfinished);
  }

  /** What changes nothing needs the same privileges, and a server that takes changes. */
  public async rehearse(next: MysqlCredential, wish: Wish<MysqlCredential> = {}): Promise<void> {
    const [[checks]] = await this.connection.run(CHECKS_PASSWORDS);
    if (Number(checks) > 0) throw hashRefused();
    if (this.isOwn(next, wish)) return this.requireOnePassword();
    const accounts = await this.accountsOf(next, wish);
    if (wish.rights) await rehearseLogin(this.accounts, next, accounts, wish.rights);
    const names = accounts.length > 0 ? accounts.map(({ name }) => name) : [accountName(next.username)];
    await this.connection.run(`ALTER USER IF EXISTS ${names.join(', ')}`, REFUSAL);
  }

  public async apply(next: MysqlCredential, wish: Wish<MysqlCredential> = {}): Promise<void> {
    const hashes = [next, ...wish.beside ? [wish.beside] : []].map(({ password }) => this.hashOf(password));
    if (this.isOwn(next, wish)) {
      await this.requireOnePassword();
      await this.connection.run(`SET PASSWORD = ${escape(hashes[0])}`);
      return;
    }
    if (wish.rights) await provideLogin(this.accounts, next, wish.rights);
    // One statement for all hosts from which the login may come. It says what is valid, so it can be repeated.
    const methods = identifiedBy([...new Set(hashes)]);
    const accounts = await this.accountsOf(next);
    await this.connection.run(`ALTER USER ${accounts.map(({ name }) => `${name} ${methods}`).join(', ')}`, REFUSAL);
  }

  /** Locks of the tables of the server itself know no other limit. */
  protected limitOfStatement(milliseconds: number): string {
    return `max_statement_time = ${milliseconds / 1000}`;
  }

  /** A login that changes its own password changes the first one only: the second one would stay valid for ever. */
  private async requireOnePassword(): Promise<void> {
    const account = await readOwnAccount(this.connection);
    requirePasswordAccounts([account]);
    if (account.methods.length === 1) return;
    throw new RotationError('PRIVILEGE', 'the login has two passwords, and may change only one of them', { hint: 'let an administrator rotate it, or give it one password' });
  }

  /** @param wish without rights, the login must be there */
  private async accountsOf(credential: MysqlCredential, wish: Wish<MysqlCredential> = {}): Promise<MariadbAccount[]> {
    const accounts = await this.accounts.read(credential.username);
    if (accounts.length === 0 && !wish.rights) throw missingLogin(credential);
    return accounts;
  }

  private hashOf(password: string): string {
    const { context } = this.connection;
    const hash = mysqlVerifier('mysql_native_password', password, context.random);
    context.conceal(hash);
    return hash;
  }
}
