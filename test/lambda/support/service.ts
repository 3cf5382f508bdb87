import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TestFunction } from './rotation';
import { LocalSecretsManager, RotationInvoker } from '../../../cli/local-aws';
import { SecretFields } from '../../../lambda/core/engine';

/** The function that the service is told to call. */
export const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:rotate';

/** A client of the service, whose requests can be told from those of others by the id. */
export function clientOf({ url }: LocalSecretsManager, accessKeyId: 'test' | 'function'): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint: url, region: 'eu-central-1', credentials: { accessKeyId, secretAccessKey: 'x' } });
}

/** How the service calls a function that runs in this process. */
export function invokerOf(rotator: () => TestFunction): RotationInvoker {
  return {
    invoke: async (_arn, event) => {
      try {
        await rotator().invoke(event);
        return {};
      } catch (error) {
        return { functionError: 'Unhandled', payload: { errorMessage: (error as Error).message } };
      }
    },
  };
}

/** @returns the ARN of the secret */
export async function createSecret(client: SecretsManagerClient, name: string, value: object): Promise<string> {
  const { ARN } = await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }));
  return String(ARN);
}

/** The labels of each version that has some. */
export async function labelsOf(client: SecretsManagerClient, secret: string): Promise<{ [version: string]: string[] }> {
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: secret }));
  return VersionIdsToStages ?? {};
}

/** The value of AWSCURRENT. */
export async function currentOf(client: SecretsManagerClient, secret: string): Promise<SecretFields> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return JSON.parse(SecretString ?? '');
}
