import { ADMIN_SECRET, MemorySecrets } from './support/memory-secrets';
import { useScriptedMysql } from './support/mysql';
import { DualAccount } from './support/mysql-dual-account';
import { FunctionProcess } from './support/process';
import { recordedEngine } from './support/recorded-engine';
import { environment, TestFunction } from './support/rotation';

const ADMIN = { username: 'administrator', password: 'password-of-administrator' };
const CURRENT = 'first-password';
const HARMLESS = 'ALTER USER IF EXISTS \'guarded-secrets\'@\'rehearsal.invalid\' WITH MAX_USER_CONNECTIONS 0';

const database = useScriptedMysql();
let secrets: MemorySecrets;
let account: DualAccount;

/** A server whose account has these passwords. */
function arrange(version: string, first: string, second?: string): void {
  database.server.reset();
  database.opens(version, 'administrator@%');
  database.server.always(HARMLESS);
  account = new DualAccount(database.server, first, second);
  database.server.accepts = (username, password) => (username === ADMIN.username ? password === ADMIN.password : account.accepts(password));
  secrets = new MemorySecrets(database.fields('app', CURRENT));
  secrets.admin.set('AWSCURRENT', ADMIN);
}

function rotator(process: FunctionProcess = new FunctionProcess(), dual: boolean = true): TestFunction {
  return new TestFunction(recordedEngine(database.engine, process), {
    secrets: secrets.client(process),
    environment: environment({
      host: 'localhost', port: String(database.server.port), strategy: 'admin-assisted', adminSecret: ADMIN_SECRET, username: 'app', ...dual && { dualPasswords: 'true' },
    }),
  });
}

function passwordOf(label: string): string {
  return secrets.value(secrets.holder(label)).password;
}

test.each(['8.0.14', '8.0.40', '8.4.3', '9.5.0'])('MySQL %s: the password of AWSCURRENT stays valid until the next rotation', async (version) => {
  arrange(version, CURRENT);
  const used = rotator();
  for (const _rotation of [1, 2, 3]) {
    const replaced = passwordOf('AWSCURRENT');
    const before = passwordOf('AWSPREVIOUS');
    await used.rotate(secrets.startRotation());
    expect([passwordOf('AWSCURRENT'), replaced].map((password) => account.accepts(password))).toEqual([true, true]);
    if (before) expect(account.accepts(before)).toBe(false);
  }
  expect(database.server.failedLogins).toBe(0);
  expect(database.server.connections).toBe(9);
  // 5 to try, 6 to change: the lock is 3 of each, the account 1 of each, and the change itself 2.
  expect(database.server.statements).toHaveLength(3 * 11);
  expect(database.server.statements.join()).not.toContain(passwordOf('AWSCURRENT'));
});

test.each([
  ['after a rotation', CURRENT, 'an older password'],
  ['after a rotation that did not finish', 'a password that was never current', CURRENT],
  ['changed by hand', 'by hand', undefined],
])('%s, AWSCURRENT logs in after each statement', async (_state, first, second) => {
  arrange('8.0.40', first, second);
  const refused: string[] = [];
  account.onChange = () => {
    if (!account.accepts(CURRENT)) refused.push(database.server.statements.at(-1)!);
  };
  const token = secrets.startRotation();
  await rotator().rotate(token);
  expect(refused).toEqual([]);
  expect([account.accepts(passwordOf('AWSCURRENT')), account.accepts(CURRENT), account.accepts(first)]).toEqual([true, true, first === CURRENT]);
});

test.each(['before', 'after'] as const)('the process dies %s any effect: AWSCURRENT logs in all the time', async (moment) => {
  arrange('8.0.40', CURRENT);
  const recorder = new FunctionProcess();
  await rotator(recorder).rotate(secrets.startRotation());
  const refused: string[] = [];
  account.onChange = () => {
    if (!account.accepts(passwordOf('AWSCURRENT'))) refused.push(database.server.statements.at(-1)!);
  };
  for (let effect = 1; effect <= recorder.effects.length; effect++) {
    const token = secrets.startRotation();
    await rotator(new FunctionProcess().killAt(effect, moment)).rotate(token).catch(() => {});
    expect([effect, account.accepts(passwordOf('AWSCURRENT'))]).toEqual([effect, true]);
    await rotator().rotate(token);
    expect([effect, secrets.holder('AWSCURRENT'), account.accepts(passwordOf('AWSCURRENT'))]).toEqual([effect, token, true]);
  }
  expect(refused).toEqual([]);
  expect(database.server.failedLogins).toBe(0);
}, 120_000);

test('without dual passwords, a second password is taken away: it would be two generations old', async () => {
  arrange('8.0.40', CURRENT, 'an older password');
  await rotator(new FunctionProcess(), false).rotate(secrets.startRotation());
  expect([passwordOf('AWSCURRENT'), CURRENT, 'an older password'].map((password) => account.accepts(password))).toEqual([true, false, false]);
});

test.each(['5.7.44', '8.0.13'])('MySQL %s has no second password: told before anything is written', async (version) => {
  arrange(version, CURRENT);
  await expect(rotator().step('createSecret', secrets.startRotation())).rejects.toThrow(/^CONFIG: the server is MySQL .*, which has no second password for a login \(turn dual passwords off/);
  expect(secrets.calls).not.toContain('PutSecretValue');
  expect(database.server.statements.filter((statement) => statement.startsWith('ALTER'))).toEqual([]);
});
