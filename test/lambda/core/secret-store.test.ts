import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Deadline } from '../../../lambda/core/deadline';
import { SecretStore } from '../../../lambda/core/secret-store';
import { SECRET } from '../support/memory-secrets';

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers as the service does on the wire; `undefined` is silence. */
let answers: (Answer | undefined)[];
let requests: { target: string; body: object }[];
let server: Server;
let client: SecretsManagerClient;

function refusal(name: string, message: string = '', status: number = 400): Answer {
  return { status, body: { __type: name, message } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

beforeEach(async () => {
  answers = [];
  requests = [];
  server = createServer((request, response) => void textOf(request).then((text) => {
    requests.push({ target: String(request.headers['x-amz-target']).replace('secretsmanager.', ''), body: JSON.parse(text) });
    const answer = answers.shift();
    if (answer) response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer.body));
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 4,
  });
});

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

function store(remaining: number = 30_000): SecretStore {
  return new SecretStore(client, SECRET, new Deadline(performance, remaining), async () => {});
}

test('what is sent is exactly what is meant', async () => {
  answers = Array.from({ length: 5 }, () => ({ status: 200, body: {} }));
  const used = store();
  await used.describe();
  await used.putPending('token', '{}', 'origin');
  await used.promote('token', 'before');
  await used.moveJournal('token', undefined);
  await used.abandon('token');
  expect(requests).toEqual([
    { target: 'DescribeSecret', body: { SecretId: SECRET } },
    { target: 'PutSecretValue', body: { SecretId: SECRET, ClientRequestToken: 'token', SecretString: '{}', VersionStages: ['AWSPENDING'], RotationToken: 'origin' } },
    { target: 'UpdateSecretVersionStage', body: { SecretId: SECRET, VersionStage: 'AWSCURRENT', MoveToVersionId: 'token', RemoveFromVersionId: 'before' } },
    { target: 'UpdateSecretVersionStage', body: { SecretId: SECRET, VersionStage: 'GUARDED_JOURNAL', MoveToVersionId: 'token' } },
    { target: 'UpdateSecretVersionStage', body: { SecretId: SECRET, VersionStage: 'AWSPENDING', RemoveFromVersionId: 'token' } },
  ]);
  expect(used.calls).toBe(5);
});

test('a value is read once, since it never changes', async () => {
  answers = [{ status: 200, body: { VersionId: 'token', SecretString: '{}', VersionStages: ['AWSPENDING'] } }];
  const used = store();
  expect(await used.find('token')).toEqual({ id: 'token', text: '{}', isPending: true, inJournal: false });
  expect(await used.read('token')).toEqual({ id: 'token', text: '{}', isPending: true, inJournal: false });
  expect(requests).toHaveLength(1);
});

test('a throttled call is made again', async () => {
  answers = [refusal('ThrottlingException'), refusal('ThrottlingException'), { status: 200, body: { RotationEnabled: true } }];
  expect((await store().describe()).rotationEnabled).toBe(true);
});

test.each(['AccessDeniedException', 'InvalidRequestException', 'DecryptionFailure'])('%s is DENIED, with what the service said as the cause', async (name) => {
  answers = [refusal(name, 'because')];
  await expect(store().describe()).rejects.toMatchObject({ code: 'DENIED', cause: { name, message: 'because' } });
});

test('any other answer is SERVICE', async () => {
  answers = [refusal('ResourceNotFoundException', 'gone')];
  await expect(store().describe()).rejects.toMatchObject({ code: 'SERVICE', message: expect.stringContaining('SERVICE: DescribeSecret failed') });
});

test('a service that cannot be reached: the hint is the network', async () => {
  server.close();
  await expect(store().describe()).rejects.toMatchObject({ code: 'SERVICE', message: expect.stringMatching(/did not answer DescribeSecret \(check .+ VPC endpoint or NAT/) });
});

test('a service that says nothing is given up before the time of the function is over', async () => {
  const start = performance.now();
  await expect(store(2_000).describe()).rejects.toMatchObject({ code: 'SERVICE', hint: expect.stringContaining('VPC endpoint') });
  expect(performance.now() - start).toBeLessThan(2_000);
});

test.each([
  ['ResourceNotFoundException', async (used: SecretStore) => used.find('token'), undefined],
  ['ResourceExistsException', async (used: SecretStore) => used.putPending('token', '{}', undefined), false],
  ['InvalidParameterException', async (used: SecretStore) => used.promote('token', 'before'), false],
])('%s is an answer, not an error', async (name, call, expected) => {
  answers = [refusal(name)];
  expect(await call(store())).toBe(expected);
});

test('the complete ARN is known as soon as the service has told it, so that everybody takes the same lock', async () => {
  answers = [{ status: 200, body: { ARN: `${SECRET}-AbCdEf`, RotationEnabled: true } }];
  const used = store();
  expect(used.arn).not.toBe(`${SECRET}-AbCdEf`);
  await used.describe();
  expect(used.arn).toBe(`${SECRET}-AbCdEf`);
});
