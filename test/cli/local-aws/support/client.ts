import * as sdk from '@aws-sdk/client-secrets-manager';
import { LocalSecretsManager } from '../../../../cli/local-aws';

export function clientOf(aws: LocalSecretsManager, options: sdk.SecretsManagerClientConfig & { accessKeyId?: string } = {}): sdk.SecretsManagerClient {
  const { accessKeyId = 'AKIDTEST', ...others } = options;
  return new sdk.SecretsManagerClient({
    endpoint: aws.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'secret' }, maxAttempts: 1, ...others,
  });
}

export type Answer = { readonly [name: string]: unknown };

/** Calls an operation by its name. */
export async function call(client: sdk.SecretsManagerClient, operation: string, input: object = {}): Promise<Answer> {
  const command = (sdk as unknown as { [name: string]: new (input: object) => sdk.GetSecretValueCommand })[`${operation}Command`];
  const { $metadata: _, ...answer } = await client.send(new command(input)) as unknown as Answer;
  return answer;
}

/** As a test of an error needs it: name and text. */
export async function errorOf(promise: Promise<unknown>): Promise<{ error: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  }
  throw new Error('no error');
}

/** A request without an SDK. */
export async function raw(aws: LocalSecretsManager, operation: string | undefined, body: unknown): Promise<{ status: number; headers: Headers; body: Answer }> {
  const response = await fetch(aws.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', ...operation === undefined ? {} : { 'x-amz-target': `secretsmanager.${operation}` } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() as Answer };
}
