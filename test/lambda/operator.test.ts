/** What operators do, with the real SDK over HTTP, and a real PostgreSQL. */
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { logsIn } from './engine-contract';
import { LoginFields, usePostgres } from './support/postgres';
import { FunctionProcess } from './support/process';
import { recordedEngine } from './support/recorded-engine';
import { environment, TestFunction } from './support/rotation';
import { clientOf, createSecret, currentOf, FUNCTION, invokerOf, labelsOf } from './support/service';
import { LocalSecretsManager } from '../../cli/local-aws';
import { Inspection } from '../../lambda/core/operator/inspect';
import { SecretFacts } from '../../src/handler-contract';

const ADMIN = { username: 'administrator', password: 'password of the administrator' };
const STRATEGIES: readonly SecretFacts['strategy'][] = ['single-user', 'admin-assisted'];

const database = usePostgres();
let aws: LocalSecretsManager;
let client: SecretsManagerClient;
let clientOfFunction: SecretsManagerClient;
let fields: LoginFields;
let secret: string;
let facts: Partial<SecretFacts>;
let rotator: TestFunction;

beforeAll(async () => {
  await database.server.query(`CREATE ROLE ${ADMIN.username} LOGIN SUPERUSER PASSWORD ${escapeLiteral(ADMIN.password)}`);
});

beforeEach(async () => {
  fields = await database.createLogin();
  // A rotation that failed is not tried again: that is left to operators.
  aws = await LocalSecretsManager.start({ retry: { attempts: 1, delayMillis: 10 }, invoker: invokerOf(() => rotator) });
  client = clientOf(aws, 'test');
  clientOfFunction = clientOf(aws, 'function');
  secret = await createSecret(client, 'login', fields);
});

afterEach(async () => {
  client.destroy();
  clientOfFunction.destroy();
  await aws.close();
});

function operator(process: FunctionProcess = new FunctionProcess()): TestFunction {
  const deployed = environment({ secret, host: 'localhost', port: String(fields.port), ...facts });
  return new TestFunction(recordedEngine(database.engine, process), { secrets: clientOfFunction, environment: deployed });
}

async function operate(operation: string, process?: FunctionProcess): Promise<unknown> {
  return operator(process).operate(operation, undefined, { secret });
}

/** Deploys a rotation, and rotates one time. */
async function rotated(strategy: SecretFacts['strategy']): Promise<void> {
  const administrated = strategy === 'single-user' ? {} : { adminSecret: await createSecret(client, 'admin', ADMIN), username: fields.username };
  facts = { strategy, ...administrated };
  rotator = operator();
  const RotationRules = { AutomaticallyAfterDays: 30 };
  await client.send(new RotateSecretCommand({ SecretId: secret, RotationLambdaARN: FUNCTION, RotationRules, RotateImmediately: false }));
  while (Object.values(await labels()).some((each) => each.includes('AWSPENDING'))) await new Promise(setImmediate);
  expect((await aws.rotate(secret)).status).toBe('succeeded');
}

/** The database has the new password, and AWSCURRENT the old one. @returns the version that is pending */
async function interrupt(): Promise<string> {
  rotator = operator(new FunctionProcess().killAt('apply', 'after'));
  const { status, versionId } = await aws.rotate(secret);
  rotator = operator();
  expect([status, await currentLogsIn()]).toEqual(['failed', false]);
  return versionId;
}

const labels = () => labelsOf(client, secret);
const current = () => currentOf(client, secret);

async function currentLogsIn(): Promise<boolean> {
  return logsIn(database.engine, database.engine.parse(await current()));
}

