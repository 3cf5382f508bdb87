import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Output, SecretsManagerService, ServiceError } from '../../cli/local-aws';

/** Performs a call; `staleSince` is the number of the write from which on the answer lags behind. */
export type Perform = (staleSince?: number) => Promise<Output>;

/** Decides about a call: the answer, a `ServiceError`, or any other error, which the SDK takes for a broken connection. */
export type CallHandler = (operation: string, perform: Perform) => Promise<Output>;

interface HttpRequest {
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** So far behind is a stale read: longer than a step takes, shorter than the pause before the next attempt. */
const LAG_READS = 1;

/**
 * The SDK's own client, with as many attempts as the function has, in front of the local Secrets Manager, but without a network
 * between: thousands of rotations take minutes, and a fault sits at the exact point.
 */
export function serviceClient(service: SecretsManagerService, handler: CallHandler): SecretsManagerClient {
  const answer = async ({ headers, body }: HttpRequest) => {
    const operation = headers['x-amz-target'].split('.')[1];
    const input: unknown = JSON.parse(new TextDecoder().decode(body));
    const perform: Perform = (since) => service.handle(operation, input, since === undefined ? {} : { staleness: { reads: LAG_READS, since } });
    try {
      return response(200, await handler(operation, perform));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return response(error.status, { __type: error.name, message: error.message });
    }
  };
  return new SecretsManagerClient({
    endpoint: 'http://secretsmanager.invalid',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'function', secretAccessKey: 'none' },
    maxAttempts: 4,
    requestHandler: { handle: async (request: HttpRequest) => ({ response: await answer(request) }) } as never,
  });
}

function response(statusCode: number, output: Output) {
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: Buffer.from(JSON.stringify(output)) };
}
