/**
 * What the constructs write into the environment is what the functions read.
 */
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { deployed } from './deployed';
import { Json, newStack, only, postgresCluster, rotatedStack, template } from './vocabulary';
import { DeployedSecrets } from '../../lambda/core/facts';
import { DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation, SecretRotator } from '../../src';
import { SECRET_FACTS_PREFIX, SecretFacts } from '../../src/handler-contract';

/** The environment of the one function of a stack, as Lambda would give it. */
function environment(stack: ReturnType<typeof newStack>): { [name: string]: string } {
  return deployed(only(stack, 'AWS::Lambda::Function').properties.Environment.Variables, template(stack).toJSON());
}

function facts(stack: ReturnType<typeof newStack>): SecretFacts[] {
  return Object.entries(environment(stack)).filter(([name]) => name.startsWith(SECRET_FACTS_PREFIX)).map(([, value]) => JSON.parse(value));
}

function ofInstance() {
  return rotatedStack().stack;
}

function ofCluster() {
  const stack = newStack();
  new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.auroraCluster(postgresCluster(stack)), username: 'app' });
  return stack;
}

function ofMaster() {
  const stack = newStack();
  const cluster = postgresCluster(stack);
  new SecretRotator(stack, 'Rotation', { secret: cluster.secret!, rotation: Rotation.singleUser({ database: DatabaseTarget.auroraCluster(cluster) }) });
  return stack;
}

function ofAddress() {
  const stack = newStack();
  const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', port: 6432 });
  new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app' });
  return stack;
}

const STACKS: [string, () => ReturnType<typeof newStack>, Partial<SecretFacts>][] = [
  ['an instance', ofInstance, { host: expect.stringMatching(/^test-database.*\.rds\.amazonaws\.com$/) as Json, port: '5432' }],
  ['a cluster', ofCluster, { host: expect.stringMatching(/\.cluster-.*\.rds\.amazonaws\.com$/) as Json, port: '5432' }],
  ['a master login', ofMaster, { host: expect.stringMatching(/\.cluster-.*\.rds\.amazonaws\.com$/) as Json, port: '5432' }],
  ['an address', ofAddress, { host: 'db.example.com', port: '6432' }],
];

describe.each(STACKS)('the login of %s', (_, define, expected) => {
  test('has its facts, and no others, in the environment', () => {
    expect(facts(define())).toEqual([{ secret: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:.*-\w{6}$/), strategy: 'single-user', ...expected }]);
  });

  test('has facts that the function takes, for its secret', () => {
    const stack = define();
    const [own] = facts(stack);
    expect(DeployedSecrets.fromEnvironment(environment(stack)).get(own.secret)).toEqual(own);
  });

  test('puts nothing else there but the certificates of Amazon', () => {
    const others = Object.entries(environment(define())).filter(([name]) => !name.startsWith(SECRET_FACTS_PREFIX));
    expect(others).toEqual([['NODE_EXTRA_CA_CERTS', '/var/runtime/ca-cert.pem']]);
  });
});

describe('a login of an administrator', () => {
  const rotations: [string, (database: DatabaseTarget, adminSecret: ISecret) => Rotation][] = [
    ['that it changes', (database, adminSecret) => Rotation.adminAssisted({ database, adminSecret })],
    ['that it creates', (database, adminSecret) => Rotation.adminAssisted({ database, adminSecret, role: 'owner', createWith: DatabasePrivileges.ALL })],
    ['of a pair', (database, adminSecret) => Rotation.alternatingUsers({ database, adminSecret, role: 'owner', createWith: DatabasePrivileges.READ_ONLY })],
  ];

  test.each(rotations)('%s has facts that the function takes, for its secret', (_, rotationOf) => {
    const stack = newStack();
    const cluster = postgresCluster(stack);
    const database = DatabaseTarget.auroraCluster(cluster);
    new GuardedDatabaseSecret(stack, 'Login', { database, username: 'app', rotation: rotationOf(database, cluster.secret!) });
    const [own] = facts(stack);
    expect(DeployedSecrets.fromEnvironment(environment(stack)).get(own.secret)).toEqual(own);
  });
});
