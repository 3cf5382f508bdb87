import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseTarget, GuardedSecret, Rotation, RotationInterval, SecretContent } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const guardedSecret: Piece[] = [
  {
    name: 'GuardedSecret',
    build: (stack) => new GuardedSecret(stack, 'Secret'),
  },
  {
    name: 'GuardedSecretOfItsOwn',
    build: (stack) => new GuardedSecret(stack, 'Secret', {
      description: 'Key of a partner',
      secretName: 'gallery/partner',
      dedicatedKey: true,
      content: SecretContent.setByHand(),
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  },
  {
    name: 'GuardedSecretWithYourKey',
    build: (stack, { key }) => new GuardedSecret(stack, 'Secret', { encryptionKey: key }),
  },
  {
    name: 'GuardedSecretOutsideOfVpc',
    build: (stack, { onCall }) => new GuardedSecret(stack, 'Secret', {
      content: SecretContent.generatedField({ fields: { username: 'app' } }),
      rotation: Rotation.singleUser({ database: DatabaseTarget.fromAttributes({ engine: DatabaseEngine.MYSQL, host: 'db.example.com' }) }),
      interval: RotationInterval.cron({ weekDay: 'SUN', hour: '2', window: Duration.hours(2) }),
      alarmTopic: onCall,
    }),
  },
];
