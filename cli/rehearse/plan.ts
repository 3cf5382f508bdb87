import { existsSync, statSync } from 'fs';
import { AssemblyStack, TemplateResource } from './assembly';

const SECRET = 'AWS::SecretsManager::Secret';
const ATTACHMENT = 'AWS::SecretsManager::SecretTargetAttachment';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const FUNCTION = 'AWS::Lambda::Function';
const APPLICATION = 'AWS::Serverless::Application';
const NESTED_STACK = 'AWS::CloudFormation::Stack';
const DATABASES: readonly string[] = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'];
const POSTGRES_ENGINES: readonly unknown[] = ['postgres', 'aurora-postgresql'];

/** A resource, and where it is. */
export interface Located {
  readonly stack: AssemblyStack;
  readonly id: string;
  readonly resource: TemplateResource;
}

/** A secret that can be rehearsed. */
export interface PlannedRotation {
  /** Path of the schedule in the app. */
  readonly name: string;
  readonly secret: Located;
  readonly attachment: Located;
  readonly database: Located;
  readonly rotationFunction: Located;
  /** Folder with the code of the function. */
  readonly code: string;
}

/** What cannot be rehearsed, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface Plan {
  readonly stacks: AssemblyStack[];
  readonly rotations: PlannedRotation[];
  readonly leftOut: LeftOut[];
}

/** Why something cannot be rehearsed; no defect of the app. */
export class NotRehearsable extends Error {}

/** Finds what can be rehearsed in the stacks of an app. */
export function planRehearsal(stacks: AssemblyStack[]): Plan {
  const rotations: PlannedRotation[] = [];
  const leftOut: LeftOut[] = [];
  for (const schedule of stacks.flatMap((stack) => resourcesOf(stack, SCHEDULE))) {
    const name = nameOf(schedule);
    try {
      rotations.push(planRotation(stacks, schedule, name));
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

function planRotation(stacks: AssemblyStack[], schedule: Located, name: string): PlannedRotation {
  const { SecretId, RotationLambdaARN, HostedRotationLambda } = schedule.resource.Properties ?? {};
  if (HostedRotationLambda !== undefined) throw new NotRehearsable('the function is made by a transform of CloudFormation, so its code is not in the app');
  if (RotationLambdaARN === undefined) throw new NotRehearsable('the service rotates this secret itself');

  const rotationFunction = follow(stacks, schedule.stack, RotationLambdaARN);
  if (rotationFunction?.resource.Type === APPLICATION) {
    throw new NotRehearsable('the function comes from the Serverless Application Repository, so its code is not in the app');
  }
  if (rotationFunction?.resource.Type !== FUNCTION) throw new NotRehearsable('the function is not defined in the app');

  const target = follow(stacks, schedule.stack, SecretId);
  const secret = target?.resource.Type === ATTACHMENT ? follow(stacks, target.stack, target.resource.Properties?.SecretId) : target;
  if (secret?.resource.Type !== SECRET) throw new NotRehearsable('the secret is not defined in the app');
  const attachment = attachmentOf(stacks, secret);
  if (!attachment) throw new NotRehearsable('the secret is not attached to a database of the app, so there is nothing to stand in for');
  const database = follow(stacks, attachment.stack, attachment.resource.Properties?.TargetId);
  if (!database || !DATABASES.includes(database.resource.Type)) throw new NotRehearsable('the database is not an RDS instance or cluster of the app');
  const engine = database.resource.Properties?.Engine;
  if (!POSTGRES_ENGINES.includes(engine)) throw new NotRehearsable(`a database with engine ${JSON.stringify(engine)} cannot be started here; PostgreSQL can`);
  return { name, secret, attachment, database, rotationFunction, code: codeOf(rotationFunction) };
}

/** All resources of a type in a stack. */
export function resourcesOf(stack: AssemblyStack, type: string): Located[] {
  return Object.entries(stack.template.Resources ?? {})
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ stack, id, resource }));
}

/** The resource that a Ref, a GetAtt or an import of one names. */
function follow(stacks: AssemblyStack[], stack: AssemblyStack, value: unknown): Located | undefined {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = (value ?? {}) as { readonly [name: string]: unknown };
  if (typeof imported === 'string') {
    for (const other of stacks) {
      const output = Object.values(other.template.Outputs ?? {}).find(({ Export }) => Export?.Name === imported);
      if (output) return follow(stacks, other, output.Value);
    }
    return undefined;
  }
  const id = Ref ?? (Array.isArray(attribute) ? attribute[0] : String(attribute).split('.')[0]);
  const resource = stack.template.Resources?.[String(id)];
  return resource && { stack, id: String(id), resource };
}

function attachmentOf(stacks: AssemblyStack[], secret: Located): Located | undefined {
  return stacks.flatMap((stack) => resourcesOf(stack, ATTACHMENT)).find(({ stack, resource }) => {
    const attached = follow(stacks, stack, resource.Properties?.SecretId);
    return attached?.stack === secret.stack && attached.id === secret.id;
  });
}

function codeOf({ stack, resource }: Located): string {
  const { Runtime, Code, PackageType } = resource.Properties ?? {};
  const { S3Key, ZipFile } = (Code ?? {}) as { readonly S3Key?: unknown; readonly ZipFile?: unknown };
  if (PackageType === 'Image') throw new NotRehearsable('the code of the function is a container image; a folder can be run here');
  if (!/^nodejs\d+\.x$/.test(String(Runtime))) throw new NotRehearsable(`the runtime of the function is ${JSON.stringify(Runtime)}; Node.js can be run here`);
  if (ZipFile !== undefined) throw new NotRehearsable('the code of the function stands in the template; an asset can be run here');
  const folder = stack.files.get(String(S3Key));
  if (folder === undefined || !existsSync(folder)) throw new NotRehearsable('the code of the function is not among the assets of the app');
  if (!statSync(folder).isDirectory()) throw new NotRehearsable('the code of the function is an archive; a folder can be run here');
  return folder;
}

function nameOf({ stack, id, resource }: Located): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/(Resource|Default)$/, '') : `${stack.name}/${id}`;
}
