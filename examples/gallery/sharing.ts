import * as iam from 'aws-cdk-lib/aws-iam';
import { GuardedSecret, SecretShare, SharedSecret } from 'cdk-guarded-secrets';
import { Piece } from './piece';

const OTHER_ACCOUNT = '444455556666';

export const sharing: Piece[] = [
  {
    name: 'SecretShare',
    build: (stack) => new SecretShare(stack, 'Share', {
      secret: new GuardedSecret(stack, 'Secret').secret,
      accounts: [OTHER_ACCOUNT],
      organizationId: 'o-a1b2c3d4e5',
      organizationPaths: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*'],
    }),
  },
  {
    name: 'SharedSecret',
    build: (stack) => new SharedSecret(stack, 'Secret', {
      secretPartialArn: stack.formatArn({ service: 'secretsmanager', account: OTHER_ACCOUNT, resource: 'secret:orders' }),
      encryptionKeyArn: stack.formatArn({ service: 'kms', account: OTHER_ACCOUNT, resource: 'key', resourceName: '01234567-89ab-cdef-0123-456789abcdef' }),
    }).grants.read(new iam.ManagedPolicy(stack, 'Policy')),
  },
];
