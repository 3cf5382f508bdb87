import { existsSync, mkdtempSync, rmSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
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

/** Defines everything in the stack of the app. */
export type Define = (stack: Stack, vpc: ec2.IVpc) => void;

/** Synthesises an app with the login of a PostgreSQL instance. @returns the folder of its cloud assembly */
export function synthesiseApp(extend: Extend = () => {}): string {
  return synthesise((stack, vpc) => {
    const database = postgres(stack, vpc);
    new GuardedDatabaseSecret(stack, 'Login', { database: DatabaseTarget.rdsInstance(database), username: 'app' });
    extend(stack, vpc, database);
  });
}

/** Synthesises an app of one stack. @returns the folder of its cloud assembly */
export function synthesise(define: Define): string {
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
  define(stack, new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }));
  return app.synth().directory;
}

export function postgres(stack: Stack, vpc: ec2.IVpc, id: string = 'Database', props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 });
  return new rds.DatabaseInstance(stack, id, { engine, vpc, databaseName: 'shop', ...props });
}

export function mariadb(stack: Stack, vpc: ec2.IVpc, id: string = 'Database', props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  const engine = rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11 });
  return new rds.DatabaseInstance(stack, id, { engine, vpc, databaseName: 'shop', ...props });
}

/** Lets RDS manage the password of the administrator; the oldest CDK has no option for it. @returns the secret that RDS makes */
export function managedByRds(instance: rds.DatabaseInstance): secretsmanager.ISecret {
  const resource = instance.node.defaultChild as rds.CfnDBInstance;
  resource.manageMasterUserPassword = true;
  resource.masterUsername = 'admin';
  resource.masterUserPassword = undefined;
  return secretsmanager.Secret.fromSecretCompleteArn(instance, 'Managed', resource.attrMasterUserSecretSecretArn);
}
