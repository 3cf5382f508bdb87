import { randomInt } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import { Credential, Engine, EngineContext, SecretFields, Session } from '../../lambda/core/engine';
import { hasCode } from '../../lambda/core/errors';

export interface EngineHarness {
  readonly engine: Engine;
  /** The shortest lease that the server can hold, in milliseconds. */
  readonly lease?: number;
  /** Makes a login of its own, and returns the members of its secret. */
  createLogin(): Promise<SecretFields>;
}

export function engineContext(overrides: Partial<EngineContext> = {}): EngineContext {
  return { slice: (limit) => limit, lease: 8_000, random: randomInt, conceal: () => {}, ...overrides };
}

/** A session that nobody closes but its user. */
export async function logIn(engine: Engine, credential: Credential, context: EngineContext = engineContext()): Promise<Session> {
  return (await engine.dial(credential, context)).login(credential);
}

export async function logsIn(engine: Engine, credential: Credential): Promise<boolean> {
  try {
    await (await logIn(engine, credential)).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'AUTH')) return false;
    throw error;
  }
}

/** What every engine must do, whatever it is for. Call it in a test file of the engine. */
export function testEngineContract(name: string, start: () => Promise<EngineHarness>): void {
  describe(`engine contract: ${name}`, () => {
    let engine: Engine;
    let createLogin: () => Promise<SecretFields>;
    let lease: number;
    let fields: SecretFields;
    let current: Credential;
    let next: Credential;
    const sessions: Session[] = [];

    const open = async (credential: Credential, context?: EngineContext): Promise<Session> => {
      const session = await logIn(engine, credential, context);
      sessions.push(session);
      return session;
    };

    beforeAll(async () => {
      ({ engine, createLogin, lease = 300 } = await start());
    });

    beforeEach(async () => {
      fields = await createLogin();
      current = engine.parse(fields);
      next = engine.parse({ ...fields, ...engine.propose(current, engineContext()) });
    });

    afterEach(async () => {
      for (const session of sessions.splice(0)) await session.close();
    });

    test('parse takes numbers as text, and members that it does not know', () => {
      expect(engine.parse({ ...fields, port: String(current.port), unknown: { deep: [1] } })).toEqual(current);
    });

    test.each(['host', 'username', 'password'])('parse names "%s" when it is missing, and no content', (member) => {
      const { [member]: _left, ...others } = fields;
      for (const broken of [others, { ...others, [member]: '' }, { ...others, [member]: { content: 'content' } }]) {
        expect(() => engine.parse(broken)).toThrow(expect.objectContaining({ code: 'INVALID_SECRET', message: expect.stringContaining(`"${member}"`) }));
        expect(() => engine.parse(broken)).not.toThrow(/content|first-password/);
      }
    });

    test.each([false, 'false', 'False'])('parse refuses ssl: %p', (ssl) => {
      expect(() => engine.parse({ ...fields, ssl })).toThrow('clear text is never used');
    });

    test('propose gives another password each time, and leaves the login as it is', () => {
      const passwords = [1, 2, 3].map(() => engine.parse({ ...fields, ...engine.propose(current, engineContext()) }).password);
      expect(new Set([...passwords, current.password]).size).toBe(4);
      expect({ ...next, password: current.password }).toEqual(current);
    });

    test('a wrong password and an unknown login are AUTH', async () => {
      expect(await logsIn(engine, current)).toBe(true);
      expect(await logsIn(engine, next)).toBe(false);
      expect(await logsIn(engine, { ...current, username: 'nobody' })).toBe(false);
    });

    test('a line that nobody logs in on can be closed, more than once', async () => {
      const line = await engine.dial(current, engineContext());
      await line.close();
      await line.close();
    });

    test('a login on a line that has ended fails at once, and not as a wrong password', async () => {
      const line = await engine.dial(current, engineContext());
      await line.close();
      await sleep(10);
      await expect(line.login(current)).rejects.toThrow(expect.objectContaining({ name: 'RotationError', code: 'NETWORK' }));
    });

    test('a line that was dialled before the change logs in after it', async () => {
      const session = await open(current);
      await session.lock('lock');
      const line = await engine.dial(next, engineContext());
      await session.apply(next);
      sessions.push(await line.login(next));
    });

    test('one session has the lock; the next one waits, and is told', async () => {
      const first = await open(current);
      const second = await open(current);
      const other = await open(current);
      expect(await first.lock('lock')).toBe(true);
      expect(await other.lock('another lock')).toBe(true);

      const waiting = second.lock('lock');
      expect(await Promise.race([waiting, sleep(100, 'waits')])).toBe('waits');
      await first.close();
      expect(await waiting).toBe(false);
    });

    test('a rehearsal changes nothing', async () => {
      const session = await open(current);
      await session.lock('lock');
      await session.rehearse(next);
      await session.rehearse(current);
      expect(await logsIn(engine, current)).toBe(true);
      expect(await logsIn(engine, next)).toBe(false);
    });

    test('apply changes the password at once, may be repeated, and can be taken back by the same session', async () => {
      const session = await open(current);
      await session.lock('lock');
      await session.rehearse(current);
      for (const _time of [1, 2]) {
        await session.apply(next);
        expect(await logsIn(engine, next)).toBe(true);
        expect(await logsIn(engine, current)).toBe(false);
      }
      const waiting = (await open(next)).lock('lock');
      expect(await Promise.race([waiting, sleep(50, 'still locked')])).toBe('still locked');
      await session.apply(current);
      expect(await logsIn(engine, current)).toBe(true);
      expect(await logsIn(engine, next)).toBe(false);
      await session.close();
      await waiting;
    });

    test('a session that is silent for longer than the lease has lost the lock, and can change nothing', async () => {
      const session = await open(current, engineContext({ lease }));
      await session.lock('lock');
      await sleep(lease * 2);
      expect(await (await open(current)).lock('lock')).toBe(true);
      await expect(session.apply(next)).rejects.toThrow(expect.objectContaining({ name: 'RotationError' }));
      expect(await logsIn(engine, current)).toBe(true);
    });

    test('also after the change, the lease is held against a silent session', async () => {
      const session = await open(current, engineContext({ lease }));
      await session.lock('lock');
      await session.apply(next);
      await sleep(lease * 2);
      expect(await (await open(next)).lock('lock')).toBe(true);
      await expect(session.apply(current)).rejects.toThrow(expect.objectContaining({ name: 'RotationError' }));
      expect(await logsIn(engine, next)).toBe(true);
    });

    test('what is derived from a password is concealed', async () => {
      const concealed: string[] = [];
      const session = await open(current, engineContext({ conceal: (value) => concealed.push(value) }));
      await session.lock('lock');
      await session.apply(next);
      expect(concealed.length).toBeGreaterThan(0);
    });

    test('a session can be closed more than once', async () => {
      const session = await open(current);
      await session.close();
      await session.close();
    });
  });
}
