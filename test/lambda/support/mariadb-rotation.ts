import { createConnection } from 'mysql2/promise';
import { LoginFields, TestMariadb } from './mariadb';
import { MariadbWorld } from './mariadb-world';
import { MemorySecrets } from './memory-secrets';
import { FunctionProcess } from './process';
import { recordedEngine } from './recorded-engine';
import { environment, TestFunction } from './rotation';
import { SecretFields } from '../../../lambda/core/engine';
import { SecretFacts } from '../../../src/handler-contract';
import { TestRotation } from '../rotation-contract';

/** A login in a database of its own, its secret, and the functions that rotate it. */
export class MariadbRotation implements TestRotation {
  public static async create(database: TestMariadb): Promise<MariadbRotation> {
    const world = await MariadbWorld.create(database);
    const fields = world.fields('app', `first-password-${Math.random()}`);
    await database.server.createLogin(fields.username, fields.password, world.database);
    return new MariadbRotation(database, world, fields);
  }

  private secret!: MemorySecrets;
  private facts: Partial<SecretFacts> = {};

  private constructor(private readonly database: TestMariadb, public readonly world: MariadbWorld, private login: LoginFields) {
    this.begin();
  }

  /** The first value of the secret. */
  public get fields(): LoginFields {
    return this.login;
  }

  public get secrets(): MemorySecrets {
    return this.secret;
  }

  /** Deploys the function for a secret with this value, which it has not rotated yet. */
  public begin(strategy: Partial<SecretFacts> = {}, fields: LoginFields = this.fields): void {
    const { username, password } = this.world.admin;
    this.login = fields;
    this.secret = new MemorySecrets(fields);
    this.secret.admin.set('AWSCURRENT', { username, password });
    this.facts = { host: 'LOCALHOST', port: String(fields.port), ...strategy };
  }

  public rotator(process: FunctionProcess = new FunctionProcess(), engine = this.database.engine): TestFunction {
    return new TestFunction(recordedEngine(engine, process), { secrets: this.secret.client(process), environment: environment(this.facts) });
  }

  public async logsIn({ username, password }: SecretFields): Promise<boolean> {
    try {
      await (await createConnection(this.database.server.connection(String(username), String(password), this.world.database))).end();
      return true;
    } catch {
      return false;
    }
  }

  public close(): Promise<void> {
    return this.world.close();
  }
}
