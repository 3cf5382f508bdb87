/**
 * Secret, key, database, rotation and consumer in one stack or spread over several: no circle, and every grant works.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, Rotation, SecretRotator } from '../../../src';
import { EvaluatedApp } from '../evaluation/evaluated-app';
import { ACCOUNT, loginContent, newStack, postgresInstance, REGION } from '../vocabulary';

/** The stack that each part is in. */
interface Layout {
  readonly key: string;
  readonly database: string;
  readonly secret: string;
  readonly rotation: string;
  readonly consumer: string;
}

const LAYOUTS: [string, Layout][] = [
  ['one stack', { key: 'All', database: 'All', secret: 'All', rotation: 'All', consumer: 'All' }],
  ['the consumer in another stack', { key: 'All', database: 'All', secret: 'All', rotation: 'All', consumer: 'Consumer' }],
  ['the key in another stack', { key: 'Key', database: 'All', secret: 'All', rotation: 'All', consumer: 'All' }],
  ['the database and its administrator in another stack', { key: 'All', database: 'Database', secret: 'All', rotation: 'All', consumer: 'All' }],
  ['the rotation in another stack', { key: 'All', database: 'All', secret: 'All', rotation: 'Rotation', consumer: 'All' }],
  ['three stacks: database, secret with rotation, consumer', { key: 'Secret', database: 'Database', secret: 'Secret', rotation: 'Secret', consumer: 'Consumer' }],
  ['three stacks: key, database with secret, rotation with consumer', { key: 'Key', database: 'Secret', secret: 'Secret', rotation: 'Rotation', consumer: 'Rotation' }],
  ['four stacks: key, database, secret with rotation, consumer', { key: 'Key', database: 'Database', secret: 'Secret', rotation: 'Secret', consumer: 'Consumer' }],
  ['four stacks: key with database, secret, rotation, consumer', { key: 'Database', database: 'Database', secret: 'Secret', rotation: 'Rotation', consumer: 'Consumer' }],
];

function stacksOf(app: App): (name: string) => Stack {
  return (name) => (app.node.tryFindChild(name) as Stack | undefined) ?? newStack({ env: { account: ACCOUNT, region: REGION } }, name, app);
}

describe.each(LAYOUTS)('%s', (_, layout) => {
  test('an administrator rotates, a role reads, writes and rotates', async () => {
    const app = new App();
    const stack = stacksOf(app);
    const encryptionKey = new kms.Key(stack(layout.key), 'Key');
    const instance = postgresInstance(stack(layout.database));
    const database = DatabaseTarget.rdsInstance(instance);
    const { secret, grants } = new GuardedSecret(stack(layout.secret), 'Secret', { encryptionKey, content: loginContent() });
    const { rotationFunction } = new SecretRotator(stack(layout.rotation), 'Rotation', {
      secret, rotation: Rotation.adminAssisted({ database, adminSecret: instance.secret! }),
    });
    const role = new iam.Role(stack(layout.consumer), 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    grants.read(role);
    grants.write(role);
    grants.rotate(role);

    const evaluated = new EvaluatedApp(app);
    const [reader, rotator] = [evaluated.caller(role), evaluated.caller(rotationFunction.role)];
    expect(await evaluated.reads(reader, secret)).toBe(true);
    expect(await evaluated.reads(reader, instance.secret!)).toBe(false);
    for (const action of ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage']) {
      expect(await evaluated.allows(rotator, `secretsmanager:${action}`, secret)).toBe(true);
    }
    expect(await evaluated.usesKey(rotator, 'kms:GenerateDataKey', secret)).toBe(true);
    expect(await evaluated.reads(rotator, secret)).toBe(true);
    expect(await evaluated.reads(rotator, instance.secret!)).toBe(true);
    expect(await evaluated.allows(rotator, 'secretsmanager:PutSecretValue', instance.secret!)).toBe(false);
  });
});

test('a login with its database, and the function that consumes it, in two stacks', async () => {
  const app = new App();
  const stack = stacksOf(app);
  const instance = postgresInstance(stack('Database'));
  const login = new GuardedDatabaseSecret(stack('Service'), 'Login', {
    database: DatabaseTarget.rdsInstance(instance), username: 'app', adminSecret: instance.secret, dedicatedKey: true,
  });
  const role = new iam.Role(stack('Service'), 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  login.grants.read(role);
  instance.grantConnect(role, 'app');
  const evaluated = new EvaluatedApp(app);
  expect(await evaluated.reads(evaluated.caller(role), login.secret)).toBe(true);
  expect(await evaluated.reads(evaluated.caller(login.rotator.rotationFunction.role), instance.secret!)).toBe(true);
});
