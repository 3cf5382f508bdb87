/**
 * Synthesises one stack with rotated logins in a process of its own, and prints what it took as JSON:
 *
 *   tsx scripts/bench/synthesise.ts <kind> <number of logins>
 */
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Kind, Measurement } from './kinds';
import { DatabaseTarget, GuardedDatabaseSecret, Rotation, SecretRotator } from '../../src';

interface Scene {
  readonly stack: Stack;
  readonly vpc: ec2.IVpc;
  readonly database: rds.DatabaseInstance;
}

type DefineLogin = (scene: Scene, number: number) => void;

const LOGINS: { readonly [kind in Kind]: DefineLogin } = {
  'cdk-guarded-secrets': ({ stack, database }, number) => {
    new GuardedDatabaseSecret(stack, `Login${number}`, { database: DatabaseTarget.rdsInstance(database), username: `app_${number}` });
  },
  'cdk-guarded-secrets, secrets of another stack': ({ stack, database }, number) => {
    new SecretRotator(stack, `Rotation${number}`, {
      secret: secretsmanager.Secret.fromSecretCompleteArn(stack, `Login${number}`, `arn:aws:secretsmanager:eu-central-1:123456789012:secret:app_${number}-AbCdEf`),
      rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }),
    });
  },
  'SecretRotation': ({ stack, vpc, database }, number) => {
    const secret = loginOf(stack, number);
    new secretsmanager.SecretRotation(stack, `Rotation${number}`, {
      application: secretsmanager.SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER, secret: secret.attach(database), target: database, vpc,
    });
  },
  'HostedRotation': ({ stack, vpc, database }, number) => {
    loginOf(stack, number).attach(database).addRotationSchedule('Rotation', {
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({ functionName: `rotation-${number}`, vpc }),
    });
  },
};

function loginOf(stack: Stack, number: number): secretsmanager.Secret {
  return new secretsmanager.Secret(stack, `Login${number}`, {
    generateSecretString: { secretStringTemplate: JSON.stringify({ username: `app_${number}` }), generateStringKey: 'password' },
  });
}

function measure(kind: Kind, logins: number): Measurement {
  const start = performance.now();
  const app = new App();
  const stack = new Stack(app, 'Bench', { env: { account: '123456789012', region: 'eu-central-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 1 });
  const database = new rds.DatabaseInstance(stack, 'Database', { engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }), vpc });
  const before = stack.node.findAll().length;
  for (let number = 1; number <= logins; number++) LOGINS[kind]({ stack, vpc, database }, number);
  const { template } = app.synth().getStackByName('Bench');
  const types = Object.values(template.Resources as { readonly [id: string]: { readonly Type: string } }).map(({ Type }) => Type);
  return {
    millis: performance.now() - start,
    resources: types.length,
    constructs: stack.node.findAll().length - before,
    functions: types.filter((type) => type === 'AWS::Lambda::Function').length,
    serverSide: types.filter((type) => type === 'AWS::Serverless::Application').length + (kind === 'HostedRotation' ? logins : 0),
    templateBytes: Buffer.byteLength(JSON.stringify(template)),
  };
}

const [kind, logins] = process.argv.slice(2);
console.log(JSON.stringify(measure(kind as Kind, Number(logins))));
