/** The function with the real SDK over HTTP, and a real PostgreSQL. */
import {
  CancelRotateSecretCommand, PutSecretValueCommand, RotateSecretCommand,
  SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { logsIn as loginWorks } from './engine-contract';
import { LoginFields, usePostgres } from './support/postgres';
import { environment, TestFunction } from './support/rotation';
import { clientOf, createSecret, currentOf, FUNCTION, invokerOf, labelsOf } from './support/service';
import { FaultRule, LocalSecretsManager } from '../../cli/local-aws';
import { SecretFields } from '../../lambda/core/engine';


const database = usePostgres();
let aws: LocalSecretsManager;
let client: SecretsManagerClient;
let rotator: TestFunction;
let fields: LoginFields;
let secret: string;

beforeEach(async () => {
  fields = await database.createLogin();
  aws = await LocalSecretsManager.start({ retry: { attempts: 3, delayMillis: 10 }, invoker: invokerOf(() => rotator) });
  client = clientOf(aws, 'test');
  secret = await createSecret(client, 'login', fields);
  rotator = new TestFunction(database.engine, { secrets: clientOf(aws, 'function'), environment: environment({ secret, host: 'localhost', port: String(fields.port) }) });
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

/** Turns rotation on, and waits until the service has tried the function out. */
async function configure(): Promise<void> {
  const RotationRules = { AutomaticallyAfterDays: 30 };
  await client.send(new RotateSecretCommand({ SecretId: secret, RotationLambdaARN: FUNCTION, RotationRules, RotateImmediately: false }));
  while (Object.values(await labels()).some((each) => each.includes('AWSPENDING'))) await new Promise(setImmediate);
}

const labels = () => labelsOf(client, secret);
const current = () => currentOf(client, secret);

const logsIn = (value: SecretFields) => loginWorks(database.engine, database.engine.parse(value));

async function rotateOnce(): Promise<void> {
  await configure();
  expect(rotator.last).toMatchObject({ step: 'testSecret', message: 'step succeeded' });
  expect((await aws.rotate(secret)).status).toBe('succeeded');
}

test('a rotation by the service: at most ten calls of the function, and the end state that AWS shows', async () => {
  await rotateOnce();
  const before = aws.requests.length;
  const { status, versionId } = await aws.rotate(secret);
  expect(status).toBe('succeeded');
  expect(aws.requests.slice(before).filter(({ accessKeyId }) => accessKeyId === 'function').map(({ operation }) => operation)).toEqual([
    'DescribeSecret', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage',
    'DescribeSecret',
    'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage',
  ]);
  expect((await labels())[versionId].sort()).toEqual(['AWSCURRENT', 'GUARDED_JOURNAL']);
  expect(await logsIn(await current())).toBe(true);
  expect(await logsIn(fields)).toBe(false);
});

/** How often a rotation makes each call. */
const CALLS: { readonly [operation: string]: number } = { DescribeSecret: 3, GetSecretValue: 3, PutSecretValue: 1, UpdateSecretVersionStage: 2 };
const EFFECTS: FaultRule['effect'][] = ['error500', 'drop-before', 'drop-after', { staleReads: 1 }];
const faults = Object.keys(CALLS).flatMap((operation) => EFFECTS.map((effect) => ({ operation, effect })));

test.each(faults)('$operation, at each of its calls: $effect', async ({ operation, effect }) => {
  await configure();
  for (let nth = 1; nth <= CALLS[operation]; nth++) {
    const remove = aws.addFault({ operation, accessKeyId: 'function', nth, effect });
    const { status } = await aws.rotate(secret);
    remove();
    expect([nth, status, await logsIn(await current())]).toEqual([nth, 'succeeded', true]);
  }
});

test('each kind of call is throttled once', async () => {
  await configure();
  for (const operation of Object.keys(CALLS)) aws.addFault({ operation, accessKeyId: 'function', nth: 1, effect: 'throttle' });
  expect((await aws.rotate(secret)).attempts).toHaveLength(1);
  expect(await logsIn(await current())).toBe(true);
});

test('an operator cancels a rotation that has changed the password, and rotates anew', async () => {
  await rotateOnce();
  const remove = aws.addFault({ operation: 'UpdateSecretVersionStage', accessKeyId: 'function', nth: 2, count: 100, effect: 'error500' });
  expect((await aws.rotate(secret)).status).toBe('failed');
  remove();
  expect(await logsIn(await current())).toBe(false);
  await client.send(new CancelRotateSecretCommand({ SecretId: secret }));
  const [pending] = Object.entries(await labels()).find(([, each]) => each.includes('AWSPENDING')) ?? [];
  await client.send(new UpdateSecretVersionStageCommand({ SecretId: secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: pending }));

  expect((await aws.rotate(secret)).status).toBe('succeeded');
  expect(await logsIn(await current())).toBe(true);
}, 30_000);

test('an edit in the middle of a rotation is kept', async () => {
  await rotateOnce();
  const before = rotator.records.length;
  const edited = { ...await current(), note: 'edited' };
  const remove = aws.onRequest(async ({ moment, request }) => {
    if (moment === 'after' && request.operation === 'UpdateSecretVersionStage' && request.accessKeyId === 'function') {
      remove();
      await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: JSON.stringify(edited) }));
    }
  });
  expect((await aws.rotate(secret)).status).toBe('failed');
  expect(rotator.records.slice(before)).toContainEqual(expect.objectContaining({ code: 'EDITED' }));
  expect(await current()).toEqual(edited);
  expect((await aws.rotate(secret)).status).toBe('succeeded');
  expect(await current()).toMatchObject({ note: 'edited' });
  expect(await logsIn(await current())).toBe(true);
});

test('a secret without "host" fails with one clear message, and nothing is written', async () => {
  const { host: _host, ...others } = fields;
  await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: JSON.stringify(others) }));
  await configure();
  const { status, attempts } = await aws.rotate(secret);
  expect(status).toBe('failed');
  expect(attempts[0].steps[0].error).toContain('INVALID_SECRET: the secret has no "host" (add "host" to the value of the secret)');
  expect(aws.requests.filter(({ operation, accessKeyId }) => accessKeyId === 'function' && operation === 'PutSecretValue')).toEqual([]);
});
