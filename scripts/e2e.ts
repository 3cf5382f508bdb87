/**
 * Deploys an app with the packed library and the real CDK command line tool into an emulator of AWS on this machine, lets the
 * deployed function rotate the logins of a real PostgreSQL, changes the app, and destroys it.
 */
import * as path from 'path';
import { Account } from './e2e/account';
import { Database } from './e2e/database';
import { Scenario } from './e2e/scenario';
import { example, installExamples, packLibrary } from './lib/packed';
import { providePythonPackages } from './lib/python-packages';
import { step } from './lib/run';
import { findNode } from '../cli/rehearse/node-runtimes';
import { CertificateAuthority } from '../cli/servers/certificate-authority';

const NOT_PROVEN = [
  'AWS itself: CloudFormation, Lambda, KMS, SNS and EventBridge are emulated (ministack), Secrets Manager is the local one of this project',
  'IAM itself: policies are evaluated by a library, for the requests of the function to Secrets Manager and KMS and for its invocation; nothing else is enforced',
  'networks: the function runs on this machine, without VPC, security groups and endpoints; RDS, Aurora and their certificates are not there',
  'alarms and rules: they are created, nothing is sent through them',
];

async function main(): Promise<void> {
  await packLibrary();
  await installExamples();
  await endToEnd();
}

async function endToEnd(): Promise<void> {
  const packages = await step('emulator: provided', () => providePythonPackages('emulator', path.join('scripts', 'e2e', 'requirements.txt')));
  const authority = await CertificateAuthority.create();
  const node = findNode('nodejs24.x', example('end-to-end')).program;
  const database = await step('PostgreSQL: started', () => Database.start(authority));
  try {
    const account = await step('account: opened', () => Account.open({ packages, authority, node }));
    try {
      await new Scenario(account, database).play();
      console.log(`\n${account.permissions.allowed} requests allowed by the deployed policies, ${account.permissions.refusals.length} refused`);
    } finally {
      await account.close();
    }
  } finally {
    await database.stop();
  }
  console.log(`\nnot proven:\n${NOT_PROVEN.map((line) => `- ${line}`).join('\n')}`);
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
