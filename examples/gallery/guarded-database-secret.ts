import { Duration } from 'aws-cdk-lib';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const guardedDatabaseSecret: Piece[] = [
  {
    name: 'GuardedDatabaseSecret',
    build: (stack, { database }) => new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database),
      username: 'single',
    }),
  },
  {
    name: 'GuardedDatabaseSecretByAdministrator',
    build: (stack, { database, onCall }) => new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database),
      username: 'assisted',
      adminSecret: database.secret,
      privileges: DatabasePrivileges.READ_ONLY,
      alarmTopic: onCall,
    }),
  },
  {
    name: 'GuardedDatabaseSecretsAlternating',
    build: (stack, { database, onCall }) => new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database),
      username: 'orders_a',
      dedicatedKey: true,
      rotation: Rotation.alternatingUsers({
        database: DatabaseTarget.rdsInstance(database),
        adminSecret: database.secret!,
        otherUsername: 'orders_b',
        role: 'orders_owner',
        createWith: DatabasePrivileges.READ_WRITE,
      }),
      rotateImmediately: true,
      memorySize: 512,
      timeout: Duration.minutes(5),
      alarmTopic: onCall,
    }),
  },
  {
    name: 'GuardedDatabaseSecretStrict',
    strict: true,
    build: (stack, { database, onCall }) => new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database),
      username: 'strict',
      strictControls: true,
      alarmTopic: onCall,
    }),
  },
  {
    name: 'GuardedDatabaseSecretWithYourQueue',
    strict: true,
    build: (stack, { database, onCall, deadLetters }) => new GuardedDatabaseSecret(stack, 'Login', {
      database: DatabaseTarget.rdsInstance(database),
      username: 'queued',
      deadLetterQueue: deadLetters,
      tracing: true,
      reservedConcurrentExecutions: 2,
      alarmTopic: onCall,
    }),
  },
];
