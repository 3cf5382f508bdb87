import { setTimeout as sleep } from 'timers/promises';
import { dieAfterEachEffect, overtakeAfterEachEffect, TestRotation, testWindow } from './rotation-contract';
import { ADMIN_SECRET, MemorySecrets } from './support/memory-secrets';
import { LoginFields, useGoMysql } from './support/mysql';
import { FunctionProcess } from './support/process';
import { recordedEngine } from './support/recorded-engine';
import { environment, TestFunction } from './support/rotation';
import { SecretFacts } from '../../src/handler-contract';

const database = useGoMysql('5.7.44');
const OTHER = 'the other login';

let fields: LoginFields;
let secrets: MemorySecrets;

beforeEach(async () => {
  fields = { ...await database.createLogin(), dbname: 'app' };
  await database.server.query(`GRANT SELECT, INSERT ON app.* TO ${quoted(fields.username)}@'%'`, 'DROP USER IF EXISTS \'the other login\'@\'%\'');
  secrets = new MemorySecrets(fields);
  secrets.admin.set('AWSCURRENT', database.server.administrator);
});

const FACTS: { readonly [strategy: string]: () => Partial<SecretFacts> } = {
  'single-user': () => ({}),
  'admin-assisted': () => ({ strategy: 'admin-assisted', adminSecret: ADMIN_SECRET, username: fields.username }),
  'alternating-users': () => ({ strategy: 'alternating-users', adminSecret: ADMIN_SECRET, username: fields.username, otherUsername: OTHER }),
};
const STRATEGIES = Object.keys(FACTS);

/** At most, in a clean rotation. */
const STATEMENTS: { readonly [strategy: string]: number } = { 'single-user': 8, 'admin-assisted': 10, 'alternating-users': 19 };

function rotator(strategy: string, process: FunctionProcess = new FunctionProcess()): TestFunction {
  return new TestFunction(recordedEngine(database.engine, process), {
    secrets: secrets.client(process),
    environment: environment({ host: 'localhost', port: String(fields.port), ...FACTS[strategy]() }),
  });
}

function rotation(strategy: string): TestRotation {
  return { secrets, rotator: (process) => rotator(strategy, process), logsIn };
}

function logsIn({ username, password }: { [name: string]: unknown }): Promise<boolean> {
  return database.server.logsIn(String(username), String(password));
}

function quoted(name: string): string {
  return `'${name.replace(/['\\]/g, '\\$&')}'`;
}

/** The length of the log when all that tests did is in it. */
async function quietLog(): Promise<number> {
  await sleep(100);
  return database.server.log().length;
}

async function privilegesOf(username: unknown): Promise<string> {
  const rows = await database.server.query(`SHOW GRANTS FOR ${quoted(String(username))}@'%'`) as object[];
  return rows.map((row) => String(Object.values(row)[0]).split(' TO ')[0]).join();
}

test.each(STRATEGIES)('%s: two rotations, with how many statements and connections; no failed login', async (strategy) => {
  const used = rotator(strategy);
  for (const _rotation of [1, 2]) {
    const before = await quietLog();
    await used.rotate(secrets.startRotation());
    const log = database.server.log().slice(before, await quietLog());
    expect(log.match(/NewConnection/g)).toHaveLength(3);
    expect(log.match(/Starting query/g)!.length).toBeLessThanOrEqual(STATEMENTS[strategy]);
    expect(await logsIn(secrets.current)).toBe(true);
    expect(await privilegesOf(secrets.current.username)).toBe('GRANT USAGE ON *.*,GRANT SELECT, INSERT ON `app`.*');
  }
  expect(used.records.filter(({ failedLogins }) => Number(failedLogins) > 0)).toEqual([]);
  // The login of AWSPREVIOUS is the other one of a pair.
  expect(await logsIn(secrets.value(secrets.holder('AWSPREVIOUS')))).toBe(strategy === 'alternating-users');
  const logs = JSON.stringify(used.records) + (strategy === 'single-user' ? '' : database.server.log());
  for (const id of secrets.versions.keys()) if (secrets.value(id).password !== fields.password) expect(logs).not.toContain(secrets.value(id).password);
});

// 410 ms for AWS's function of MariaDB in the same set-up; a busy machine gets some room.
testWindow(() => rotation('single-user'), { rotations: 5, limit: 20 });

test('an administrator repairs a password that was changed by hand', async () => {
  await database.server.query(`ALTER USER ${quoted(fields.username)}@'%' IDENTIFIED BY 'by hand'`);
  await expect(rotator('single-user').step('createSecret', secrets.startRotation())).rejects.toThrow(/^DRIFT/);
  secrets.removeLabel('AWSPENDING');
  await rotator('admin-assisted').rotate(secrets.startRotation());
  expect(await logsIn(secrets.current)).toBe(true);
});

test.each(STRATEGIES)('%s: the process dies after any effect, then the service tries again', (strategy) => dieAfterEachEffect(rotation(strategy), {
  onRetry: async () => expect(await privilegesOf(secrets.current.username)).toBe('GRANT USAGE ON *.*,GRANT SELECT, INSERT ON `app`.*'),
}), 60_000);

test.each(STRATEGIES)('%s: the process is frozen after any effect, overtaken by another rotation, and goes on', (strategy) => overtakeAfterEachEffect(rotation(strategy)), 120_000);
