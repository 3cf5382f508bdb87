import { existsSync, mkdtempSync, rmSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { DatabaseTarget, GuardedDatabaseSecret } from '../../../src';

export const ROOT = path.join(__dirname, '..', '..', '..');

const folders: string[] = [];

afterAll(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder that goes with the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-test-'));
  folders.push(folder);
  return folder;
}

/** Defines more in the stack of the app. */
export type Extend = (stack: Stack, vpc: ec2.IVpc, database: rds.DatabaseInstance) => void;

/** Synthesises an app with the login of a PostgreSQL instance. @returns the folder of its cloud assembly */
export function synthesiseApp(extend: Extend = () => {}): string {
  if (!existsSync(path.join(ROOT, 'assets', 'lambda', 'postgres', 'index.js'))) {
    throw new Error('the functions are not bundled; run `npx projen bundle` first');
  }
  const app = new App({
    outdir: temporaryFolder(),
    analyticsReporting: false,
    // The CDK's command line tool sets this.
    context: { 'aws:cdk:enable-path-metadata': true },
  });
  const stack = new Stack(app, 'App');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
  const database = new rds.DatabaseInstance(stack, 'Database', {
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
    vpc,
    databaseName: 'shop',
  });
  new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.rdsInstance(database), username: 'app' });
  extend(stack, vpc, database);
  return app.synth().directory;
}
