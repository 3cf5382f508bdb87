import { connect } from 'net';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { call, clientOf, raw } from './support/client';
import { LocalSecretsManager, OPERATIONS } from '../../../cli/local-aws';

let aws: LocalSecretsManager;

beforeEach(async () => {
  aws = await LocalSecretsManager.start({ region: 'eu-central-1', accountId: '111122223333' });
});

afterEach(() => aws.close());

describe('protocol', () => {
  it('serves a client that is no SDK and signs nothing', async () => {
    const created = await raw(aws, 'CreateSecret', { Name: 'x', SecretString: 'v', ClientRequestToken: 'a0000000-0000-4000-8000-000000000000' });
    expect(created.status).toBe(200);
    expect(created.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(created.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.body.ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:111122223333:secret:x-\w{6}$/);
    const { body } = await raw(aws, 'DescribeSecret', { SecretId: 'x' });
    // Seconds with a fraction.
    expect(body.CreatedDate).toBeCloseTo(Date.now() / 1000, -1);
    expect(aws.requests[0]).not.toHaveProperty('accessKeyId', expect.anything());
  });

  it.each([
    ['an error of the model', 'GetSecretValue', { SecretId: 'x' }, { __type: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." }],
    ['an error outside of it', 'GetSecretValue', { SecretId: 'x y' },
      { __type: 'ValidationException', message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!' }],
    ['an unknown operation', 'MakeCoffee', {}, { __type: 'UnknownOperationException', message: 'The operation MakeCoffee is not known.' }],
    ['no operation', undefined, {}, { __type: 'UnknownOperationException', message: expect.any(String) }],
    ['no JSON', 'GetSecretValue', '{', { __type: 'SerializationException', message: 'The request body is not valid JSON.' }],
    ['a list', 'GetSecretValue', [], { __type: 'SerializationException', message: 'The request body must be a JSON object.' }],
    ['nothing', 'GetSecretValue', '', { __type: 'ValidationException', message: expect.stringContaining("'secretId'") }],
  ])('answers %s', async (_name, operation, input, expected) => {
    const { status, headers, body } = await raw(aws, operation, input);
    expect({ status, type: headers.get('x-amzn-errortype'), body }).toEqual({ status: 400, type: expected.__type, body: expected });
  });

  it('refuses a body that is too large', async () => {
    const { status } = await raw(aws, 'PutSecretValue', 'x'.repeat(11 * 1024 * 1024)).catch(() => ({ status: 413 }));
    expect(status).toBe(413);
  });

  it('listens on loopback only, and refuses a port that is in use', async () => {
    expect(aws.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(LocalSecretsManager.start({ port: Number(new URL(aws.url).port) })).rejects.toThrow('EADDRINUSE');
  });

  it('closes while clients keep connections open', async () => {
    const other = await LocalSecretsManager.start();
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => undefined);
    await call(clientOf(other), 'ListSecrets');
    await other.close();
  });

  it('knows all operations of the API', () => {
    const expected = Object.keys(sdk).filter((name) => /^[A-Z]\w+Command$/.test(name)).map((name) => name.replace(/Command$/, ''));
    expect(OPERATIONS).toEqual(expected.sort());
  });
});
