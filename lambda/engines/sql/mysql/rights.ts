import { escape } from 'mysql2';
import { MysqlAccount, NO_PASSWORD, passwordPluginOf, readAccounts } from './account';
import { FIRST_WITH_ROLES, readRights, Right, roleName } from './grants';
import { reconcile } from './reconcile';
import { isSince, Version } from './version';
import { RotationError } from '../../../core/errors';
import { MysqlConnection } from '../mysql-family/connection';
import { accountName, Accounts, REFUSAL, Role } from '../mysql-family/provision';
import { isPasswordPlugin, PasswordPlugin } from '../mysql-family/verifier';

/** The accounts of a MySQL server, and what they may do. */
export class MysqlAccounts implements Accounts<Right, MysqlAccount> {
  public readonly reconcile = reconcile;

  public constructor(public readonly connection: MysqlConnection, private readonly version: Version) {}

  public async read(username: string): Promise<MysqlAccount[]> {
    const accounts = await readAccounts(this.connection, this.version, username);
    accounts.forEach(passwordPluginOf);
    return accounts;
  }

  public async create(name: string, model?: MysqlAccount): Promise<void> {
    const plugin = model ? passwordPluginOf(model) : await this.defaultPlugin();
    const attributes = model ? ` ${model.attributes}` : '';
    await this.connection.run(`CREATE USER ${name} IDENTIFIED WITH ${escape(plugin)} AS ${escape(NO_PASSWORD[plugin])}${attributes}`, REFUSAL);
  }

  public readRights(grantee: string): Promise<Right[]> {
    return readRights(this.connection, this.version, grantee);
  }

  public privilege(what: string, on: string): Right {
    return { kind: 'privilege', what, on };
  }

  public async findRole(role: string): Promise<Role<Right>> {
    if (!isSince(this.version, FIRST_WITH_ROLES)) {
      throw new RotationError('CONFIG', `the server is MySQL ${this.version.join('.')}, which has no roles`, { hint: 'take the role away, or upgrade to MySQL 8.0 or newer' });
    }
    const [[count]] = await this.connection.run(`SELECT COUNT(*) FROM mysql.user WHERE User = ${escape(role)} AND Host = '%'`, REFUSAL);
    const on = roleName(role);
    return {
      name: accountName(role),
      exists: Number(count) > 0,
      hasMembers: async () => {
        const [[members]] = await this.connection.run(`SELECT COUNT(*) FROM mysql.role_edges WHERE FROM_USER = ${escape(role)} AND FROM_HOST = '%' AND WITH_ADMIN_OPTION = 'N'`, REFUSAL);
        return Number(members) > 0;
      },
      joinedBy: (rights) => [
        ...rights.filter(({ kind, on: other }) => kind !== 'default role' && !(kind === 'role' && other === on)),
        { kind: 'role', what: '', on, grantable: false },
        { kind: 'default role', what: '', on },
      ],
    };
  }

  /** Since 8.4 there is no such setting, and one plugin that is always there. */
  private async defaultPlugin(): Promise<PasswordPlugin> {
    const [row] = await this.connection.run('SHOW GLOBAL VARIABLES LIKE \'default_authentication_plugin\'');
    const plugin = String(row?.[1]);
    return isPasswordPlugin(plugin) ? plugin : 'caching_sha2_password';
  }
}
