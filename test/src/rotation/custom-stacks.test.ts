/**
 * Function, role, secret and rotation in different stacks of an app: no circle, and the rights are the same.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { importedHandler, importedRole, ownHandler } from './handlers';
import { GuardedSecret, ReplicaKey, Rotation, SecretRotator } from '../../../src';
import { EvaluatedApp } from '../evaluation/evaluated-app';
import { ACCOUNT, count, Json, newStack, only, REGION, resources, statementsWith, warnings } from '../vocabulary';

const ENV = { env: { account: ACCOUNT, region: REGION } };
const OTHER_REGION = 'eu-west-1';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const PERMISSION = 'AWS::Lambda::Permission';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';

/** The stacks that each stack needs, besides itself. */
function needs(...stacks: Stack[]): { [name: string]: string[] } {
  (stacks[0].node.root as App).synth();
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.dependencies.map(({ stackName }) => stackName).sort()]));
}

async function mayRotate(role: iam.IRole, { secret }: { secret: GuardedSecret['secret'] }): Promise<boolean> {
  const app = new EvaluatedApp(role);
  const caller = app.caller(role);
  return await app.allows(caller, 'secretsmanager:UpdateSecretVersionStage', secret) && app.reads(caller, secret);
}

describe.each([['of a known environment', ENV], ['of any environment', {}]])('stacks %s', (_, env) => {
  function stacks(...names: string[]): Stack[] {
    const app = new App();
    return names.map((name) => newStack(env, name, app));
  }

  test('the function in one; secret and rotation in another', async () => {
    const [functions, secrets] = stacks('Functions', 'Secrets');
    const handler = ownHandler(functions);
    const guarded = new GuardedSecret(secrets, 'Secret', { rotation: Rotation.custom({ handler }), alarmTopic: new sns.Topic(secrets, 'Topic') });
    expect(needs(functions, secrets)).toEqual({ Functions: [], Secrets: ['Functions'] });
    expect([count(functions, PERMISSION), count(functions, MANAGED_POLICY), count(secrets, PERMISSION), count(secrets, MANAGED_POLICY)]).toEqual([0, 0, 1, 1]);
    expect(only(secrets, SCHEDULE).dependsOn).toEqual(expect.arrayContaining([only(secrets, PERMISSION).id, only(secrets, MANAGED_POLICY).id]));
    expect(await mayRotate(handler.role!, guarded)).toBe(true);
  });

  test('the secret in one; function and rotation in another', async () => {
    const [secrets, functions] = stacks('Secrets', 'Functions');
    const guarded = new GuardedSecret(secrets, 'Secret');
    const handler = ownHandler(functions);
    new SecretRotator(functions, 'Rotation', { secret: guarded.secret, rotation: Rotation.custom({ handler }) });
    expect(needs(functions, secrets)).toEqual({ Functions: ['Secrets'], Secrets: [] });
    expect(await mayRotate(handler.role!, guarded)).toBe(true);
  });

  test('secret, function, role and rotation in one each', async () => {
    const [secrets, functions, roles, rotations] = stacks('Secrets', 'Functions', 'Roles', 'Rotations');
    const guarded = new GuardedSecret(secrets, 'Secret');
    const role = new iam.Role(roles, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const handler = ownHandler(functions, { role });
    new SecretRotator(rotations, 'Rotation', { secret: guarded.secret, rotation: Rotation.custom({ handler }) });
    expect(needs(secrets, functions, roles, rotations)).toEqual({
      Secrets: [], Functions: ['Roles'], Roles: [], Rotations: ['Functions', 'Roles', 'Secrets'],
    });
    expect(await mayRotate(role, guarded)).toBe(true);
  });

  test('a function that is told its secret, with the rotation beside it', async () => {
    const [secrets, functions] = stacks('Secrets', 'Functions');
    const guarded = new GuardedSecret(secrets, 'Secret');
    const handler = ownHandler(functions, { environment: { SECRET: guarded.secret.secretArn } });
    guarded.grants.read(handler);
    new SecretRotator(functions, 'Rotation', { secret: guarded.secret, rotation: Rotation.custom({ handler }) });
    expect(needs(functions, secrets)).toEqual({ Functions: ['Secrets'], Secrets: [] });
  });

  test('a function that is told its secret, all in one stack', () => {
    const [stack] = stacks('All');
    const handler = ownHandler(stack);
    const guarded = new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) });
    handler.addEnvironment('SECRET', guarded.secret.secretArn);
    guarded.grants.read(handler);
    expect(needs(stack)).toEqual({ All: [] });
  });

  test('one function for the secrets of two stacks has a policy in each', async () => {
    const [functions, first, second] = stacks('Functions', 'First', 'Second');
    const handler = ownHandler(functions);
    const guarded = [first, second].map((stack) => new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler }) }));
    expect(needs(functions, first, second)).toEqual({ Functions: [], First: ['Functions'], Second: ['Functions'] });
    for (const secret of guarded) expect(await mayRotate(handler.role!, secret)).toBe(true);
  });

  test('a function that was imported in one, for the secret of another', async () => {
    const [functions, secrets] = stacks('Functions', 'Secrets');
    const handler = importedHandler(functions, importedRole(functions));
    const guarded = new GuardedSecret(secrets, 'Secret', { rotation: Rotation.custom({ handler }) });
    expect(needs(functions, secrets)).toEqual({ Functions: [], Secrets: [] });
    expect(await mayRotate(handler.role!, guarded)).toBe(true);
  });
});

