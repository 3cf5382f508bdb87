import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * The policy by which a function lets the service copy to replicas what it changes. It is defined when there is a replica.
 */
export class CopyPolicy {
  private policy?: iam.ManagedPolicy;

  public constructor(private readonly scope: Construct, private readonly role: iam.IRole) {}

  public allow(statement: iam.PolicyStatement): void {
    this.policy ??= new iam.ManagedPolicy(this.scope, 'ReplicationPolicy', {
      description: 'The keys of the replicas of the secrets that the function rotates',
      roles: [this.role],
    });
    this.policy.addStatements(statement);
  }
}
