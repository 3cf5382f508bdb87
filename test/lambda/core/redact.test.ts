import { inspect } from 'util';
import { Engine } from '../../../lambda/core/engine';
import { RotationError } from '../../../lambda/core/errors';
import { Redactor } from '../../../lambda/core/redact';
import { memoryEngine } from '../support/memory-engine';
import { FunctionProcess } from '../support/process';
import { MemoryWorld, STEPS, TestFunction, VALUE } from '../support/rotation';

const AWKWARD = 'p"a\\s\'s w%o+rd/ü\n';

/** Everything of an error that something could print. */
function printed(error: unknown): string {
  const plain = error as { stack?: string; message?: string };
  return [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error), plain.stack, plain.message].join('\n');
}

function forms(secret: string): string[] {
  return [
    secret, JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    encodeURIComponent(secret), new URLSearchParams({ secret }).toString().slice('secret='.length), Buffer.from(secret).toString('base64'),
  ];
}

test.each([AWKWARD, 'simple-password', 'x'])('every form of %j is taken out of texts', (secret) => {
  const redactor = new Redactor();
  redactor.conceal(secret);
  for (const form of forms(secret)) {
    expect(redactor.text(`0${form}0`)).not.toContain(form);
  }
});

test('a value that contains another one leaves nothing', () => {
  const redactor = new Redactor();
  redactor.conceal('secret');
  redactor.conceal('secret-longer');
  expect(redactor.text('is secret-longer, secret')).toBe('is [redacted], [redacted]');
});

test('unknown members of a secret are concealed at any depth; where the database is, is not', () => {
  const redactor = new Redactor();
  redactor.concealMembers({ host: 'database.example.com', username: 'application', password: 'abc', api: { keys: ['key-number-1', 12345678] }, on: true, note: 'short' });
  expect(redactor.text('database.example.com application abc key-number-1 12345678 short')).toBe('database.example.com application [redacted] [redacted] [redacted] short');
});

test('an error keeps code and shape, and loses what a driver put on it', () => {
  const redactor = new Redactor();
  redactor.conceal('hunter2');
  const driver = Object.assign(new Error('no login with hunter2'), { code: 'E1', query: 'ALTER hunter2', config: { password: 'hunter2' } });
  driver.cause = { toString: () => 'hunter2' };
  const error = redactor.error(new RotationError('POLICY', 'refused hunter2', { cause: new AggregateError([driver], 'all of hunter2', { cause: driver }) }));
  expect(error.code).toBe('POLICY');
  expect(error.message).toMatch(/^POLICY: refused \[redacted\] \(/);
  expect(printed(error)).toContain('E1');
  expect(printed(error)).not.toContain('hunter2');
});

test('a chain of causes that has no end is cut', () => {
  const error = new Error('round');
  error.cause = error;
  expect(printed(new Redactor().error(error))).toContain('round');
});

describe('an engine that leaks into everything', () => {
  /** Each operation fails with all that it knows. */
  function leaking(engine: Engine, operation: string): Engine {
    const leak = (known: object): never => {
      const text = JSON.stringify(known);
      const cause = Object.assign(new Error(`driver: ${text}`, { cause: new Error(`deeper: ${encodeURIComponent(text)}`) }), { config: known, code: text });
      cause.stack = `at ${text}`;
      const error = operation.endsWith('plain') ? Object.assign(new Error(text, { cause }), known) : new RotationError('UNKNOWN', text, { cause, hint: text });
      error.stack = `at ${text}`;
      throw error;
    };
    const leaks = (name: string): boolean => operation.startsWith(name);
    return {
      ...engine,
      dial: async (credential, context) => {
        const line = await engine.dial(credential, context);
        return {
          ...line,
          login: async (next) => {
            if (leaks('login')) leak({ next });
            const session = await line.login(next);
            const broken = (name: string) => async (value: object) => leak({ [name]: value, next });
            return {
              exists: async (username: string) => session.exists(username),
              lock: async (lock: string) => (leaks('lock') ? leak({ lock, next }) : session.lock(lock)),
              rehearse: leaks('rehearse') ? broken('rehearse') : async (value) => session.rehearse(value),
              apply: leaks('apply') ? broken('apply') : async (value) => session.apply(value),
              close: async () => session.close(),
            };
          },
        };
      },
    };
  }

  const operations = ['login', 'lock', 'rehearse', 'apply'].flatMap((name) => [name, `${name}, plain`]);

  test.each(operations)('%s: neither the error nor the log says a password', async (operation) => {
    const world = new MemoryWorld({ ...VALUE, password: AWKWARD });
    world.server.passwords.set('app', AWKWARD);
    const process = new FunctionProcess();
    const rotator = new TestFunction(leaking(memoryEngine(world.server, process), operation), { secrets: world.secrets.client(process) });
    const token = world.start();
    let thrown: unknown;
    for (const step of STEPS) {
      try {
        await rotator.step(step, token);
      } catch (error) {
        thrown = error;
        break;
      }
    }
    expect(thrown).toBeInstanceOf(RotationError);
    const output = printed(thrown) + rotator.records.map((record) => JSON.stringify(record)).join('\n');
    const passwords = [AWKWARD, world.secrets.value(token).password ?? AWKWARD];
    for (const form of passwords.flatMap(forms)) expect(output).not.toContain(form);
    expect(output).toContain('[redacted]');
  });
});
