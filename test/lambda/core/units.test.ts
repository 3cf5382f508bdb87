import { randomInt } from 'crypto';
import { Deadline } from '../../../lambda/core/deadline';
import { hasCode, RotationError } from '../../../lambda/core/errors';
import { parseEvent } from '../../../lambda/core/event';
import { DeployedSecrets } from '../../../lambda/core/facts';
import { generatePassword } from '../../../lambda/core/password';
import { editedFields, parseFields, withChanges } from '../../../lambda/core/secret-value';
import { SECRET } from '../support/memory-secrets';
import { environment, HOST } from '../support/rotation';

describe('errors', () => {
  test('say code, what happened, and what to do', () => {
    const error = new RotationError('TLS', 'the server does not offer TLS');
    expect(error.message).toMatch(/^TLS: the server does not offer TLS \(turn on TLS .+\)$/);
    expect(error.name).toBe('RotationError');
    expect(hasCode(error, 'AUTH', 'TLS')).toBe(true);
    expect(hasCode(new Error('TLS'), 'TLS')).toBe(false);
  });

  test.each([['NETWORK', true], ['CONFLICT', true], ['AUTH', false], ['POLICY', false]] as const)('%s may pass by itself: %p', (code, transient) => {
    expect(new RotationError(code, 'x').transient).toBe(transient);
  });
});

