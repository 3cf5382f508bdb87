import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { call, clientOf } from './client';
import { InvocationResult, LocalSecretsManager, LocalSecretsManagerOptions, RotationEvent, RotationInvoker, RotationStep } from '../../../../cli/local-aws';

export const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';

/** A rotation function in the shape of AWS's samples, that can be told to fail. */
export class Rotator implements RotationInvoker {
  public readonly events: RotationEvent[] = [];
  /** What createSecret found under AWSPENDING: the name of the error, or the value. */
  public readonly pendingFound: unknown[] = [];
  /** Steps that fail, each once. */
  public readonly failures: RotationStep[] = [];
  public leavesLabels = false;
  public during?: (event: RotationEvent) => Promise<void> | void;
  private client?: SecretsManagerClient;

  public serve(aws: LocalSecretsManager): void {
    this.client = clientOf(aws, { accessKeyId: 'AKIDFUNCTION', maxAttempts: 3 });
  }

  public get steps(): string[] {
    return this.events.map(({ Step: step }) => step);
  }

  public async invoke(_functionArn: string, event: RotationEvent): Promise<InvocationResult> {
    this.events.push(event);
    try {
      await this.during?.(event);
      const failing = this.failures.indexOf(event.Step);
      if (failing >= 0) {
        this.failures.splice(failing, 1);
        throw new Error(`${event.Step} fails`);
      }
      await this.step(event);
      return { payload: null };
    } catch (error) {
      return { functionError: 'Unhandled', payload: { errorType: (error as Error).name, errorMessage: (error as Error).message } };
    }
  }

  private async step({ Step: step, SecretId: id, ClientRequestToken: token }: RotationEvent): Promise<void> {
    const client = this.client!;
    if (step === 'createSecret') {
      await call(client, 'GetSecretValue', { SecretId: id });
      try {
        const pending = await call(client, 'GetSecretValue', { SecretId: id, VersionId: token, VersionStage: 'AWSPENDING' });
        this.pendingFound.push(pending.SecretString);
      } catch (error) {
        this.pendingFound.push((error as Error).name);
        await call(client, 'PutSecretValue', { SecretId: id, ClientRequestToken: token, SecretString: `new ${token}`, VersionStages: ['AWSPENDING'] });
      }
    } else if (step === 'finishSecret' && !this.leavesLabels) {
      const { VersionIdsToStages: stages } = await call(client, 'DescribeSecret', { SecretId: id });
      const current = Object.entries(stages as { [id: string]: string[] }).find(([, labels]) => labels.includes('AWSCURRENT'))![0];
      if (current === token) return;
      await call(client, 'UpdateSecretVersionStage', { SecretId: id, VersionStage: 'AWSCURRENT', MoveToVersionId: token, RemoveFromVersionId: current });
    }
  }
}

export interface RotatedWorld {
  readonly aws: LocalSecretsManager;
  readonly client: SecretsManagerClient;
  readonly rotator: Rotator;
  readonly arn: string;
}

/** A secret `db` with one value, and a rotator that is not attached to it yet. */
export async function rotatedWorld(options: LocalSecretsManagerOptions = {}): Promise<RotatedWorld> {
  const rotator = new Rotator();
  const aws = await LocalSecretsManager.start({ invoker: rotator, retry: { attempts: 3, delayMillis: 1 }, ...options });
  rotator.serve(aws);
  const client = clientOf(aws);
  const { ARN: arn } = await call(client, 'CreateSecret', { Name: 'db', SecretString: 'old' });
  return { aws, client, rotator, arn: arn as string };
}

export async function stagesOf(client: SecretsManagerClient): Promise<string[][]> {
  const { VersionIdsToStages: stages } = await call(client, 'DescribeSecret', { SecretId: 'db' });
  return Object.values(stages as { [id: string]: string[] });
}
