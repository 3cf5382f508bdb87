import * as fc from 'fast-check';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { Session } from '../../../../lambda/core/engine';
import { hasCode } from '../../../../lambda/core/errors';
import { PostgresCredential } from '../../../../lambda/engines/postgres';
import { isTakenAlike, scramVerifier } from '../../../../lambda/engines/sql/postgres/scram-verifier';
import { SEED } from '../../../random';
import { engineContext } from '../../engine-contract';
import { POSTGRES_VERSIONS, usePostgres } from '../../support/postgres';

/** Characters that some layer of quoting, of encoding or of Unicode takes apart. */
const AWKWARD = fc.constantFrom(
  '\'', '"', '\\', '%', '%s', '$1', '$$', ';', '--', '{}', ' ', '\t', '\n', '\u0001', '\u007F', 'ä', 'a\u0308', 'Ⅸ', '\u00A0', '\u00AD', '\u200B', '\u2060', '\uFEFF',
  'ﬁ', '\u1680', '\u0627', '\uE000', '\u0221', '\u{1F600}', '\uFFFD', '\u3000', '한', '\u1112\u1161\u11AB', '\u{1D400}', '\u0378',
);

const text = (maxLength: number) => fc.oneof(
  fc.string({ unit: fc.oneof({ weight: 2, arbitrary: AWKWARD }, fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 })), minLength: 1, maxLength }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
  fc.string({ unit: 'binary', minLength: 1, maxLength }),
).filter((value) => !value.includes('\0'));

const password = text(80);
const name = text(63).filter((value) => Buffer.byteLength(value) <= 63 && !/^(pg_.*|public|none)$/s.test(value));

jest.setTimeout(60_000);

describe.each(POSTGRES_VERSIONS)('names and passwords, PostgreSQL %i', (version) => {
  let superuser: Client;

  afterAll(() => superuser.end());

  const database = usePostgres({ version });

  beforeAll(async () => {
    await database.server.createLogin('superuser', 'password');
    await database.server.query('ALTER ROLE superuser SUPERUSER');
    superuser = new Client(database.server.connection('superuser', 'password'));
    await superuser.connect();
  });

  const credential = (username: string, secret: string): PostgresCredential => database.engine.parse({ host: 'localhost', port: database.server.port, username, password: secret });

  async function withSession<T>(login: PostgresCredential, work: (session: Session<PostgresCredential>) => Promise<T>): Promise<T> {
    const session = await (await database.engine.dial(login, engineContext())).login(login);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  async function logsIn(login: PostgresCredential): Promise<boolean> {
    try {
      return await withSession(login, async () => true);
    } catch (error) {
      if (hasCode(error, 'AUTH')) return false;
      throw error;
    }
  }

  /** Leaves no roles. */
  async function withRoles(names: string[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      for (const role of names) {
        const { rowCount } = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
        if (rowCount) await superuser.query(`DROP OWNED BY ${escapeIdentifier(role)}; DROP ROLE ${escapeIdentifier(role)}`);
      }
    }
  }

  test('a password that is taken alike has the verifier that the server makes of it', async () => {
    await superuser.query('CREATE ROLE somebody');
    await fc.assert(fc.asyncProperty(password.filter(isTakenAlike), async (secret) => {
      await superuser.query(`ALTER ROLE somebody PASSWORD ${escapeLiteral(secret)}`);
      const { rows: [{ verifier }] } = await superuser.query('SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = \'somebody\'');
      const [, iterations, salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier)!;
      expect(await scramVerifier(secret, Buffer.from(salt, 'base64'), Number(iterations))).toBe(verifier);
    }), { numRuns: 300, seed: SEED });
  });

  test('a login changes its password, and back', async () => {
    await fc.assert(fc.asyncProperty(name, password, async (username, secret) => withRoles([username], async () => {
      await superuser.query(`CREATE ROLE ${escapeIdentifier(username)} LOGIN PASSWORD ${escapeLiteral(secret)}`);
      const current = credential(username, secret);
      if (!isTakenAlike(secret) && !await logsIn(current)) return;
      const next = credential(username, 'another password');
      await withSession(current, async (session) => {
        await session.lock('lock');
        await session.rehearse!(next);
        await session.apply(next);
        expect(await logsIn(next)).toBe(true);
        await session.apply(current);
      });
      expect(await logsIn(current)).toBe(true);
    })), { numRuns: 30, seed: SEED });
  });

  test('an administrator creates logins and pairs, or refuses before anything is written', async () => {
    await fc.assert(fc.asyncProperty(name, name, name, password, async (username, other, role, secret) => {
      fc.pre(new Set([username, other, role, 'superuser']).size === 4);
      await withRoles([username, other, role], () => withSession(credential('superuser', 'password'), async (session) => {
        await session.lock('lock');
        const login = credential(username, secret);
        const created = session.apply(login, { rights: { role, create: 'none' } });
        if (!isTakenAlike(secret)) {
          await expect(created).rejects.toThrow(expect.objectContaining({ code: 'POLICY' }));
          expect(await session.exists(username)).toBe(false);
          return;
        }
        await created;
        expect(await session.exists(username)).toBe(true);
        expect(await logsIn(login)).toBe(true);
        const next = credential(other, 'another password');
        await session.apply(next, { rights: { role, like: login } });
        expect(await logsIn(next)).toBe(true);
      }));
    }), { numRuns: 25, seed: SEED });
  });

  test('why some are refused: the server leaves a forbidden character and a special space as they are, the driver does not', async () => {
    const secret = 'forbidden \uE000, special\u00A0space';
    expect(isTakenAlike(secret)).toBe(false);
    await withRoles(['differently'], async () => {
      await superuser.query(`CREATE ROLE differently LOGIN PASSWORD ${escapeLiteral(secret)}`);
      expect(await logsIn(credential('differently', secret))).toBe(false);
    });
  });

  test('passwords of any length', async () => {
    const lengths = [1, 99, 100, 1_000, 4_096];
    for (const length of lengths) {
      const username = `length ${length}`;
      await withRoles([username], () => withSession(credential('superuser', 'password'), async (session) => {
        await session.lock('lock');
        await session.apply(credential(username, 'ä'.repeat(length)), { rights: { create: 'none' } });
        expect(await logsIn(credential(username, 'ä'.repeat(length)))).toBe(true);
        expect(await logsIn(credential(username, 'ä'.repeat(length) + 'x'))).toBe(false);
      }));
    }
  });

  test('a name that the server would cut is refused', () => {
    expect(credential('ä'.repeat(31) + 'x', 'password').username).toHaveLength(32);
    expect(() => credential('ä'.repeat(32), 'password')).toThrow(expect.objectContaining({ code: 'INVALID_SECRET', message: expect.stringContaining('64 bytes') }));
  });
});