describe('event', () => {
  const event = { Step: 'setSecret', SecretId: SECRET, ClientRequestToken: 'token' };

  test('is read, with both spellings of the step', () => {
    expect(parseEvent({ ...event, RotationToken: 'origin' })).toEqual({ step: 'setSecret', secret: SECRET, version: 'token', rotationToken: 'origin' });
    expect(['create_secret', 'set_secret', 'test_secret', 'finish_secret'].map((Step) => parseEvent({ ...event, Step })))
      .toMatchObject(['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map((step) => ({ step })));
  });

  test.each([
    [{ ...event, Step: 'dropSecret' }, 'EVENT: "Step" of the event is "dropSecret", not one of createSecret, setSecret, testSecret, finishSecret'],
    [{ Step: 'setSecret' }, 'EVENT: the event has no "SecretId", "ClientRequestToken"'],
    [undefined, 'EVENT: the event has no "Step", "SecretId", "ClientRequestToken"'],
  ])('%j is refused', (input, message) => {
    expect(() => parseEvent(input)).toThrow(message);
  });

  describe('of an operator', () => {
    const alias = 'arn:aws:lambda:eu-central-1:123456789012:function:rotation:operator';
    const operation = { Operation: 'adopt', SecretId: SECRET };

    test('is read, with and without a version', () => {
      expect(parseEvent(operation, alias)).toEqual({ operation: 'adopt', secret: SECRET });
      expect(parseEvent({ ...operation, VersionId: 'version-1' }, alias)).toEqual({ operation: 'adopt', secret: SECRET, version: 'version-1' });
    });

    test.each([undefined, alias.replace(/:operator$/, ''), alias.replace(/operator$/, '$LATEST'), alias.replace(/operator$/, 'operator-2')])('is refused when %s was called', (arn) => {
      expect(() => parseEvent(operation, arn)).toThrow('EVENT: "Operation" is only taken through the alias "operator" (invoke the function with --qualifier operator)');
    });

    test.each([
      [event, 'EVENT: the event has no "Operation" (Secrets Manager sends the four steps, and operators their events through the alias)'],
      [{ ...operation, SecretId: '' }, 'EVENT: the event has no "SecretId"'],
      [{ ...operation, Operation: 'drop' }, 'EVENT: "Operation" of the event is "drop", not one of inspect, adopt, abort, reset'],
      [{ ...operation, VersionId: 1 }, 'EVENT: the event has no "VersionId"'],
      [{ ...operation, Operation: 'reset', VersionId: 'version-1' }, 'EVENT: "VersionId" says which version to adopt; reset takes none'],
    ])('%j is refused at the alias', (input, message) => {
      expect(() => parseEvent(input, alias)).toThrow(message);
    });
  });
});

describe('deployed secrets', () => {
  const partial = SECRET.slice(0, -'-AbCdEf'.length);

  test('are found by ARN, also where the app knew the secret without its suffix', () => {
    expect(DeployedSecrets.fromEnvironment(environment()).get(SECRET).host).toBe(HOST);
    expect(DeployedSecrets.fromEnvironment(environment({ secret: partial })).get(SECRET).host).toBe(HOST);
  });

  test.each([`${SECRET}x`, `${partial}-other-AbCdEf`, partial, 'login'])('%s is none of them', (secret) => {
    for (const deployed of [SECRET, `${partial}-AbCdE`]) {
      expect(() => DeployedSecrets.fromEnvironment(environment({ secret: deployed })).get(secret)).toThrow('CONFIG: the function was not deployed for this secret');
    }
  });

  test('all problems are reported together', () => {
    const broken = {
      GUARDED_SECRET_A: 'no JSON',
      GUARDED_SECRET_B: JSON.stringify({ secret: 'login', strategy: 'magic', port: '70000' }),
      OTHER: 'x',
    };
    expect(() => DeployedSecrets.fromEnvironment(broken)).toThrow('CONFIG: the environment of the function is not valid: GUARDED_SECRET_A is not a JSON object; '
      + 'GUARDED_SECRET_B has no "host"; "secret" in GUARDED_SECRET_B is not the ARN of a secret; '
      + '"strategy" in GUARDED_SECRET_B is "magic", not one of single-user, admin-assisted, alternating-users; "port" in GUARDED_SECRET_B is "70000", not a port');
  });

  test('there must be one', () => {
    expect(() => DeployedSecrets.fromEnvironment({})).toThrow('CONFIG: the environment of the function names no secret');
  });
});

describe('deadline', () => {
  test('gives slices until a reserve is left, then TIMEOUT', () => {
    let now = 5_000;
    const deadline = new Deadline({ now: () => now }, 30_000);
    expect(deadline.slice(10_000)).toBe(10_000);
    now += 25_000;
    expect(deadline.slice(10_000)).toBe(4_000);
    now += 4_000;
    expect(() => deadline.slice(10_000)).toThrow('TIMEOUT: the time of the function is over');
  });

  test('a short time has a short reserve', () => {
    expect(new Deadline({ now: () => 0 }, 1_000).slice(10_000)).toBe(900);
  });
});

describe('password', () => {
  test('40 characters, each class, first a letter; nothing that anything would have to quote', () => {
    const passwords = Array.from({ length: 500 }, () => generatePassword(randomInt));
    for (const password of passwords) {
      expect(password).toMatch(/^[A-Za-z][A-Za-z0-9_.-]{39}$/);
      for (const one of [/[a-z]/, /[A-Z]/, /[0-9]/, /[-_.]/]) expect(password).toMatch(one);
      expect([encodeURIComponent(password), JSON.stringify(password)]).toEqual([password, `"${password}"`]);
    }
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  test('no position prefers a class', () => {
    const digits = Array.from({ length: 40 }, () => 0);
    for (let run = 0; run < 2_000; run++) [...generatePassword(randomInt)].forEach((character, index) => (digits[index] += /\d/.test(character) ? 1 : 0));
    const [first, ...rest] = digits;
    expect(first).toBe(0);
    expect(Math.max(...rest) / Math.min(...rest)).toBeLessThan(1.7);
  });
});

describe('value of a secret', () => {
  test.each(['no JSON: hunter2', '["hunter2"]', '"hunter2"', 'null'])('%s is refused, without its content', (text) => {
    expect(() => parseFields(text)).toThrow('INVALID_SECRET: the value of the secret is not a JSON object');
    expect(() => parseFields(text)).not.toThrow('hunter2');
  });

  test('a binary value is refused', () => {
    expect(() => parseFields(undefined)).toThrow('INVALID_SECRET: the secret has a binary value, not JSON');
  });

  test('changes keep all other members, and the order', () => {
    const changed = withChanges({ z: 1, password: 'a', nested: { b: [1, 2] }, a: null }, { password: 'b' });
    expect(JSON.stringify(changed)).toBe('{"z":1,"password":"b","nested":{"b":[1,2]},"a":null}');
  });

  test('edits are found, whatever their order; the password is none', () => {
    expect(editedFields({ a: { x: 1, y: 2 }, b: 1, password: 'a' }, { b: 1, password: 'b', a: { y: 2, x: 1 } }, ['password'])).toEqual([]);
    expect(editedFields({ a: 1, b: 1 }, { a: 2, c: 1, username: 'x' }, ['username', 'password'])).toEqual(['a', 'b', 'c']);
  });
});
