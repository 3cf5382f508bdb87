import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DatabaseKind, DatabaseProgram } from './databases/stand-in';
import { FunctionDeployer } from './function-deployer';
import { Plan } from './plan';
import { SecretDeployer } from './secret-deployer';
import { SecretsManager } from './secrets-manager';
import { StandIns } from './stand-ins';
import { CertificateAuthority } from '../servers/certificate-authority';

export interface WorldOptions {
  readonly plan: Plan;
  /** For each kind of database in the plan. */
  readonly programs: ReadonlyMap<DatabaseKind, DatabaseProgram>;
  readonly projectFolder: string;
}

/** The part of AWS that a rotation needs, on this machine: databases, Secrets Manager, functions. */
export class World {
  public static async create({ plan, programs, projectFolder }: WorldOptions): Promise<World> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-rehearsal-'));
    const authorityFile = path.join(folder, 'authority.pem');
    const authority = await CertificateAuthority.create();
    writeFileSync(authorityFile, authority.certificate);
    const secretsManager = await SecretsManager.start();
    const standIns = new StandIns(programs, authority);
    const secrets = new SecretDeployer(plan, secretsManager, standIns);
    const functions = new FunctionDeployer({ plan, projectFolder, secrets, standIns, secretsManagerUrl: secretsManager.url, authorityFile });
    return new World(folder, secretsManager, standIns, secrets, functions);
  }

  private closing: Promise<void> | undefined;

  private constructor(
    private readonly folder: string,
    public readonly secretsManager: SecretsManager,
    public readonly standIns: StandIns,
    public readonly secrets: SecretDeployer,
    public readonly functions: FunctionDeployer,
  ) {}

  public close(): Promise<void> {
    return this.closing ??= this.endAll();
  }

  private async endAll(): Promise<void> {
    this.functions.close();
    await this.secretsManager.close();
    await this.standIns.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
