import { readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { managedByRds, mariadb, postgres, ROOT, synthesise, synthesiseApp, temporaryFolder } from './app';
import { readAssembly } from '../../../cli/rehearse/assembly';
import { Deployment } from '../../../cli/rehearse/deployment';
import { planRehearsal } from '../../../cli/rehearse/plan';
import { equip } from '../../../cli/rehearse/programs';
import { keyOf } from '../../../cli/rehearse/resources';
import { DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, GuardedSecret, Rotation, SecretRotator } from '../../../src';

function reasons(extend: Parameters<typeof synthesiseApp>[0]): string[] {
  return planRehearsal(readAssembly(synthesiseApp(extend))).leftOut.map(({ name, reason }) => `${name}: ${reason}`);
}

test('finds secret, attachment, database and code of a rotation', () => {
  const { rotations: [rotation], leftOut } = planRehearsal(readAssembly(synthesiseApp()));
  expect(leftOut).toEqual([]);
  expect(rotation.name).toBe('App/Login/Rotation');
  expect(rotation.secret.resource.Properties?.GenerateSecretString).toMatchObject({ GenerateStringKey: 'password' });
  expect(rotation.attachment.resource.Type).toBe('AWS::SecretsManager::SecretTargetAttachment');
  expect(rotation.database.resource.Properties?.DBName).toBe('shop');
  expect(rotation.rotationFunction.resource.Properties?.Handler).toBe('index.handler');
  expect(path.basename(rotation.code)).toMatch(/^asset\.[0-9a-f]{64}$/);
});

test('reads what a later CDK wrote', () => {
  const folder = synthesiseApp();
  for (const file of readdirSync(folder).filter((name) => name === 'manifest.json' || name.endsWith('.assets.json'))) {
    const manifest = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    writeFileSync(path.join(folder, file), JSON.stringify({ ...manifest, version: '99.0.0' }));
  }
  expect(planRehearsal(readAssembly(folder)).rotations).toHaveLength(1);
});

test('the environment of the function is that of the template', () => {
  const plan = planRehearsal(readAssembly(synthesiseApp()));
  const [rotation] = plan.rotations;
  const deployment = new Deployment(plan.stacks, new Map([[keyOf(rotation.secret), 'arn:login']]), new Map([[keyOf(rotation.database), { host: 'localhost', port: 15432 }]]));
  const { variables, unresolved } = deployment.environment(rotation.rotationFunction);
  const facts = Object.entries(variables).find(([name]) => name.startsWith('GUARDED_SECRET_'))?.[1];
  expect(JSON.parse(facts ?? '')).toEqual({ secret: 'arn:login', strategy: 'single-user', host: 'localhost', port: '15432' });
  expect(unresolved).toEqual([]);
});

describe('the facts of a rotation', () => {
  test('name the secret of the administrator, attached or managed by the service', () => {
    const plan = planRehearsal(readAssembly(synthesise((stack, vpc) => {
      const attached = postgres(stack, vpc);
      const managed = mariadb(stack, vpc, 'Managed');
      const [first, second] = [DatabaseTarget.rdsInstance(attached), DatabaseTarget.rdsInstance(managed)];
      const pair = Rotation.alternatingUsers({ database: first, adminSecret: attached.secret!, role: 'owner', createWith: DatabasePrivileges.READ_ONLY });
      new GuardedDatabaseSecret(stack, 'Pair', { database: first, username: 'app', rotation: pair });
      new GuardedDatabaseSecret(stack, 'Dual', {
        database: second,
        username: 'app',
        rotation: Rotation.adminAssisted({ database: second, adminSecret: managedByRds(managed), dualPasswords: true }),
      });
    })));
    expect(plan.leftOut).toEqual([]);
    const seen = plan.rotations.map(({ kind, facts, testedAtDeployment }) => ({
      kind: kind.title, ...facts, adminSecret: facts?.adminSecret?.resource.Type, testedAtDeployment,
    }));
    expect(seen).toMatchObject([
      {
        kind: 'PostgreSQL',
        strategy: 'alternating-users',
        username: 'app',
        otherUsername: 'app_clone',
        role: 'owner',
        create: 'read-only',
        adminSecret: 'AWS::SecretsManager::Secret',
        testedAtDeployment: true,
      },
      { kind: 'MariaDB', strategy: 'admin-assisted', username: 'app', dualPasswords: 'true', adminSecret: 'AWS::RDS::DBInstance', testedAtDeployment: true },
    ]);
  });

  test('a rotation at deployment is not tested before', () => {
    const folder = synthesise((stack, vpc) => {
      new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.rdsInstance(postgres(stack, vpc)), username: 'app', rotateImmediately: true });
    });
    expect(planRehearsal(readAssembly(folder)).rotations[0].testedAtDeployment).toBe(false);
  });

  test('an administrator of another app', () => {
    expect(reasons((stack, _, database) => {
      const adminSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Admin', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:admin-AbCdEf');
      new GuardedDatabaseSecret(stack, 'Foreign', { database: DatabaseTarget.rdsInstance(database), username: 'foreign', adminSecret });
    })).toEqual(['App/Foreign/Rotation: the secret of the administrator is not defined in the app']);
  });
});