describe('replicas', () => {
  function replicated(define: (stack: Stack) => { handler: lambda.IFunction; rightsManagedElsewhere?: boolean }) {
    const app = new App();
    const stack = newStack(ENV, 'Primary', app);
    const key = new ReplicaKey(new Stack(app, 'Other', { env: { account: ACCOUNT, region: OTHER_REGION } }), 'ReplicaKey');
    const guarded = new GuardedSecret(stack, 'Secret', {
      secretName: 'partner', replicas: [{ region: OTHER_REGION, encryptionKey: key.alias }], rotation: Rotation.custom(define(stack)),
    });
    return { stack, guarded };
  }

  test('the function may encrypt with their keys, before it is scheduled', () => {
    const { stack } = replicated((scope) => ({ handler: ownHandler(scope) }));
    expect(statementsWith(stack, 'kms:Encrypt')).toMatchObject([{
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Condition: {
        'StringEquals': { 'kms:ViaService': [`secretsmanager.${REGION}.amazonaws.com`, `secretsmanager.${OTHER_REGION}.amazonaws.com`] },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': expect.stringMatching(/^alias\//) },
      },
    }]);
    const policies = Object.entries(resources(stack, MANAGED_POLICY));
    expect(policies.map(([, { Properties }]: [string, Json]) => Properties.Roles)).toEqual([1, 2].map(() => [{ Ref: only(stack, 'AWS::IAM::Role').id }]));
    expect(only(stack, SCHEDULE).dependsOn).toEqual(expect.arrayContaining(policies.map(([id]) => id)));
  });

  test('a function whose rights are given elsewhere gets those elsewhere too', () => {
    const { stack, guarded } = replicated((scope) => ({ handler: importedHandler(scope), rightsManagedElsewhere: true }));
    expect(guarded.replicas).toHaveLength(1);
    expect(count(stack, MANAGED_POLICY)).toBe(0);
    expect(warnings(stack)).toEqual([]);
  });
});

test('a secret that was imported with its key gives rights on the key', () => {
  const stack = newStack(ENV);
  const key = new kms.Key(stack, 'Key');
  const { secret } = GuardedSecret.fromAttributes(stack, 'Secret', { secretName: 'partner', encryptionKey: key });
  new SecretRotator(stack, 'Rotation', { secret, rotation: Rotation.custom({ handler: ownHandler(stack) }) });
  expect(statementsWith(stack, 'kms:GenerateDataKey')).toMatchObject([{ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: stack.resolve(key.keyArn) }]);
  expect(warnings(stack)).toEqual([]);
});
