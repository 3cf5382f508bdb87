import { randomUUID } from 'crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import type { Output } from './context';
import { serialization, ServiceError } from './errors';

const TARGET = /^secretsmanager\.(\w+)$/;
const MAXIMUM_BODY = 10 * 1024 * 1024;
/** The service writes `Message` in the errors of its own model, and `message` in the others. */
const ERRORS_OUTSIDE_OF_THE_MODEL = new Set([
  'AccessDeniedException', 'SerializationException', 'ThrottlingException', 'UnknownOperationException', 'ValidationException',
]);

export interface WireRequest {
  readonly operation: string;
  readonly accessKeyId?: string;
  readonly input: unknown;
}

/** `drop` closes the connection. */
export type WireHandler = (request: WireRequest) => Promise<Output | 'drop'>;

/** The JSON 1.1 protocol on loopback. */
export class HttpServer {
  private readonly server: Server;

  public constructor(private readonly handler: WireHandler) {
    this.server = createServer((request, response) => void this.serve(request, response));
    // Longer than clients rest: a kept connection that is closed just when it is used again looks like a lost response.
    this.server.keepAliveTimeout = 60_000;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  public close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const output = await this.handler(await parse(request));
      if (output === 'drop') return void request.socket.destroy();
      send(response, 200, output);
    } catch (error) {
      if (!response.socket?.writable) return;
      const known = error instanceof ServiceError ? error : new ServiceError('InternalServiceError', `local server: ${String(error)}`, 500);
      const key = ERRORS_OUTSIDE_OF_THE_MODEL.has(known.name) ? 'message' : 'Message';
      send(response, known.status, { __type: known.name, [key]: known.message }, { 'x-amzn-ErrorType': known.name });
    }
  }
}

async function parse(request: IncomingMessage): Promise<WireRequest> {
  const body = await readBody(request);
  const operation = TARGET.exec(String(request.headers['x-amz-target'] ?? ''))?.[1];
  if (request.method !== 'POST' || operation === undefined) {
    throw new ServiceError('UnknownOperationException', 'Expected a POST with the header X-Amz-Target: secretsmanager.<operation>.');
  }
  // No signature is checked; the access key only tells clients apart.
  const accessKeyId = /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  try {
    return { operation, accessKeyId, input: body === '' ? {} : JSON.parse(body) };
  } catch {
    throw serialization('The request body is not valid JSON.');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MAXIMUM_BODY) throw new ServiceError('RequestEntityTooLargeException', 'The request body is too large.', 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: Output, headers: { readonly [name: string]: string } = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': randomUUID(),
    ...headers,
  });
  response.end(text);
}