test('a database without its server on this machine is listed with what installs it', () => {
  const plan = planRehearsal(readAssembly(synthesiseApp()));
  const find = () => {
    throw new Error('no PostgreSQL server was found; install one');
  };
  const kind = { ...plan.rotations[0].kind, find };
  expect(equip({ ...plan, rotations: [{ ...plan.rotations[0], kind }] }, ROOT)).toMatchObject({
    rotations: [], leftOut: [{ name: 'App/Login/Rotation', reason: 'no PostgreSQL server was found; install one' }],
  });
});

describe('what cannot be rehearsed is listed with its reason', () => {
  test('an application of the Serverless Application Repository', () => {
    expect(reasons((_, __, database) => void database.addRotationSingleUser())).toEqual([
      'App/Database/Secret/Attachment/RotationSchedule: the function comes from the Serverless Application Repository, so its code is not in the app',
    ]);
  });

  test('a hosted rotation', () => {
    expect(reasons((stack, vpc) => void new secretsmanager.Secret(stack, 'Hosted')
      .addRotationSchedule('Schedule', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({ vpc }) }))).toEqual([
      'App/Hosted/Schedule: the function is made by a transform of CloudFormation, so its code is not in the app',
    ]);
  });

  test('a nested stack', () => {
    expect(reasons((stack) => void new NestedStack(stack, 'Inner'))).toEqual([
      'App/Inner.NestedStack/Inner.NestedStackResource: a nested stack; secrets in it are not looked at, those of stacks and stages are',
    ]);
  });

  test('code in a container image', () => {
    expect(reasons((stack, _, database) => {
      const image = new lambda.DockerImageFunction(stack, 'Image', { code: lambda.DockerImageCode.fromImageAsset(temporaryFolderWith('Dockerfile', 'FROM scratch')) });
      database.secret!.addRotationSchedule('Image', { rotationLambda: image });
    })).toEqual(['App/Database/Secret/Attachment/Image: the code of the function is a container image; a folder can be run here']);
  });

  test('another engine', () => {
    expect(reasons((stack, vpc) => {
      const mysql = new rds.DatabaseInstance(stack, 'MySql', { engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0 }), vpc });
      mysql.secret!.addRotationSchedule('Schedule', { rotationLambda: ownFunction(stack, lambda.Runtime.NODEJS_22_X) });
    })).toEqual(['App/MySql/Secret/Attachment/Schedule: a database with engine "mysql" cannot be started here: there is no package of a MySQL server, and MariaDB is another one; PostgreSQL and MariaDB can']);
  });

  test('code in the template', () => {
    expect(reasons((stack, _, database) => {
      database.secret!.addRotationSchedule('Inline', { rotationLambda: ownFunction(stack, lambda.Runtime.NODEJS_22_X) });
    })).toEqual(['App/Database/Secret/Attachment/Inline: the code of the function stands in the template; an asset can be run here']);
  });

  test('another runtime, a secret without a database, an imported secret and a function of another app', () => {
    expect(reasons((stack, vpc, database) => {
      database.secret!.addRotationSchedule('Python', { rotationLambda: ownFunction(stack, lambda.Runtime.PYTHON_3_13) });
      new secretsmanager.Secret(stack, 'Unattached').addRotationSchedule('Node', { rotationLambda: assetFunction(stack, 'Unattached') });
      secretsmanager.Secret.fromSecretNameV2(stack, 'Imported', 'elsewhere').addRotationSchedule('Node', { rotationLambda: assetFunction(stack, 'Imported') });
      new secretsmanager.Secret(stack, 'Foreign').addRotationSchedule('Node', {
        rotationLambda: lambda.Function.fromFunctionArn(stack, 'Other', 'arn:aws:lambda:eu-central-1:123456789012:function:other'),
      });
      new GuardedDatabaseSecret(stack, 'Elsewhere', {
        database: DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', vpc }),
        username: 'app',
      });
    })).toEqual([
      'App/Database/Secret/Attachment/Python: the runtime of the function is "python3.13"; Node.js can be run here',
      'App/Unattached/Node: the secret is not attached to a database of the app, so there is nothing to stand in for',
      'App/Imported/Node: the secret is not defined in the app',
      'App/Foreign/Node: the function is not defined in the app',
      'App/Elsewhere/Rotation: the secret is not attached to a database of the app, so there is nothing to stand in for',
    ]);
  });
});

