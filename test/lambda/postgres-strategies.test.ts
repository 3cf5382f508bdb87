import { randomUUID } from 'crypto';
import { ADMIN_SECRET, MemorySecrets } from './support/memory-secrets';
import { POSTGRES_VERSIONS, usePostgres } from './support/postgres';
import { PostgresWorld } from './support/postgres-world';
import { environment, TestFunction } from './support/rotation';
import { SecretFacts } from '../../src/handler-contract';

interface Cost {
  /** Messages to the server with statements in them: round trips. */
  readonly messages: number;
  readonly statements: number;
  readonly connections: number;
  readonly calls: number;
}

/**
 * What a rotation may cost, once a pair is there. Less is hardly possible: createSecret takes the lock and tries the change, finishSecret
 * takes the lock and makes it, that is 4 messages. Of the statements, 8 are for each lock: a transaction, five settings, a savepoint and
 * the lock itself. An administrator reads the role first, 2 more messages. For a pair, rights, owners and other databases are read,
 * in a message each, both times.
 */
const COSTS: { readonly [strategy: string]: Cost } = {
  'single-user': { messages: 4, statements: 22, connections: 3, calls: 10 },
  'admin-assisted': { messages: 6, statements: 26, connections: 3, calls: 12 },
  'alternating-users': { messages: 12, statements: 32, connections: 3, calls: 12 },
  'alternating-users with a role': { messages: 14, statements: 34, connections: 3, calls: 12 },
};

jest.setTimeout(30_000);

describe.each(POSTGRES_VERSIONS)('strategies on PostgreSQL %i', (version) => {
  const database = usePostgres({ version });
  let world: PostgresWorld;

  beforeEach(async () => {
    world = await PostgresWorld.create(database);
    await world.asAdmin('CREATE ROLE $app LOGIN; CREATE ROLE $owner; CREATE TABLE orders (id int); GRANT SELECT ON orders TO $owner');
    await world.apply('app');
  });

  afterEach(() => world.close());

  function factsOf(strategy: string): Partial<SecretFacts> {
    const administrator = { adminSecret: ADMIN_SECRET, username: world.name('app') };
    const pair = { ...administrator, strategy: 'alternating-users', otherUsername: world.name('clone') } as const;
    switch (strategy) {
      case 'admin-assisted': return { ...administrator, strategy };
      case 'alternating-users': return pair;
      case 'alternating-users with a role': return { ...pair, role: world.name('owner') };
      default: return {};
    }
  }

  /** The messages with statements since a place in the log, without those of the tests. */
  function messagesSince(place: number): string[] {
    const lines = database.server.log().slice(place).split(/^(?=\d+\|)/m);
    return lines.filter((line) => line.includes(`|${world.database}|`)).flatMap((line) => /LOG: {2}statement: (.*)/s.exec(line)?.[1] ?? []);
  }

  test.each(Object.keys(COSTS))('%s: no failed login, no password in any log, not more than it may cost', async (strategy) => {
    const secrets = new MemorySecrets(world.fields(world.name('app')));
    secrets.admin.set('AWSCURRENT', { username: world.admin.username, password: world.admin.password });
    const rotator = new TestFunction(database.engine, {
      secrets: secrets.client(), environment: environment({ host: 'localhost', port: String(database.server.port), ...factsOf(strategy) }),
    });
    const cost = { messages: 0, statements: 0, connections: 0, calls: 0 };
    const versions: string[] = [];
    const statements: string[] = [];
    // The first two rotations of a pair may have something to do.
    for (let rotation = 1; rotation <= 4; rotation++) {
      const [place, logins, calls] = [database.server.log().length, database.server.logins().length, secrets.calls.length];
      versions.push(randomUUID());
      secrets.startRotation(versions.at(-1)!);
      await rotator.rotate(versions.at(-1)!);
      const messages = messagesSince(place);
      cost.messages = messages.length;
      cost.statements = messages.flatMap((message) => message.split('; ')).length;
      statements.push(...messages);
      cost.connections = database.server.logins().length - logins;
      cost.calls = secrets.calls.length - calls;
      expect(await world.logsIn(database.engine.parse(secrets.current))).toBe(true);
    }
    for (const [name, limit] of Object.entries(COSTS[strategy])) expect([name, cost[name as keyof Cost] <= limit, cost]).toEqual([name, true, cost]);

    expect(database.server.logins().every(({ outcome }) => outcome === 'authorised')).toBe(true);
    const logs = database.server.log() + JSON.stringify(rotator.records);
    for (const id of versions) expect(logs).not.toContain(secrets.value(id).password);
    expect(statements.filter((message) => message.includes('PASSWORD \'SCRAM-SHA-256$'))).toHaveLength(8);
    expect(statements.filter((message) => /PASSWORD '(?!SCRAM-SHA-256\$)/.test(message))).toEqual([]);
    expect(JSON.stringify(rotator.records)).not.toContain('SCRAM-SHA-256$');
  });
});
