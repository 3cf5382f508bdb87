/** What `--faults` tells of a function that changes the password in one step and promotes it in another one, as many do. */
import { writeFileSync } from 'fs';
import * as path from 'path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { postgres, ROOT, synthesise, temporaryFolder } from './app';
import { CALL, guardedSecrets } from './tool';

jest.setTimeout(600_000);

/** Logs in with AWSPENDING or AWSCURRENT. It keeps no record of a password that it gave the database. */
const FUNCTION = `
  const { Client } = require(${JSON.stringify(path.join(ROOT, 'node_modules', 'pg'))});
  ${CALL}
  const read = async (SecretId, VersionStage) => JSON.parse((await call('GetSecretValue', { SecretId, VersionStage })).SecretString);
  const connect = async ({ host, port, username: user, password, dbname: database }) => {
    const client = new Client({ host, port, user, password, database, ssl: true });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
    if (Step === 'createSecret') {
      // The same value for the same token, so that it can be put again.
      const SecretString = JSON.stringify({ ...await read(SecretId, 'AWSCURRENT'), password: 'new-' + ClientRequestToken });
      await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages: ['AWSPENDING'] });
    }
    if (Step === 'setSecret') {
      const current = await read(SecretId, 'AWSCURRENT');
      const pending = await read(SecretId, 'AWSPENDING');
      const client = await connect(pending).catch(() => connect(current));
      await client.query('ALTER ROLE ' + client.escapeIdentifier(current.username) + ' PASSWORD ' + client.escapeLiteral(pending.password));
      await client.end();
    }
    if (Step === 'finishSecret') {
      const { VersionId } = await call('GetSecretValue', { SecretId });
      await call('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: VersionId });
    }
  };
`;

test('a retry repairs it, but an operator who cancels locks everybody out', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'index.js'), FUNCTION);
  const { status, stdout } = guardedSecrets(['rehearse', '--faults', synthesise((stack, vpc) => {
    const rotationLambda = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(folder) });
    postgres(stack, vpc).secret!.addRotationSchedule('Schedule', { rotationLambda });
  })]);
  expect(status).toBe(1);
  const [retried, cancelled] = ['the service tries again', 'an operator rotates anew'].map((title) => (
    new RegExp(`│ ${title} +│ (\\d+) +│ (\\d+) +│ (\\d+) +│ (\\d+) +│`).exec(stdout)!.slice(1).map(Number)));
  const [, deadBefore, deadAfter] = retried;
  expect(deadBefore).toBeGreaterThan(0);
  expect(deadAfter).toBe(0);
  const [crashes, deadBeforeCancel, deadAfterCancel, stuck] = cancelled;
  expect([deadAfterCancel, stuck]).toEqual([deadBeforeCancel, deadBeforeCancel]);
  expect(stdout).toMatch(/harm: killed in \w+Secret after (answer|request) \d+ \([\w ]+\), then an operator rotates anew/);
  expect(stdout).toMatch(new RegExp(`after ${deadAfterCancel} of ${crashes + retried[0]} crashes AWSCURRENT does not authenticate`));
});
