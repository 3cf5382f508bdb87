import { AssemblyStack } from './assembly';
import { kindOf } from './databases/kinds';
import { DatabaseKind } from './databases/stand-in';
import { codeOf } from './function-code';
import { NotRehearsable } from './not-rehearsable';
import { FactsReader, PlannedFacts } from './planned-facts';
import { attachmentOf, follow, Located, nameOf, resourcesOf } from './resources';

const SECRET = 'AWS::SecretsManager::Secret';
const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const FUNCTION = 'AWS::Lambda::Function';
const QUALIFIED: readonly string[] = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];
const APPLICATION = 'AWS::Serverless::Application';
const NESTED_STACK = 'AWS::CloudFormation::Stack';
const DATABASES: readonly string[] = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'];

/** A secret that can be rehearsed. */
export interface PlannedRotation {
  /** Path of the schedule in the app. */
  readonly name: string;
  readonly secret: Located;
  readonly attachment: Located;
  readonly database: Located;
  readonly kind: DatabaseKind;
  readonly rotationFunction: Located;
  /** Folder with the code of the function. */
  readonly code: string;
  /** Functions that are not of this library have none. */
  readonly facts?: PlannedFacts;
  /** Whether the service only tests the function when the schedule is deployed; else it rotates. */
  readonly testedAtDeployment: boolean;
}

/** What cannot be rehearsed, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface Plan {
  readonly stacks: readonly AssemblyStack[];
  readonly rotations: readonly PlannedRotation[];
  readonly leftOut: readonly LeftOut[];
}

/** Finds what can be rehearsed in the stacks of an app. */
export function planRehearsal(stacks: readonly AssemblyStack[]): Plan {
  const facts = new FactsReader(stacks);
  const rotations: PlannedRotation[] = [];
  const leftOut: LeftOut[] = [];
  for (const schedule of stacks.flatMap((stack) => resourcesOf(stack, SCHEDULE))) {
    const name = nameOf(schedule);
    try {
      rotations.push(planRotation(stacks, facts, schedule, name));
    } catch (error) {
      if (!(error instanceof NotRehearsable)) throw error;
      leftOut.push({ name, reason: error.message });
    }
  }
  for (const nested of stacks.flatMap((stack) => resourcesOf(stack, NESTED_STACK))) {
    leftOut.push({ name: nameOf(nested), reason: 'a nested stack; secrets in it are not looked at, those of stacks and stages are' });
  }
  return { stacks, rotations, leftOut };
}

function planRotation(stacks: readonly AssemblyStack[], facts: FactsReader, schedule: Located, name: string): PlannedRotation {
  const { SecretId, RotationLambdaARN, HostedRotationLambda, RotateImmediatelyOnUpdate } = schedule.resource.Properties ?? {};
  if (HostedRotationLambda !== undefined) throw new NotRehearsable('the function is made by a transform of CloudFormation, so its code is not in the app');
  if (RotationLambdaARN === undefined) throw new NotRehearsable('the service rotates this secret itself');

  const rotationFunction = follow(stacks, schedule.stack, RotationLambdaARN);
  if (rotationFunction?.resource.Type === APPLICATION) {
    throw new NotRehearsable('the function comes from the Serverless Application Repository, so its code is not in the app');
  }
  if (rotationFunction && QUALIFIED.includes(rotationFunction.resource.Type)) {
    throw new NotRehearsable('the schedule names a version or an alias of the function, whose code may be another one than that in the app');
  }
  if (rotationFunction?.resource.Type !== FUNCTION) throw new NotRehearsable('the function is not defined in the app');

  const target = follow(stacks, schedule.stack, SecretId);
  const secret = target?.resource.Type === ATTACHMENT ? follow(stacks, target.stack, target.resource.Properties?.SecretId) : target;
  if (secret?.resource.Type !== SECRET) throw new NotRehearsable('the secret is not defined in the app');
  const attachment = attachmentOf(stacks, secret);
  if (!attachment) throw new NotRehearsable('the secret is not attached to a database of the app, so there is nothing to stand in for');
  const database = follow(stacks, attachment.stack, attachment.resource.Properties?.TargetId);
  if (!database || !DATABASES.includes(database.resource.Type)) throw new NotRehearsable('the database is not an RDS instance or cluster of the app');
  const kind = kindOf(database.resource.Properties?.Engine);
  return {
    name,
    secret,
    attachment,
    database,
    kind,
    rotationFunction,
    code: codeOf(rotationFunction),
    facts: facts.read(rotationFunction, secret),
    testedAtDeployment: RotateImmediatelyOnUpdate === false,
  };
}
