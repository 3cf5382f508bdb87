import { code } from '../../support/errors';
import { useMariadb } from '../../support/mariadb';
import { MariadbWorld } from '../../support/mariadb-world';

const server = useMariadb();
let world: MariadbWorld;

beforeEach(async () => {
  world = await MariadbWorld.create(server);
  await server.server.createLogin(world.name('app'), 'old', world.database);
});

afterEach(() => world.close());

async function valid(...passwords: string[]): Promise<string[]> {
  const results = await Promise.all(passwords.map((password) => world.logsIn(world.credential('app', password))));
  return passwords.filter((_password, index) => results[index]);
}

describe('the password of a login', () => {
  test('is changed, may be changed again, and can be set back', async () => {
    const session = await world.session();
    for (const password of ['new', 'new', 'old']) {
      await session.apply(world.credential('app', password));
      expect(await valid('old', 'new')).toEqual([password]);
    }
  });

  test('is the same from all hosts, and each account keeps what it has else', async () => {
    await world.sql('CREATE USER $app@localhost REQUIRE SSL WITH MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 9 DAY');
    await world.sql('CREATE USER $app@elsewhere REQUIRE X509 ACCOUNT LOCK');
    const before = await Promise.all(['$app@localhost', '$app@elsewhere', '$app'].map((account) => world.describe(account)));
    await world.apply(world.credential('app', 'new'));
    expect(await Promise.all(['$app@localhost', '$app@elsewhere', '$app'].map((account) => world.describe(account)))).toEqual(before);
    expect(await valid('old', 'new')).toEqual(['new']);
    await world.sql('DROP USER $app@localhost');
    expect(await valid('old', 'new')).toEqual(['new']);
    expect(server.server.log().match(/ALTER USER 'app .*elsewhere.*/)?.[0]).toContain('localhost');
  });

  test('can have an older one beside it, as long as it is said so', async () => {
    const session = await world.session();
    await session.apply(world.credential('app', 'new'), { beside: world.credential('app', 'old') });
    expect(await valid('old', 'new')).toEqual(['old', 'new']);
    await session.apply(world.credential('app', 'new'), { beside: world.credential('app', 'old') });
    expect(await valid('old', 'new')).toEqual(['old', 'new']);
    await session.apply(world.credential('app', 'newer'), { beside: world.credential('app', 'new') });
    expect(await valid('old', 'new', 'newer')).toEqual(['new', 'newer']);
    await session.apply(world.credential('app', 'newer'), { beside: world.credential('app', 'newer') });
    expect(await valid('old', 'new', 'newer')).toEqual(['newer']);
    await session.apply(world.credential('app', 'newest'), { beside: world.credential('app', 'newer') });
    await session.apply(world.credential('app', 'newest'));
    expect(await valid('old', 'new', 'newer', 'newest')).toEqual(['newest']);
  });

  test('is in no log of the server, nor is the one beside it', async () => {
    await world.apply(world.credential('app', 'Passw0rd-new'), { beside: world.credential('app', 'Passw0rd-old') });
    expect(server.server.log()).toMatch(/ALTER USER .+ IDENTIFIED VIA mysql_native_password USING '\*[0-9A-F]{40}' OR mysql_native_password USING '\*[0-9A-F]{40}'/);
    expect(server.server.log()).not.toMatch(/Passw0rd/);
  });
});

test('a rehearsal changes nothing at all', async () => {
  await world.sql('ALTER USER $app REQUIRE SSL WITH MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 9 DAY');
  const before = await world.stored('app');
  const session = await world.session();
  await session.rehearse!(world.credential('app', 'new'));
  await session.rehearse!(world.credential('app', 'new'), { beside: world.credential('app', 'old') });
  await session.rehearse!(world.credential('other', 'new'), { rights: { like: world.credential('app') } });
  await session.rehearse!(world.credential('other', 'new'), { rights: { create: 'all' } });
  expect(await world.stored('app')).toBe(before);
  expect(await world.stored('other')).toBe('[]');
});

test('a login exists when somebody can log in as it; a role is none', async () => {
  const session = await world.session();
  await world.sql('CREATE ROLE $$role');
  await world.sql('CREATE USER $interrupted IDENTIFIED VIA mysql_native_password USING \'invalid\'');
  expect(await Promise.all(['app', 'admin', 'role', 'interrupted', 'nobody'].map((login) => session.exists(world.name(login))))).toEqual([true, true, false, false, false]);
});

describe('is refused before anything is changed', () => {
  async function refused(error: unknown): Promise<void> {
    const before = await world.stored('app');
    const next = world.credential('app', 'new');
    for (const step of ['rehearse', 'apply'] as const) {
      const session = await world.session();
      await expect(session[step]!(next)).rejects.toThrow(error as Error);
      await session.close();
    }
    expect(await world.stored('app')).toBe(before);
  }

  test('a login that is not there', async () => {
    await world.sql('DROP USER $app');
    await refused(code('PRIVILEGE', 'does not exist'));
  });

  test.each([
    ['unix_socket', 'unix_socket'],
    ['ed25519 USING PASSWORD(\'x\')', 'ed25519'],
    ['mysql_native_password USING PASSWORD(\'x\') OR unix_socket', 'unix_socket'],
  ])('a login with %s', async (method, plugin) => {
    await world.sql('INSTALL SONAME \'auth_ed25519\'').catch(() => {});
    await world.sql(`CREATE USER $app@localhost IDENTIFIED VIA ${method}`);
    await refused(code('PRIVILEGE', `the authentication plugin ${plugin}; only mysql_native_password can be rotated`));
  });

  test('an administrator who may not change logins', async () => {
    await world.sql('REVOKE CREATE USER ON *.* FROM $admin');
    // To change the rows of the table is as good as the privilege.
    await world.sql('REVOKE INSERT, UPDATE, DELETE ON *.* FROM $admin');
    await refused(code('PRIVILEGE', 'give the administrator CREATE USER'));
  });

  test('an administrator who may not read logins', async () => {
    await world.sql('REVOKE SELECT ON *.* FROM $admin');
    await refused(code('PRIVILEGE', 'SELECT on `mysql`.*'));
  });

  test('a login that wants to be its own administrator', async () => {
    const session = await world.session({ ...world.fields('app', 'old') });
    const before = await world.stored('app');
    await expect(session.apply(world.credential('app', 'new'), { beside: world.credential('app', 'old') })).rejects.toThrow(code('PRIVILEGE'));
    expect(await world.stored('app')).toBe(before);
  });
});