describe('a custom rotation', () => {
  test('of a database of the app is rehearsed, without facts', () => {
    const { rotations, leftOut } = planRehearsal(readAssembly(synthesise((stack, vpc) => {
      const database = DatabaseTarget.rdsInstance(postgres(stack, vpc));
      new GuardedDatabaseSecret(stack, 'Own', { database, username: 'app', rotation: Rotation.custom({ handler: assetFunction(stack, 'Own') }) });
    })));
    expect(leftOut).toEqual([]);
    expect(rotations.map(({ name, facts }) => [name, facts])).toEqual([['App/Own/Rotation', undefined]]);
  });

  test('of anything else is listed with its reason', () => {
    expect(reasons((stack, _, database) => {
      const handler = assetFunction(stack, 'Own');
      new GuardedSecret(stack, 'Partner', { rotation: Rotation.custom({ handler }) });
      const imported = lambda.Function.fromFunctionArn(stack, 'Imported', 'arn:aws:lambda:eu-central-1:123456789012:function:other');
      new GuardedSecret(stack, 'Elsewhere', { rotation: Rotation.custom({ handler: imported, rightsManagedElsewhere: true }) });
      const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: handler.currentVersion });
      new SecretRotator(stack, 'Master', { secret: database.secret!, rotation: Rotation.custom({ handler: alias }) });
    })).toEqual([
      'App/Partner/Rotation: the secret is not attached to a database of the app, so there is nothing to stand in for',
      'App/Elsewhere/Rotation: the function is not defined in the app',
      'App/Master: the schedule names a version or an alias of the function, whose code may be another one than that in the app',
    ]);
  });
});

describe('fails for a folder that is no cloud assembly', () => {
  test('because it has no manifest', () => {
    const folder = temporaryFolder();
    expect(() => readAssembly(folder)).toThrow(
      `${JSON.stringify(folder)} is no cloud assembly: it has no manifest.json; synthesise the app first with \`npx cdk synth\`, and pass the folder that it writes (usually cdk.out)`);
  });

  test('because a template is cut off', () => {
    const folder = synthesiseApp();
    writeFileSync(path.join(folder, 'App.template.json'), '{"Resources": {');
    expect(() => readAssembly(folder)).toThrow(/^the cloud assembly is not whole: ".*App\.template\.json" cannot be read \(.+\); synthesise the app again with `npx cdk synth`$/s);
  });

  test('because its manifest is something else', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'manifest.json'), '{"name": "a web app"}');
    expect(() => readAssembly(folder)).toThrow(/is no cloud assembly: its manifest.json cannot be read \(.+\); synthesise the app again with `npx cdk synth`$/s);
  });
});

function temporaryFolderWith(file: string, text: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, file), text);
  return folder;
}

function ownFunction(stack: Stack, runtime: lambda.Runtime): lambda.Function {
  return new lambda.Function(stack, `Function${runtime.name}`, { runtime, handler: 'index.handler', code: lambda.Code.fromInline('//'), timeout: Duration.seconds(30) });
}

function assetFunction(stack: Stack, id: string): lambda.Function {
  return new lambda.Function(stack, `${id}Function`, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(__dirname) });
}
