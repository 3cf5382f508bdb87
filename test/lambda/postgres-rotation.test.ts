import { Client } from 'pg';
import { dieAfterEachEffect, TestRotation, testOvertakenRotations, testWindow } from './rotation-contract';
import { MemorySecrets } from './support/memory-secrets';
import { LoginFields, startPostgres, TestPostgres, usePostgres } from './support/postgres';
import { FunctionProcess } from './support/process';
import { recordedEngine } from './support/recorded-engine';
import { environment, TestFunction } from './support/rotation';
import { SecretFields } from '../../lambda/core/engine';
import { postgres } from '../../lambda/engines/postgres';

const database = usePostgres();
let fields: LoginFields;
let secrets: MemorySecrets;

beforeEach(async () => {
  fields = await database.createLogin();
  secrets = new MemorySecrets(fields);
});

function rotator(process: FunctionProcess = new FunctionProcess(), engine = database.engine): TestFunction {
  return new TestFunction(recordedEngine(engine, process), {
    secrets: secrets.client(process),
    environment: environment({ host: 'LOCALHOST', port: String(fields.port) }),
  });
}

async function logsIn({ username, password }: SecretFields): Promise<boolean> {
  const client = new Client({ ...database.server.connection(String(username), String(password)), application_name: 'another client' });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function rotation(): TestRotation {
  return { secrets, rotator, logsIn };
}

function loginsOfFunction() {
  return database.server.logins().filter(({ user }) => user === fields.username);
}

test('a rotation: three connections over TLS, no failed login, no password in any log', async () => {
  const used = rotator();
  for (const _rotation of [1, 2]) await used.rotate(secrets.startRotation());

  const logins = loginsOfFunction();
  expect(logins).toHaveLength(6);
  expect(logins.every(({ ssl, outcome }) => ssl && outcome === 'authorised')).toBe(true);
  expect(secrets.calls).toHaveLength(20);

  expect(await logsIn(secrets.current)).toBe(true);
  expect(await logsIn(fields)).toBe(false);
  const logs = database.server.log() + JSON.stringify(used.records);
  for (const id of secrets.versions.keys()) {
    const { password } = secrets.value(id);
    if (password !== fields.password) expect(logs).not.toContain(password);
  }
  expect(database.server.log()).toMatch(/ALTER ROLE .+ PASSWORD 'SCRAM-SHA-256\$4096:/);
  expect(JSON.stringify(used.records)).not.toMatch(/SCRAM-SHA-256/);
});

// 449 ms for AWS's function in the same set-up; a twentieth on a quiet machine, a tenth beside other tests.
testWindow(rotation, { rotations: 15, limit: 45 });

test('a wrong current password is told before anything is written', async () => {
  await database.server.query(`ALTER ROLE ${new Client().escapeIdentifier(fields.username)} PASSWORD 'changed by hand'`);
  await expect(rotator().step('createSecret', secrets.startRotation())).rejects.toThrow(/^DRIFT: no version of the secret that has a label logs in/);
  expect(secrets.calls).not.toContain('PutSecretValue');
  expect(loginsOfFunction()).toHaveLength(1);
});

test('the probe of a configuration logs in, and changes nothing', async () => {
  await rotator().step('testSecret', secrets.startRotation());
  expect(await logsIn(fields)).toBe(true);
});

testOvertakenRotations(rotation);

test('an authority that is not trusted: nothing is sent', async () => {
  await expect(rotator(undefined, postgres()).step('createSecret', secrets.startRotation())).rejects.toThrow(/^TLS: the certificate of the server was not accepted/);
  expect(loginsOfFunction()).toHaveLength(0);
});

describe('a server without TLS', () => {
  let plain: TestPostgres;

  beforeAll(async () => {
    plain = await startPostgres({ tls: false });
  }, 30_000);

  afterAll(() => plain.server.stop());

  test('is refused, although it would let the login in', async () => {
    fields = await plain.createLogin();
    secrets = new MemorySecrets(fields);
    await expect(rotator().step('createSecret', secrets.startRotation())).rejects.toThrow(/^TLS: the server does not offer TLS \(turn on TLS at the server, .+ clear text is never used\)/);
    expect(plain.server.logins().filter(({ user }) => user === fields.username)).toHaveLength(0);
  });
});

test('the process dies after any effect, then the service tries again', () => dieAfterEachEffect(rotation()), 30_000);
