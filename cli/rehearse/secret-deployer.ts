import { LoginExists, StandIn } from './databases/stand-in';
import { Deployment } from './deployment';
import { initialSecret, managedSecret, SecretJson } from './initial-secret';
import { NotRehearsable } from './not-rehearsable';
import { Plan, PlannedRotation } from './plan';
import { PlannedFacts } from './planned-facts';
import { attachmentOf, follow, keyOf, Located } from './resources';
import { SecretsManager } from './secrets-manager';
import { StandIns } from './stand-ins';
import { TemplateValues } from './template-values';

const SECRET = 'AWS::SecretsManager::Secret';

/** The secret of an administrator, whose login exists. */
export interface Administrator {
  readonly arn: string;
  readonly username: string;
}

/** A deployed secret, and the database that its login belongs to. */
export interface DeployedSecret {
  readonly arn: string;
  readonly standIn: StandIn;
  readonly facts?: PlannedFacts;
  readonly administrator?: Administrator;
}

/** Makes secrets, and the logins that the docs ask for before a rotation is deployed. */
export class SecretDeployer {
  /** By secret, or by the database whose administrator's secret the service manages. */
  public readonly arns = new Map<string, string>();

  /** By their secrets. */
  private readonly administrators = new Map<string, Promise<Administrator>>();
  private readonly secretsOfAdministrators: ReadonlySet<string>;

  public constructor(private readonly plan: Plan, private readonly secretsManager: SecretsManager, private readonly standIns: StandIns) {
    this.secretsOfAdministrators = new Set(plan.rotations.flatMap(({ facts }) => (facts?.adminSecret ? [keyOf(facts.adminSecret)] : [])));
  }

  /** @throws NotRehearsable if the app defines no login */
  public async deploy(rotation: PlannedRotation): Promise<DeployedSecret> {
    const { secret, database, kind, facts } = rotation;
    const standIn = await this.standIns.of(database, kind);
    const administrator = facts?.adminSecret && await this.administrator(facts.adminSecret, rotation);
    if (this.secretsOfAdministrators.has(keyOf(secret))) {
      const { arn } = await this.administrator(secret, rotation);
      return { arn, standIn, facts, administrator };
    }
    const value = await this.valueOf(secret, rotation);
    const arn = await this.create(secret, value);
    await standIn.prepareDatabase(value.dbname, administrator?.username);
    if (facts?.create === undefined) {
      await notTwice(value, standIn.createLogin(value, { administrator: administrator?.username, role: facts?.role }));
    }
    return { arn, standIn, facts, administrator };
  }

  /** Several rotations may need the same one. */
  private administrator(holder: Located, rotation: PlannedRotation): Promise<Administrator> {
    const key = keyOf(holder);
    const administrator = this.administrators.get(key) ?? this.createAdministrator(holder, rotation);
    this.administrators.set(key, administrator);
    return administrator;
  }

  private async createAdministrator(holder: Located, rotation: PlannedRotation): Promise<Administrator> {
    const standIn = await this.standIns.of(rotation.database, rotation.kind);
    const value = holder.resource.Type === SECRET ? await this.valueOf(holder, rotation)
      : await managedSecret(holder, await this.templateValues(holder), this.secretsManager.operator);
    const arn = await this.create(holder, value);
    await notTwice(value, standIn.createAdministrator(value));
    await standIn.prepareDatabase(value.dbname, value.username);
    return { arn, username: value.username };
  }

  private async valueOf(secret: Located, { database, kind }: PlannedRotation): Promise<SecretJson> {
    const attachment = attachmentOf(this.plan.stacks, secret);
    const attached = attachment && follow(this.plan.stacks, attachment.stack, attachment.resource.Properties?.TargetId);
    const endpoint = (await this.standIns.endpoints()).get(keyOf(attached ?? database)) ?? { host: 'localhost', port: 0 };
    return initialSecret({ secret, database: attached, kind }, await this.templateValues(secret), endpoint, this.secretsManager.operator);
  }

  private async templateValues({ stack }: Located): Promise<TemplateValues> {
    return new Deployment(this.plan.stacks, new Map(), await this.standIns.endpoints()).values(stack);
  }

  private async create(holder: Located, value: SecretJson): Promise<string> {
    const arn = await this.secretsManager.create(holder.id, value);
    this.arns.set(keyOf(holder), arn);
    return arn;
  }
}

async function notTwice({ username }: SecretJson, creation: Promise<void>): Promise<void> {
  await creation.catch((error) => {
    if (!(error instanceof LoginExists)) throw error;
    throw new NotRehearsable(`another secret of the app holds the login ${JSON.stringify(username)} of this database; one of them is wrong after a rotation`);
  });
}
