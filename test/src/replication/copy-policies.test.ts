/**
 * The policies of a rotation function about the keys of replicas, by the sizes that a deployment would give them.
 */
import { Annotations, App, Environment, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { GuardedDatabaseSecret, ReplicaKey, SecretReplicaOptions } from '../../../src';
import { deployed } from '../deployed';
import { EvaluatedApp } from '../evaluation/evaluated-app';
import { ACCOUNT, asList, Json, newStack, only, postgresInstance, REGION, resources, rotatedLogin, statementsWith, template, warnings } from '../vocabulary';

type KeyOf = (stack: Stack, number: number) => kms.IKey;

function byArn(region: (number: number) => string): KeyOf {
  return (stack, number) => {
    const keyId = `01234567-89ab-cdef-0123-${`${number}`.padStart(12, '0')}`;
    return kms.Key.fromKeyArn(stack, `Key${number}`, `arn:aws:kms:${region(number)}:${ACCOUNT}:key/${keyId}`);
  };
}

/** As long as the longest ones there are. */
const manyRegions = (number: number): string => `ap-southwest-${number}`;
const oneRegion = (): string => 'eu-west-1';

function byAlias(region: (number: number) => string): KeyOf {
  return (stack, number) => {
    const app = stack.node.root as App;
    const other = app.node.tryFindChild(region(number)) as Stack ?? newStack({ env: { account: ACCOUNT, region: region(number) } }, region(number), app);
    return new ReplicaKey(other, `KeyOfTheReplicas${number}`).alias;
  };
}

/** Logins of one function, each with a replica under a key of its own. */
function replicated(count: number, keyOf: KeyOf, { env, role }: { env?: Environment; role?: (stack: Stack) => iam.IRole } = {}) {
  const stack = newStack({ env: env ?? { account: ACCOUNT, region: REGION }, crossRegionReferences: true });
  const database = postgresInstance(stack);
  const options: SecretReplicaOptions[] = Array.from({ length: count }, (_, index) => {
    const encryptionKey = keyOf(stack, index + 1);
    return { region: encryptionKey.env.region, encryptionKey };
  });
  const logins = Math.max(...options.map(({ region }) => options.filter((other) => other.region === region).length));
  const ofLogin = (login: number) => options.filter(({ region }, index) => options.slice(0, index).filter((other) => other.region === region).length === login);
  const userRole = role?.(stack);
  for (let login = 0; login < logins; login++) {
    rotatedLogin(stack, database, { replicas: ofLogin(login), role: userRole }, login === 0 ? 'Login' : `Login${login}`);
  }
  return { stack, options };
}

function policiesOf(stack: Stack): { name: string; size: number; statements: Json[] }[] {
  const json = template(stack).toJSON();
  return Object.entries(resources(stack, 'AWS::IAM::ManagedPolicy')).filter(([id]) => id.includes('ReplicationPolicy')).map(([id, { Properties }]) => ({
    name: /ReplicationPolicy\d*(?=[0-9A-F]{8}$)/.exec(id)![0],
    size: JSON.stringify(deployed(Properties.PolicyDocument, json)).length,
    statements: Properties.PolicyDocument.Statement,
  }));
}

/** The keys that a statement names, each as JSON. */
function keysIn({ Resource, Condition }: Json): string[] {
  return asList(Condition['ForAnyValue:StringEquals']?.['kms:ResourceAliases'] ?? Resource).map((key) => JSON.stringify(key));
}

describe.each<[string, KeyOf, number, string[]]>([
  ['one key by its ARN', byArn(manyRegions), 1, ['ReplicationPolicy']],
  ['twelve keys by their ARNs', byArn(manyRegions), 12, ['ReplicationPolicy']],
  ['forty keys by their ARNs', byArn(manyRegions), 40, ['ReplicationPolicy', 'ReplicationPolicy2', 'ReplicationPolicy3']],
  ['one key by its alias', byAlias(manyRegions), 1, ['ReplicationPolicy']],
  ['twelve keys by their aliases', byAlias(manyRegions), 12, ['ReplicationPolicy']],
  ['forty keys by their aliases', byAlias(manyRegions), 40, ['ReplicationPolicy', 'ReplicationPolicy2', 'ReplicationPolicy3', 'ReplicationPolicy4']],
])('a function that copies under %s, of as many Regions', (_, keyOf, count, names) => {
  const { stack } = replicated(count, keyOf);
  const policies = policiesOf(stack);

  test('has one statement for each, in as many policies as it takes', () => {
    expect(policies.map(({ name }) => name)).toEqual(names);
    const keys = policies.flatMap(({ statements }) => statements).map(keysIn);
    expect(keys.every(({ length }) => length === 1)).toBe(true);
    expect(new Set(keys.flat()).size).toBe(count);
  });

  test('has no policy that is longer than IAM takes, nor one that is half empty', () => {
    const sizes = policies.map(({ size }) => size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6144);
    expect(sizes.slice(0, -1).filter((size) => size < 5000)).toEqual([]);
  });

  test('rotates after all of them are attached', () => {
    const { dependsOn } = only(stack, 'AWS::SecretsManager::RotationSchedule');
    const ids = Object.keys(resources(stack, 'AWS::IAM::ManagedPolicy'));
    expect(ids).toHaveLength(names.length + 2);
    expect(ids.filter((id) => !dependsOn.includes(id))).toEqual([]);
    expect(warnings(stack)).toEqual([]);
  });
});

test('the sizes are estimated from above where only the deployment knows account and Region', () => {
  const policies = policiesOf(replicated(40, byArn(manyRegions), { env: {} }).stack);
  expect(policies.length).toBeGreaterThan(2);
  expect(Math.max(...policies.map(({ size }) => size))).toBeLessThanOrEqual(6144);
});

describe.each([['ARNs', byArn(oneRegion)], ['aliases', byAlias(oneRegion)]])('keys of one Region by their %s', (_, keyOf) => {
  test.each([[2, [2]], [12, [9, 3]]])('%d of as many logins: one statement for each function', (count, numbers) => {
    const { stack } = replicated(count, keyOf);
    expect(policiesOf(stack).map(({ statements }) => statements.map((statement) => keysIn(statement).length))).toEqual(numbers.map((number) => [number]));
  });

  test('that is the same for all logins is named once', () => {
    let key: kms.IKey | undefined;
    const { stack } = replicated(3, (scope, number) => key ??= keyOf(scope, number));
    const statements = statementsWith(stack, 'kms:Encrypt');
    expect(statements.map((statement) => keysIn(statement).length)).toEqual([1]);
  });
});

test('keys of two stacks with the same ids are two, also by references between Regions', () => {
  const { stack } = replicated(2, (scope, number) => {
    const props = { env: { account: ACCOUNT, region: oneRegion() }, crossRegionReferences: true };
    return new kms.Key(newStack(props, `Keys${number}`, scope.node.root as App), 'Key');
  });
  expect(statementsWith(stack, 'kms:Encrypt').map((statement) => keysIn(statement).length)).toEqual([2]);
});

test('a function of many logins with many Regions has room for all keys', () => {
  const { stack } = replicated(48, byArn((number) => manyRegions(number % 16)));
  const policies = policiesOf(stack);
  expect(new Set(policies.flatMap(({ statements }) => statements.flatMap(keysIn))).size).toBe(48);
  expect(Math.max(...policies.map(({ size }) => size))).toBeLessThanOrEqual(6144);
});

test('together they allow what each would allow alone: to encrypt with these keys, through the Regions of secret and replica', async () => {
  const regions = ['eu-west-1', 'eu-west-1', 'us-east-1'];
  const { stack, options } = replicated(3, byAlias((number) => regions[number - 1]));
  const [first, second, third] = options.map(({ encryptionKey }) => encryptionKey as kms.IAlias);
  const foreign = byAlias(oneRegion)(stack, 99) as kms.IAlias;
  const secret = (stack.node.findChild('Login') as GuardedDatabaseSecret).secret;
  const app = new EvaluatedApp(stack);
  const role = stack.node.findAll().find((construct) => construct instanceof iam.Role && construct.node.path.includes('Rotation'))!;

  const encrypts = ({ node, aliasTargetKey }: kms.IAlias, region: string, action: string = 'kms:Encrypt') => app.usesKey(app.caller(role), action, secret, {
    'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
    'kms:ResourceAliases': [(node.defaultChild as kms.CfnAlias).aliasName],
    'kms:EncryptionContext:SecretARN': app.arnOf(secret).replace(REGION, aliasTargetKey.env.region),
  }, aliasTargetKey);

  expect(await Promise.all([encrypts(first, 'eu-west-1'), encrypts(second, 'eu-west-1'), encrypts(third, 'us-east-1')])).toEqual([true, true, true]);
  expect(await Promise.all([encrypts(foreign, 'eu-west-1'), encrypts(first, 'us-east-1'), encrypts(third, 'eu-west-1')])).toEqual([false, false, false]);
  expect(await encrypts(first, 'eu-west-1', 'kms:Decrypt')).toBe(false);
});

describe('a role', () => {
  const withPolicies = (count: number) => (stack: Stack) => new iam.Role(stack, 'MyRole', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    managedPolicies: Array.from({ length: count }, (_, number) => iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${number}`)),
  });

  test('may have ten managed policies, those of the function among them', () => {
    expect(warnings(replicated(1, byArn(oneRegion), { role: withPolicies(7) }).stack)).toEqual([]);
  });

  test('with more needs a higher quota: a warning, which can be acknowledged', () => {
    const { stack } = replicated(1, byArn(oneRegion), { role: withPolicies(8) });
    expect(warnings(stack)).toEqual([
      'the role "Test/MyRole" has 10 managed policies at most by default, got 11; give the replicas of one Region one key, take policies from the role, or have the quota raised and acknowledge this',
    ]);
    Annotations.of(stack).acknowledgeWarning('cdk-guarded-secrets:managedPolicyQuota', 'raised to 20');
    expect(warnings(stack)).toEqual([]);
  });

  test('counts what the stack attaches to it elsewhere, also when it is imported', () => {
    const role = (stack: Stack) => {
      const imported = iam.Role.fromRoleArn(stack, 'MyRole', `arn:aws:iam::${ACCOUNT}:role/rotation`);
      for (let number = 0; number < 8; number++) {
        new iam.ManagedPolicy(stack, `Policy${number}`, { roles: [imported], statements: [new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [`arn:aws:s3:::bucket${number}`] })] });
      }
      return imported;
    };
    expect(warnings(replicated(1, byArn(oneRegion), { role }).stack)).toEqual([expect.stringContaining('got 11;')]);
  });

  test('that must not be changed is left alone', () => {
    const role = (stack: Stack) => iam.Role.fromRoleArn(stack, 'MyRole', `arn:aws:iam::${ACCOUNT}:role/rotation`, { mutable: false });
    const { stack } = replicated(1, byArn(oneRegion), { role });
    expect(Object.values(resources(stack, 'AWS::IAM::ManagedPolicy')).map(({ Properties }) => Properties.Roles)).toEqual([undefined, undefined, undefined]);
    expect(warnings(stack)).toContainEqual(expect.stringMatching(/the function has no rights; attach the managed policies "[^"]*\/ReplicationPolicy" where the role is defined/));
  });
});
