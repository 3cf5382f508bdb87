import * as fc from 'fast-check';
import { escape } from 'mysql2';
import { SecretFields } from '../../../../lambda/core/engine';
import { hasCode } from '../../../../lambda/core/errors';
import { MysqlCredential } from '../../../../lambda/engines/sql/mysql-family/connection';
import { SEED } from '../../../random';
import { engineContext, logIn, logsIn } from '../../engine-contract';
import { LoginFields, useMariadb } from '../../support/mariadb';

const database = useMariadb();
let administrator: LoginFields;

jest.setTimeout(120_000);

beforeAll(async () => {
  administrator = await database.createAdministrator();
});

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

/** Texts that are hard to quote: ASCII, other letters, signs beyond the first plane, and what quoting is made of. */
const character = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PRINTABLE) },
  { weight: 2, arbitrary: fc.constantFrom(...'\'"`\\%_@;-#/*?:\n\r\t\u001a') },
  { weight: 1, arbitrary: fc.constantFrom(...'äßéЖ中あ\u00a0\u200b') },
);
const username = fc.string({ unit: character, minLength: 1, maxLength: 128 });
const password = fc.string({ unit: fc.oneof({ weight: 9, arbitrary: character }, { weight: 1, arbitrary: fc.constantFrom('😀', '𝔘') }), minLength: 1, maxLength: 200 });

function credential(name: string, secret: string): MysqlCredential {
  const fields: SecretFields = { host: 'localhost', port: database.server.port, username: name, password: secret };
  return database.engine.parse(fields);
}

async function exists(name: string): Promise<boolean> {
  return (await database.server.query('SELECT 1 FROM mysql.user WHERE BINARY User = ?', [name])).length > 0;
}

/** As an administrator: creates it, changes its password, keeps the old one beside, takes it away. Then as the login itself. */
async function rotate(name: string, first: string, second: string): Promise<void> {
  const [old, next] = [credential(name, first), credential(name, second)];
  const session = await logIn(database.engine, database.engine.parse(administrator));
  try {
    await session.lock('lock');
    await session.apply(old, { rights: { create: 'none' } });
    expect(await session.exists(name)).toBe(true);
    expect(await logsIn(database.engine, old)).toBe(true);
    await session.apply(next, { beside: old });
    expect([await logsIn(database.engine, old), await logsIn(database.engine, next)]).toEqual([true, true]);
    await session.apply(next);
    expect([await logsIn(database.engine, old), await logsIn(database.engine, next)]).toEqual([first === second, true]);
  } finally {
    await session.close();
  }
  const own = await logIn(database.engine, next);
  await own.lock('lock');
  await own.rehearse!(old);
  await own.apply(old);
  await own.close();
  expect(await logsIn(database.engine, old)).toBe(true);
}

test('each name and each password is rotated, or refused before anything is made', async () => {
  await fc.assert(fc.asyncProperty(username, password, password, async (name, first, second) => {
    const before = await exists(name);
    fc.pre(!before && !name.endsWith(' '));
    try {
      await rotate(name, first, second);
    } catch (error) {
      if (!hasCode(error, 'PRIVILEGE', 'INVALID_SECRET')) throw error;
      expect(await exists(name)).toBe(false);
    }
    await database.server.query(`DROP USER IF EXISTS ${escape(name)}@'%'`);
  }), { numRuns: 40, seed: SEED, endOnFailure: true });
});

test.each([
  ['all printable characters', PRINTABLE.slice(0, 80)],
  ['the others', PRINTABLE.slice(15)],
  ['the longest name', 'x'.repeat(128)],
  ['the longest name in letters of three bytes', '中'.repeat(85)],
])('%s, as a name and as a password', async (_name, text) => {
  await rotate(text, text, `${text}${text}`);
});

test.each([['too long', 'x'.repeat(129)], ['of too many bytes', '中'.repeat(86)], ['of four bytes', 'app 😀'], ['with a space at the end, which the server does not see', 'app '], ['in quotes, which the server takes off at a login', '\'app\'']])('a name that is %s is refused', (_name, name) => {
  expect(() => credential(name, 'password')).toThrow(expect.objectContaining({ code: 'INVALID_SECRET', message: expect.stringContaining('128 characters') }));
});

test('a password that the server made from the same text is the same', async () => {
  for (const text of ['pässwörd 😀', PRINTABLE, 'x'.repeat(500)]) {
    const fields = await database.createLogin(text);
    expect(await logsIn(database.engine, database.engine.parse(fields))).toBe(true);
    const session = await logIn(database.engine, database.engine.parse(fields), engineContext());
    await session.lock('lock');
    await session.apply(database.engine.parse(fields));
    await session.close();
    await database.server.query(`ALTER USER ${escape(fields.username)}@'%' IDENTIFIED BY ${escape(text)}`);
    expect(await logsIn(database.engine, database.engine.parse(fields))).toBe(true);
  }
});
