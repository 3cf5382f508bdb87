import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SecretAlarms } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const secretAlarms: Piece[] = [
  {
    name: 'SecretAlarms',
    build: (stack, { onCall }) => new SecretAlarms(stack, 'Alarms', {
      topic: onCall,
      secrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'legacy/login')],
    }),
  },
];
