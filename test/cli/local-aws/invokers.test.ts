import { createServer, IncomingHttpHeaders, Server } from 'http';
import { AddressInfo } from 'net';
import { CommandInvoker, firstOf, LambdaInvoker, RotationEvent } from '../../../cli/local-aws';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rotate';
const EVENT: RotationEvent = { Step: 'createSecret', SecretId: 'x', ClientRequestToken: 'token', RotationToken: 'rotation' };

describe('a command', () => {
  const commands = (command: string, environment: NodeJS.ProcessEnv = {}) => new CommandInvoker(new Map([['rotate', command]]), () => environment);

  it('gets the event, and answers with the payload', async () => {
    expect(await commands('cat').invoke(ARN, EVENT)).toEqual({ payload: EVENT });
  });

  it('may answer with nothing, and not read its input', async () => {
    expect(await commands('true').invoke(ARN, EVENT)).toEqual({ payload: undefined });
  });

  it('has failed when its exit code says so', async () => {
    expect(await commands('echo broken >&2; exit 3').invoke(ARN, EVENT)).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'broken' } });
    expect(await commands('exit 3').invoke(ARN, EVENT)).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'the command ended with exit code 3' } });
    expect(await commands('kill -9 $$').invoke(ARN, EVENT)).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'the command ended with SIGKILL' } });
    expect(await commands('echo \'{"errorMessage":"own"}\'; exit 1').invoke(ARN, EVENT)).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'own' } });
  });

  it('finds its way back through its environment', async () => {
    expect(await commands('echo "\\"$WAY_BACK\\""', { WAY_BACK: 'here' }).invoke(ARN, EVENT)).toEqual({ payload: 'here' });
  });

  it('is found by the name or the ARN of the function', () => {
    expect(commands('true').canInvoke(ARN)).toBe(true);
    expect(commands('true').canInvoke(`${ARN}:live`)).toBe(true);
    expect(commands('true').canInvoke('rotate')).toBe(true);
    expect(commands('true').canInvoke(`${ARN}-other`)).toBe(false);
    expect(new CommandInvoker(new Map([[ARN, 'true']])).canInvoke(ARN)).toBe(true);
  });
});

describe('the Lambda API', () => {
  const seen: { url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let answer: { status: number; headers?: { [name: string]: string }; body: string };
  let server: Server;
  let invoker: LambdaInvoker;

  beforeEach(async () => {
    seen.length = 0;
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    invoker = new LambdaInvoker(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  afterEach(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));

  it('is called with the event', async () => {
    answer = { status: 200, body: 'null' };
    expect(await invoker.invoke(ARN, EVENT)).toEqual({ payload: null });
    expect(seen).toMatchObject([{ url: `/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`, body: JSON.stringify(EVENT) }]);
  });

  it('reports an error of the function', async () => {
    answer = { status: 200, headers: { 'X-Amz-Function-Error': 'Unhandled' }, body: '{"errorMessage":"no"}' };
    expect(await invoker.invoke(ARN, EVENT)).toEqual({ functionError: 'Unhandled', payload: { errorMessage: 'no' } });
  });

  it('reports an error of its own', async () => {
    answer = { status: 429, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' };
    await expect(invoker.invoke(ARN, EVENT)).rejects.toThrow(/answered 429/);
  });

  it.each([[204, true], [200, true], [400, true], [403, false], [404, false]])('says by %d to a dry run whether it may be invoked', async (status, expected) => {
    answer = { status, body: '' };
    expect(await invoker.canInvoke(ARN)).toBe(expected);
    expect(seen[0].headers['x-amz-invocation-type']).toBe('DryRun');
  });

  it('cannot be invoked when nobody listens', async () => {
    expect(await new LambdaInvoker('http://127.0.0.1:1').canInvoke(ARN)).toBe(false);
  });
});

describe('several invokers', () => {
  const named = (name: string) => ({ canInvoke: (arn: string) => arn === name, invoke: () => ({ payload: name }) });

  it('are asked in turn', async () => {
    const both = firstOf([named('one'), named('two')]);
    expect(await both.invoke('two', EVENT)).toEqual({ payload: 'two' });
    expect([await both.canInvoke!('one'), await both.canInvoke!('three')]).toEqual([true, false]);
    await expect(both.invoke('three', EVENT)).rejects.toThrow('no invoker knows three');
  });

  it('may leave out whether they can', async () => {
    expect(await firstOf([{ invoke: () => ({ payload: 1 }) }]).invoke('any', EVENT)).toEqual({ payload: 1 });
  });
});
