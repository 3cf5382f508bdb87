import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkReplica } from './replica-problems';
import { SecretReplica, SecretReplicaOptions } from './secret-replica';
import { Problems, problemMessage } from '../private/problems';

/** Defines the replicas of a secret. */
export function defineReplicas(scope: Construct, secret: secretsmanager.Secret, options: SecretReplicaOptions[] = []): SecretReplica[] {
  const problems = new Problems(scope);
  options.forEach((replica, index) => {
    checkReplica(problems, { secret, ...replica });
    if (options.slice(0, index).some(({ region }) => region === replica.region)) {
      problems.add(`a secret has one replica in a Region, got two for ${JSON.stringify(replica.region)}; remove one of \`replicas\``);
    }
  });
  problems.throwIfAny();
  return options.map((replica) => new SecretReplica(scope, `Replica-${replica.region}`, { secret, ...replica }));
}

/** The replica in a Region. */
export function replicaIn(scope: Construct, replicas: SecretReplica[], region: string): SecretReplica {
  const found = replicas.find((replica) => replica.region === region);
  if (found) return found;
  const regions = replicas.map((replica) => JSON.stringify(replica.region)).join(', ') || 'none';
  throw new Error(problemMessage(scope, [`the secret has no replica in ${JSON.stringify(region)}; its replicas are ${regions}; add the Region to \`replicas\``]));
}
