import { ArnFormat } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DatabaseTarget, GuardedSecret, Rotation, SecretRotator } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const secretRotator: Piece[] = [
  {
    name: 'SecretRotatorOfMasterLogin',
    build: (stack, { database }) => new SecretRotator(stack, 'Rotation', {
      secret: database.secret!,
      rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }),
    }),
  },
  {
    name: 'SecretRotatorOfImportedSecret',
    build: (stack, { database, onCall }) => new SecretRotator(stack, 'Rotation', {
      secret: secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'legacy/login'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', stack.formatArn({ service: 'kms', resource: 'key', resourceName: '01234567-89ab-cdef-0123-456789abcdef' })),
      username: 'legacy',
      rotation: Rotation.adminAssisted({ database: DatabaseTarget.rdsInstance(database), adminSecret: database.secret! }),
      alarmTopic: onCall,
    }),
  },
  {
    name: 'SecretRotatorByYourFunction',
    build: (stack, { database, onCall, rotate }) => {
      const imported = lambda.Function.fromFunctionAttributes(stack, 'Imported', {
        functionArn: stack.formatArn({ service: 'lambda', resource: 'function', resourceName: 'rotate', arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
        role: iam.Role.fromRoleName(stack, 'Role', 'rotate'),
      });
      new GuardedSecret(stack, 'Secret', { rotation: Rotation.custom({ handler: rotate, adminSecret: database.secret! }), alarmTopic: onCall });
      new GuardedSecret(stack, 'OtherSecret', { rotation: Rotation.custom({ handler: imported }) });
    },
  },
];
