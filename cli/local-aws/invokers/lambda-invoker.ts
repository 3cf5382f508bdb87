import * as http from 'http';
import * as https from 'https';
import { InvocationResult, RotationEvent, RotationInvoker } from './invoker';

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Runs a function through the Lambda API of an endpoint, for example of another local server. */
export class LambdaInvoker implements RotationInvoker {
  public constructor(private readonly endpoint: string) {}

  /** An endpoint that does not know a dry run may answer whatever it likes, as long as it does not refuse. */
  public async canInvoke(functionArn: string): Promise<boolean> {
    try {
      const { status } = await this.post(functionArn, '{}', { 'x-amz-invocation-type': 'DryRun' });
      return status !== 403 && status !== 404;
    } catch {
      return false;
    }
  }

  public async invoke(functionArn: string, event: RotationEvent): Promise<InvocationResult> {
    const { status, headers, body } = await this.post(functionArn, JSON.stringify(event), { 'x-amz-invocation-type': 'RequestResponse' });
    if (status >= 300) throw new Error(`the Lambda API answered ${status} for ${functionArn}: ${body.slice(0, 500)}`);
    const functionError = headers['x-amz-function-error'];
    const payload: unknown = body === '' ? undefined : JSON.parse(body);
    return functionError === undefined ? { payload } : { functionError: String(functionError), payload };
  }

  /** Not by fetch, which gives up on functions that run for longer than five minutes. */
  private post(functionArn: string, body: string, headers: http.OutgoingHttpHeaders): Promise<Answer> {
    const url = new URL(`${this.endpoint.replace(/\/$/, '')}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`);
    const { request } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode!, headers: incoming.headers, body: Buffer.concat(chunks).toString() }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
