import { setTimeout as sleep } from 'timers/promises';
import { EngineHarness, logIn, logsIn } from './engine-contract';
import { Credential, Engine, SecretFields, Session, Wish } from '../../lambda/core/engine';

export interface AdministratorHarness extends EngineHarness {
  /** Makes a login that may create logins and change those of `createLogin`, and returns the members of its secret. */
  createAdministrator(): Promise<SecretFields>;
}

function code(...expected: string[]) {
  return expect.objectContaining({ name: 'RotationError', code: expect.stringMatching(`^(${expected.join('|')})$`) });
}

let names = 0;

/** What every engine must do for an administrator. Call it in a test file of the engine, beside `testEngineContract`. */
export function testAdministratorContract(name: string, start: () => Promise<AdministratorHarness>): void {
  describe(`engine contract for administrators: ${name}`, () => {
    let harness: AdministratorHarness;
    let engine: Engine;
    let current: Credential;
    let next: Credential;
    let administrator: Session;
    const sessions: Session[] = [];

    const open = async (fields: SecretFields): Promise<Session> => {
      const session = await logIn(engine, engine.parse(fields));
      sessions.push(session);
      return session;
    };

    beforeAll(async () => {
      harness = await start();
      ({ engine } = harness);
    });

    beforeEach(async () => {
      current = engine.parse(await harness.createLogin());
      next = { ...current, password: 'Another-password-1' };
      administrator = await open(await harness.createAdministrator());
      await administrator.lock('lock');
    });

    afterEach(async () => {
      for (const session of sessions.splice(0)) await session.close();
    });

    const missing = (): Credential => ({ ...current, username: `created_${process.pid}_${++names}`, password: 'First-password-1' });

    test('tells whether a login exists', async () => {
      expect(await administrator.exists(current.username)).toBe(true);
      expect(await administrator.exists(missing().username)).toBe(false);
    });

    test('changes the password of another login, may repeat that, and takes it back', async () => {
      await administrator.rehearse(next, {});
      expect([await logsIn(engine, current), await logsIn(engine, next)]).toEqual([true, false]);
      for (const _time of [1, 2]) {
        await administrator.apply(next, {});
        expect([await logsIn(engine, current), await logsIn(engine, next)]).toEqual([false, true]);
      }
      await administrator.apply(current, {});
      expect([await logsIn(engine, current), await logsIn(engine, next)]).toEqual([true, false]);
    });

    test('has the lock also after a change', async () => {
      await administrator.apply(next, {});
      const waiting = (await open(await harness.createAdministrator())).lock('lock');
      expect(await Promise.race([waiting, sleep(100, 'waits')])).toBe('waits');
      await administrator.close();
      expect(await waiting).toBe(false);
    });

    test('a login that is no administrator changes no other one', async () => {
      const session = await open(await harness.createLogin());
      await session.lock('another lock');
      await expect(session.apply(next, {})).rejects.toThrow(code('PRIVILEGE'));
      expect([await logsIn(engine, current), await logsIn(engine, next)]).toEqual([true, false]);
    });

    test.each<[string, Wish | undefined]>([['without a wish', undefined], ['with a role only', { rights: { role: 'a_role' } }]])('a login that does not exist is not created %s', async (_name, wish) => {
      const login = missing();
      await expect(administrator.apply(login, wish)).rejects.toThrow(code('PRIVILEGE', 'CONFIG'));
      expect(await logsIn(engine, login)).toBe(false);
    });

    test('a login that does not exist is created when the wish says so, and not by a rehearsal', async () => {
      const login = missing();
      await administrator.rehearse(login, { rights: { create: 'none' } });
      expect(await logsIn(engine, login)).toBe(false);
      for (const _time of [1, 2]) await administrator.apply(login, { rights: { create: 'none' } });
      expect(await administrator.exists(login.username)).toBe(true);
      expect(await logsIn(engine, login)).toBe(true);
    });

    test('the second login of a pair is created like the first, whose password stays', async () => {
      const other = missing();
      const wish = { rights: { like: current } };
      await administrator.rehearse(other, wish);
      expect(await logsIn(engine, other)).toBe(false);
      for (const _time of [1, 2]) await administrator.apply(other, wish);
      expect([await logsIn(engine, current), await logsIn(engine, other)]).toEqual([true, true]);
      await administrator.apply(next, { rights: { like: other } });
      expect([await logsIn(engine, next), await logsIn(engine, other)]).toEqual([true, true]);
    });

    test('nobody is made like a login that does not exist', async () => {
      await expect(administrator.apply(next, { rights: { like: missing() } })).rejects.toThrow(code('PRIVILEGE', 'CONFIG'));
    });
  });
}
