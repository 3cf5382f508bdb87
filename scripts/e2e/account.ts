import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, Emulator, REGION, urlOf } from './emulator';
import { Journal } from './journal';
import { Permissions } from './permissions';
import { InvocationResult, LambdaInvoker, LocalSecretsManager, RequestRecord, RotationEvent } from '../../cli/local-aws';
import { CertificateAuthority } from '../../cli/servers/certificate-authority';
import { freePort } from '../../cli/servers/own-server';

/** Who calls Secrets Manager without being a role of a stack. */
const OPERATOR = 'OPERATOR';
const CLOUDFORMATION = 'CLOUDFORMATION';

export interface AccountOptions {
  /** The Python packages of the emulator. */
  readonly packages: string;
  readonly authority: CertificateAuthority;
  /** The Node.js that functions run under. */
  readonly node: string;
}

/** An account of AWS on this machine: the emulator, and the project's own Secrets Manager, which is closer to the real one. */
export class Account {
  public static async open({ packages, authority, node }: AccountOptions): Promise<Account> {
    const port = await freePort();
    const functions = new LambdaInvoker(urlOf(port));
    const invoke = (functionArn: string, event: RotationEvent): Promise<InvocationResult> => account.invoke(functions, functionArn, event);
    const secretsManager = await LocalSecretsManager.start({
      region: REGION,
      accountId: ACCOUNT,
      retry: { attempts: 5, delayMillis: 500 },
      invoker: { canInvoke: (functionArn) => functions.canInvoke(functionArn), invoke },
    });
    const emulator = await Emulator.start({ packages, port, secretsManagerUrl: secretsManager.url, authority: authority.certificate, node })
      .catch(async (error) => {
        await secretsManager.close();
        throw error;
      });
    const account = new Account(emulator, secretsManager);
    return account;
  }

  public readonly permissions: Permissions;

  /** A client that may do everything. */
  public readonly operator: SecretsManagerClient;

  private constructor(public readonly emulator: Emulator, private readonly secretsManager: LocalSecretsManager) {
    this.permissions = new Permissions(this.journal);
    const credentials = { accessKeyId: OPERATOR, secretAccessKey: OPERATOR };
    this.operator = new SecretsManagerClient({ region: REGION, endpoint: secretsManager.url, credentials });
    secretsManager.onRequest(({ moment, request }) => (moment === 'before' ? this.check(request) : undefined));
  }

  public get journal(): Journal {
    return this.emulator.journal;
  }

  /**
   * Waits for the rotation of a secret that was started last.
   *
   * @returns the errors after which the service tried again
   * @throws an error with what failed
   */
  public async rotated(secretArn: string): Promise<string[]> {
    const result = await this.secretsManager.service.rotationOf(secretArn);
    if (result === undefined) throw new Error(`no rotation of ${secretArn} was started`);
    const errors = result.attempts.flatMap(({ steps }) => steps).flatMap(({ step, error }) => (error === undefined ? [] : [`${step}: ${error}`]));
    if (result.status === 'failed') {
      throw new Error(['the rotation failed', ...errors, ...this.permissions.refusals, this.emulator.log()].join('\n'));
    }
    return errors;
  }

  /** The JSON in a version of a secret. */
  public async value(secretArn: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<{ readonly username: string; readonly password: string }> {
    const { SecretString } = await this.operator.send(new GetSecretValueCommand({ SecretId: secretArn, VersionStage: stage }));
    return JSON.parse(SecretString!);
  }

  public async close(): Promise<void> {
    this.operator.destroy();
    await this.secretsManager.close();
    await this.emulator.stop();
  }

  private async invoke(functions: LambdaInvoker, functionArn: string, event: RotationEvent): Promise<InvocationResult> {
    await this.permissions.checkInvocation(functionArn, event.SecretId, await this.emulator.functionPolicy(functionArn));
    return functions.invoke(functionArn, event);
  }

  private async check(request: RequestRecord): Promise<void> {
    const { accessKeyId: role = '', operation, secretId = '' } = request;
    if (role === OPERATOR || role === CLOUDFORMATION) return;
    const { arn, kmsKeyId } = this.secretsManager.service.secret(secretId);
    await this.permissions.checkRequest(role, operation, arn, kmsKeyId);
  }
}
