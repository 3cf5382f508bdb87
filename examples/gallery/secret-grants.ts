import { Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { GuardedSecret } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const secretGrants: Piece[] = [
  {
    name: 'SecretGrants',
    build: (stack) => {
      const { grants } = new GuardedSecret(stack, 'Secret');
      const policy = new iam.ManagedPolicy(stack, 'Policy');
      for (const grant of [grants.read, grants.write, grants.describe, grants.rotate, grants.batchRead, grants.manage]) grant.call(grants, policy);
      // By the app: the library would hide what else the policy of somebody else allows on everything.
      Validations.of(policy).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]', reason: 'the app says so where it grants `batchRead`: BatchGetSecretValue cannot be scoped to secrets',
      });
    },
  },
];
