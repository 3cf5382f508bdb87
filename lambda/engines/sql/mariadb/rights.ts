import { escape, escapeId } from 'mysql2';
import { identifiedBy, MariadbAccount, NO_PASSWORD, readAccounts, requirePasswordAccounts } from './account';
import { DEFAULT_ROLE, readRights, Right, ROLE } from './grants';
import { reconcile } from './reconcile';
import { MysqlConnection } from '../mysql-family/connection';
import { Accounts, REFUSAL, Role } from '../mysql-family/provision';

/** The accounts of a MariaDB server, and what they may do. */
export class MariadbAccounts implements Accounts<Right, MariadbAccount> {
  public readonly reconcile = reconcile;

  public constructor(public readonly connection: MysqlConnection) {}

  public async read(username: string): Promise<MariadbAccount[]> {
    const accounts = await readAccounts(this.connection, username);
    requirePasswordAccounts(accounts);
    return accounts;
  }

  public async create(name: string, model?: MariadbAccount): Promise<void> {
    await this.connection.run(`CREATE USER ${name} ${identifiedBy([NO_PASSWORD])} ${model?.attributes ?? ''}`, REFUSAL);
  }

  public readRights(grantee: string): Promise<Right[]> {
    return readRights(this.connection, grantee);
  }

  public privilege(what: string, on: string): Right {
    return { what, on };
  }

  public async findRole(role: string): Promise<Role<Right>> {
    const name = escapeId(role, true);
    const [[count]] = await this.connection.run(`SELECT COUNT(*) FROM mysql.user WHERE User = ${escape(role)} AND is_role = 'Y'`, REFUSAL);
    return {
      name,
      exists: Number(count) > 0,
      hasMembers: async () => {
        const [[members]] = await this.connection.run(`SELECT COUNT(*) FROM mysql.roles_mapping WHERE Role = ${escape(role)} AND Admin_option = 'N'`, REFUSAL);
        return Number(members) > 0;
      },
      joinedBy: (rights) => [
        ...rights.filter(({ what, on }) => what !== DEFAULT_ROLE && !(what.startsWith(ROLE) && on === name)),
        { what: ROLE, on: name },
        { what: DEFAULT_ROLE, on: name },
      ],
    };
  }
}
