import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ReplicaKey, SecretReplica } from 'cdk-guarded-secrets';
import { Piece } from './piece';

const OTHER_REGION = 'eu-west-1';

export const replication: Piece[] = [
  {
    name: 'ReplicaKey',
    build: (stack) => new ReplicaKey(stack, 'Key'),
  },
  {
    name: 'SecretReplica',
    build: (stack, { key }) => new SecretReplica(stack, 'Replica', {
      secret: new secretsmanager.Secret(stack, 'Secret', { encryptionKey: key }),
      region: OTHER_REGION,
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', stack.formatArn({
        service: 'kms', region: OTHER_REGION, resource: 'key', resourceName: '01234567-89ab-cdef-0123-456789abcdef',
      })),
    }),
  },
];