describe.each(STRATEGIES)('%s', (strategy) => {
  test('inspect: versions with labels and age, and whether they log in', async () => {
    await rotated(strategy);
    const used = operator();
    const answer = await used.operate('inspect', undefined, { secret }) as Inspection;
    expect(answer).toMatchObject({ outcome: 'healthy', next: 'nothing to do', strategy, rotation: 'idle', journal: 'clean' });
    expect(answer.versions).toEqual([
      expect.objectContaining({ labels: expect.arrayContaining(['AWSCURRENT']), username: fields.username, logsIn: 'yes', ageHours: 0, created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) }),
      expect.objectContaining({ labels: ['AWSPREVIOUS'], logsIn: 'no', code: 'AUTH' }),
    ]);
    const { password } = await current();
    for (const told of [JSON.stringify(answer), JSON.stringify(used.records), database.server.log()]) expect(told).not.toContain(password);
  });

  test('adopt: after a rotation that died before the promotion', async () => {
    await rotated(strategy);
    const pending = await interrupt();
    expect(await operate('inspect')).toMatchObject({ outcome: 'interrupted', rotation: 'pending', journal: 'unfinished' });
    expect(await operate('adopt')).toEqual({ outcome: 'adopted', current: pending, next: 'nothing to do' });
    expect(await currentLogsIn()).toBe(true);
    expect((await aws.rotate(secret)).status).toBe('succeeded');
  });

  test('abort: after a rotation that died before the promotion', async () => {
    await rotated(strategy);
    const { password } = await current();
    const pending = await interrupt();
    expect(await operate('abort')).toMatchObject({ outcome: 'aborted' });
    expect([await currentLogsIn(), (await current()).password, (await labels())[pending]]).toEqual([true, password, undefined]);
    expect(await operate('inspect')).toMatchObject({ outcome: 'healthy' });
    expect(await operate('abort')).toMatchObject({ outcome: 'unchanged' });
    const { status, versionId } = await aws.rotate(secret);
    expect([status, versionId === pending]).toEqual(['succeeded', false]);
  });

  test.each(['adopt', 'abort'])('%s: the process dies after any effect at the database, and it is done again', async (operation) => {
    await rotated(strategy);
    await interrupt();
    const recorder = new FunctionProcess();
    await operate(operation, recorder);
    for (let effect = 1; effect <= recorder.effects.length; effect++) {
      await interrupt();
      await operate(operation, new FunctionProcess().killAt(effect, 'after')).catch(() => {});
      await operate(operation);
      expect([effect, await currentLogsIn()]).toEqual([effect, true]);
    }
  }, 60_000);

  test('a rotation that waits for the lock of an operator is stale afterwards', async () => {
    await rotated(strategy);
    const pending = await interrupt();
    const process = new FunctionProcess().pauseAt('apply', 'before');
    const operating = operate('abort', process);
    await process.frozen;
    const waiting = rotator.step('finishSecret', pending, secret);
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.thaw();
    await operating;
    await expect(waiting).rejects.toThrow('STALE');
    expect(await currentLogsIn()).toBe(true);
  });
});

test('reset: an administrator sets the password of AWSCURRENT', async () => {
  await rotated('admin-assisted');
  await database.server.query(`ALTER ROLE ${escapeIdentifier(fields.username)} PASSWORD 'changed by hand'`);
  expect(await operate('inspect')).toMatchObject({ outcome: 'drift', next: 'reset' });
  expect(await operate('reset')).toEqual({ outcome: 'reset', next: 'nothing to do' });
  expect(await currentLogsIn()).toBe(true);
  expect(database.server.log()).not.toContain((await current()).password);
});

test('a login that is locked is tried one time', async () => {
  await rotated('single-user');
  await database.server.query(`ALTER ROLE ${escapeIdentifier(fields.username)} NOLOGIN`);
  const connections = () => new Set(database.server.logins().filter(({ user }) => user === fields.username).map(({ remotePort }) => remotePort)).size;
  const before = connections();
  expect(await operate('inspect')).toMatchObject({ outcome: 'blocked', versions: [{ code: 'LOCKED' }, { logsIn: 'not tried' }] });
  expect(connections()).toBe(before + 1);
});
