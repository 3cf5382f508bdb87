import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { keyBehind, unknownKeyProblem } from '../encryption/key-alias';
import { isOther } from '../private/environments';
import { Problems } from '../private/problems';
import { isReplicatedTo } from '../private/replica-regions';

/** What a replica is to be. */
export interface WantedReplica {
  readonly secret: IConstruct;
  readonly region: string;
  readonly encryptionKey: kms.IKey;
}

/** What is wrong with the Region of a replica, or with its key. */
export function checkReplica(problems: Problems, { secret, region, encryptionKey }: WantedReplica): void {
  if (Token.isUnresolved(region)) {
    problems.add('the Region of a replica must be known at synthesis, got a token; write it out as `region`, as "eu-west-1"');
    return;
  }
  if (Token.compareStrings(Stack.of(secret).region, region) === TokenComparison.SAME) {
    problems.add(`a replica must be in another Region than its secret, got ${JSON.stringify(region)} for both; change \`region\``);
  } else if (isReplicatedTo(secret, region)) {
    problems.add(`the secret has a replica in ${JSON.stringify(region)} already; remove one of them`);
  }
  // Languages without types, and types that are asserted, let it through.
  if ((encryptionKey as unknown) === undefined) {
    problems.add(`the replica in ${JSON.stringify(region)} has no customer key, so Secrets Manager would encrypt it with its own, which no other account may use; pass a key of that Region as \`encryptionKey\`, for example the \`alias\` of a ReplicaKey`);
  } else {
    checkKey(problems, region, encryptionKey);
  }
}

function checkKey(problems: Problems, region: string, encryptionKey: kms.IKey): void {
  const path = JSON.stringify(encryptionKey.node.path);
  if (!keyBehind(encryptionKey)) {
    problems.add(unknownKeyProblem(encryptionKey));
  } else if (isOther(encryptionKey.env.region, region)) {
    problems.add(`the replica in ${JSON.stringify(region)} needs a key of that Region, got ${path} in ${JSON.stringify(encryptionKey.env.region)}; change \`encryptionKey\`, or \`region\``);
  } else if (isOfStackWithoutRegion(encryptionKey)) {
    problems.add(`the replica in ${JSON.stringify(region)} needs a key of that Region, got ${path} in a stack that may be deployed to any; name the Region in the environment of that stack, or import the key by its ARN as \`encryptionKey\``);
  }
}

/** An imported key whose ARN only a deployment knows is in a Region that only a deployment knows, which is nothing to say. */
function isOfStackWithoutRegion({ env, stack }: kms.IKey): boolean {
  return Token.isUnresolved(stack.region) && env.region === stack.region;
}
