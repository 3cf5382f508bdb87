import { createHash } from 'crypto';
import { STATEMENT_LIMIT } from '../limited';
import { MysqlConnection, MysqlCredential } from './connection';
import { Session, Wish } from '../../../core/engine';
import { RotationError } from '../../../core/errors';

/** What sessions of MySQL and MariaDB have in common: the lock, the lease, and the end. */
export abstract class MysqlFamilySession implements Session<MysqlCredential> {
  public constructor(protected readonly connection: MysqlConnection) {}

  /** The lock belongs to the session, and the server ends the session when it is silent for longer than the lease. */
  public async lock(name: string): Promise<boolean> {
    const { context } = this.connection;
    const limit = context.slice(STATEMENT_LIMIT);
    await this.connection.run(`SET ${[
      // How texts are to be quoted depends on the mode.
      'SESSION sql_mode = \'\'',
      'SESSION sql_quote_show_create = ON',
      `SESSION wait_timeout = ${Math.ceil(context.lease / 1000)}`,
      `SESSION ${this.limitOfStatement(limit * 0.95)}`,
    ].join(', ')}`);
    // MySQL allows 64 characters.
    const key = createHash('sha256').update(name).digest('hex');
    const [[free, ...readOnly]] = await this.connection.run(`SELECT GET_LOCK('${key}', 0), @@GLOBAL.read_only, @@GLOBAL.innodb_read_only`);
    if (readOnly.some((value) => Number(value) !== 0)) throw new RotationError('READ_ONLY', 'the server does not take changes');
    if (Number(free) === 1) return true;
    // Less than a statement may take, so that it is the lock that says why.
    const [[taken]] = await this.connection.run(`SELECT GET_LOCK('${key}', ${Math.max(1, Math.floor(limit * 0.9 / 1000))})`);
    if (Number(taken) !== 1) throw new RotationError('CONFLICT', 'another rotation holds the lock');
    return false;
  }

  /**
   * The setting that makes the server end a statement that waits: one that goes on when nobody waits for it any more would change the
   * password unseen.
   */
  protected limitOfStatement(milliseconds: number): string {
    return `lock_wait_timeout = ${Math.max(1, Math.floor(milliseconds / 1000))}`;
  }

  public abstract exists(username: string): Promise<boolean>;

  public abstract rehearse(next: MysqlCredential, wish?: Wish<MysqlCredential>): Promise<void>;

  public abstract apply(next: MysqlCredential, wish?: Wish<MysqlCredential>): Promise<void>;

  public close(): Promise<void> {
    return this.connection.close();
  }

  /** Whether it is the plain change of the own password, for which nobody needs an administrator. */
  protected isOwn({ username }: MysqlCredential, { rights, beside }: Wish<MysqlCredential>): boolean {
    return username === this.connection.username && !rights && !beside;
  }
}
