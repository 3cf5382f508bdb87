import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { call, clientOf, errorOf } from './support/client';
import { LocalSecretsManager, RequestEvent } from '../../../cli/local-aws';

const X = { SecretId: 'x' };

let aws: LocalSecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  aws = await LocalSecretsManager.start();
  client = clientOf(aws);
  await call(client, 'CreateSecret', { Name: 'x', SecretString: 'v0' });
});

afterEach(() => aws.close());

const put = (text: string) => call(client, 'PutSecretValue', { ...X, SecretString: text });
const read = async (from: SecretsManagerClient = client) => (await call(from, 'GetSecretValue', X)).SecretString;

describe('faults', () => {
  it('throttle in the form of the service, which the SDK retries', async () => {
    aws.addFault({ operation: 'GetSecretValue', nth: 1, count: 2, effect: 'throttle' });
    expect(await errorOf(read())).toEqual({ error: 'ThrottlingException', message: 'Rate exceeded' });
    expect(await read(clientOf(aws, { maxAttempts: 3 }))).toBe('v0');
    expect(aws.requests.map(({ outcome }) => outcome)).toEqual(['ok', 'ThrottlingException', 'ThrottlingException', 'ok']);
  });

  it('answer 500', async () => {
    aws.addFault({ effect: 'error500' });
    expect(await errorOf(read())).toMatchObject({ error: 'InternalServiceError' });
  });

  it('answer any other error of the service', async () => {
    aws.addFault({ operation: 'GetSecretValue', effect: { error: 'DecryptionFailure', message: 'The key is disabled.' } });
    expect(await errorOf(read())).toEqual({ error: 'DecryptionFailure', message: 'The key is disabled.' });
  });

  it('lose the response after the effect, or the request before it', async () => {
    aws.addFault({ operation: 'PutSecretValue', nth: 1, effect: 'drop-after' });
    aws.addFault({ operation: 'PutSecretValue', nth: 2, effect: 'drop-before' });
    expect(await errorOf(put('v1'))).toMatchObject({ error: expect.stringMatching(/Error|ECONNRESET/) });
    expect(await read()).toBe('v1');
    await errorOf(put('v2'));
    expect(await read()).toBe('v1');
    expect(aws.requests.filter(({ operation }) => operation === 'PutSecretValue').map(({ outcome }) => outcome)).toEqual(['ok', 'dropped']);
  });

  it('are survived by a retry with the same token', async () => {
    aws.addFault({ operation: 'PutSecretValue', nth: 1, effect: 'drop-after' });
    const { VersionId: id } = await call(clientOf(aws, { maxAttempts: 3 }), 'PutSecretValue', { ...X, SecretString: 'v1' });
    expect((await call(client, 'GetSecretValue', X))).toMatchObject({ VersionId: id, SecretString: 'v1' });
    expect((await call(client, 'ListSecretVersionIds', X)).Versions).toHaveLength(2);
  });

  it('delay', async () => {
    aws.addFault({ nth: 1, effect: { delayMillis: 60 } });
    const start = Date.now();
    await read();
    expect(Date.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('show a write only after some reads, and not less than there was before the rule', async () => {
    const remove = aws.addFault({ operation: ['GetSecretValue', 'DescribeSecret'], effect: { staleReads: 2 } });
    await put('v1');
    expect([await read(), await read(), await read()]).toEqual(['v0', 'v0', 'v1']);
    await put('v2');
    expect(await read()).toBe('v1');
    remove();
    expect(await read()).toBe('v2');
  });

  it('show writes only after some time, but accept them at once', async () => {
    aws.addFault({ operation: 'GetSecretValue', effect: { staleMillis: 1_000 } });
    const { VersionId: id } = await put('v1');
    expect(await read()).toBe('v0');
    expect(await call(client, 'DescribeSecret', X)).toMatchObject({ VersionIdsToStages: { [id as string]: ['AWSCURRENT'] } });
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    expect(await read()).toBe('v1');
  });

  it('show the oldest state that is remembered when there were too many writes', async () => {
    aws.addFault({ operation: 'GetSecretValue', effect: { staleReads: 1000 } });
    for (let index = 1; index <= 70; index++) await put(`v${index}`);
    expect(await read()).toBe('v7');
  });

  it('hit one client only', async () => {
    aws.addFault({ accessKeyId: 'AKIDOTHER', effect: 'throttle' });
    expect(await read()).toBe('v0');
    expect(await errorOf(read(clientOf(aws, { accessKeyId: 'AKIDOTHER' })))).toMatchObject({ error: 'ThrottlingException' });
  });

  it('count from the n-th request, each rule for itself', async () => {
    aws.addFault({ operation: 'GetSecretValue', nth: 2, effect: 'throttle' });
    aws.addFault({ operation: 'GetSecretValue', nth: 3, count: 2, effect: 'error500' });
    const outcomes: unknown[] = [];
    for (let round = 0; round < 5; round++) outcomes.push(await read().catch((error: Error) => error.name));
    expect(outcomes).toEqual(['v0', 'ThrottlingException', 'InternalServiceError', 'InternalServiceError', 'v0']);
  });
});

describe('requests', () => {
  it('are recorded in order, with who, what and how it ended', async () => {
    await errorOf(call(clientOf(aws, { accessKeyId: 'AKIDOTHER' }), 'GetSecretValue', { SecretId: 'y' }));
    await put('v1');
    expect(aws.requests).toEqual([
      { operation: 'CreateSecret', accessKeyId: 'AKIDTEST', at: expect.any(Number), mutating: true, secretId: 'x', outcome: 'ok' },
      { operation: 'GetSecretValue', accessKeyId: 'AKIDOTHER', at: expect.any(Number), mutating: false, secretId: 'y', outcome: 'ResourceNotFoundException' },
      { operation: 'PutSecretValue', accessKeyId: 'AKIDTEST', at: expect.any(Number), mutating: true, secretId: 'x', outcome: 'ok' },
    ]);
  });
});

describe('hooks', () => {
  it('run around the effect, before the response', async () => {
    const seen: unknown[] = [];
    const remove = aws.onRequest(async ({ moment, number, request }: RequestEvent) => {
      const { SecretString: text } = await aws.service.handle('GetSecretValue', X);
      seen.push([moment, number, request.operation, request.outcome, text]);
    });
    await put('v1');
    remove();
    await put('v2');
    expect(seen).toEqual([['before', 2, 'PutSecretValue', 'pending', 'v0'], ['after', 2, 'PutSecretValue', 'ok', 'v1']]);
  });

  it.each([['before', 'v0', 'dropped'], ['after', 'v1', 'ok']])('can drop the connection %s the effect', async (moment, expected, outcome) => {
    const remove = aws.onRequest((event) => event.moment === moment ? 'drop' : undefined);
    await errorOf(put('v1'));
    remove();
    expect(await read()).toBe(expected);
    expect(aws.requests[1].outcome).toBe(outcome);
  });

  it('that fail are errors of the server', async () => {
    aws.onRequest(() => { throw new Error('broken hook'); });
    expect(await errorOf(read())).toEqual({ error: 'InternalServiceError', message: 'local server: Error: broken hook' });
  });
});
