import { App, Environment, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { guardedDatabaseSecret } from './guarded-database-secret';
import { guardedSecret } from './guarded-secret';
import { Piece, Surroundings } from './piece';
import { replication } from './replication';
import { rotationFunction } from './rotation-function';
import { secretAlarms } from './secret-alarms';
import { secretGrants } from './secret-grants';
import { secretRotator } from './secret-rotator';
import { sharing } from './sharing';
import { SurroundingsStack } from '../surroundings';

export const SURROUNDINGS = 'Surroundings';

/** Every public construct, by default and with each group of its options. */
export const PIECES: Piece[] = [
  ...guardedSecret,
  ...guardedDatabaseSecret,
  ...secretRotator,
  ...rotationFunction,
  ...secretAlarms,
  ...secretGrants,
  ...sharing,
  ...replication,
];

/** Puts the pieces into an app, each in a stack of its own. */
export function hangGallery(app: App, env?: Environment): Stack[] {
  const surroundings = defineSurroundings(app, env);
  return PIECES.map(({ name, build }) => {
    const stack = new Stack(app, name, { env });
    build(stack, surroundings);
    return stack;
  });
}

function defineSurroundings(app: App, env?: Environment): Surroundings {
  const stack = new SurroundingsStack(app, SURROUNDINGS, { env });
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const database = new rds.DatabaseInstance(stack, 'Database', {
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
    vpc: stack.vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey: key }),
  });
  const deadLetters = new sqs.Queue(stack, 'DeadLetters', { encryptionMasterKey: key, enforceSSL: true });
  const rotate = new lambda.Function(stack, 'Rotate', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => { throw new Error("not written yet"); };'),
  });
  return { vpc: stack.vpc, onCall: stack.onCall, key, database, deadLetters, rotate };
}
