/**
 * What a deployment would put in the place of the intrinsic functions of a template.
 */
import { createHash } from 'crypto';
import { ACCOUNT, Json, REGION } from '../vocabulary';

/** A stack as it would be deployed. */
export interface DeployedStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Json;
}

export function deployedStack(name: string, environment: { account: string; region: string }, template: Json): DeployedStack {
  return {
    name,
    account: /^\d/.test(environment.account) ? environment.account : ACCOUNT,
    region: environment.region.startsWith('unknown') ? REGION : environment.region,
    template,
  };
}

/** The values of the stacks of one app. */
export class DeployedValues {
  private readonly stacks: DeployedStack[];

  public constructor(stacks: DeployedStack[]) {
    this.stacks = stacks;
  }

  /** A part of a template with literal values. A function that is not known here is an error, never a guess. */
  public literal(stack: DeployedStack, value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => this.literal(stack, item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = [], ...others] = Object.entries<Json>(value);
    if (others.length === 0 && (name === 'Ref' || name?.startsWith('Fn::'))) return this.evaluate(stack, name, argument);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.literal(stack, item)]).filter(([, item]) => item !== undefined));
  }

  private evaluate(stack: DeployedStack, name: string, argument: Json): Json {
    switch (name) {
      case 'Ref': return this.reference(stack, argument, 'Ref');
      case 'Fn::GetAtt': return this.reference(stack, argument[0], argument[1]);
      case 'Fn::Join': return this.literal(stack, argument[1]).join(argument[0]);
      case 'Fn::Split': return this.literal(stack, argument[1]).split(argument[0]);
      case 'Fn::Select': return this.literal(stack, argument[1])[Number(argument[0])];
      case 'Fn::ImportValue': return this.exported(argument);
      default: throw new Error(`the evaluation does not know ${name}`);
    }
  }

  private exported(name: string): Json {
    for (const stack of this.stacks) {
      const output = Object.values<Json>(stack.template.Outputs ?? {}).find(({ Export }) => Export?.Name === name);
      if (output) return this.literal(stack, output.Value);
    }
    throw new Error(`no stack exports ${name}`);
  }

  private reference(stack: DeployedStack, logicalId: string, attribute: string): Json {
    if (logicalId.startsWith('AWS::')) return pseudoParameter(stack, logicalId);
    const resource = stack.template.Resources[logicalId];
    if (!resource) throw new Error(`${stack.name} has no resource ${logicalId}`);
    if (resource.Type === 'Custom::CrossRegionExportReader') return this.readerOutput(attribute);
    const property = (name: string): string => this.literal(stack, resource.Properties?.[name]) ?? logicalId;
    return attributeOf(stack, resource.Type, attribute, property, `${stack.name}-${logicalId}`);
  }

  /** The CDK carries a value to another Region by two custom resources. */
  private readerOutput(parameter: string): Json {
    for (const stack of this.stacks) {
      for (const { Type, Properties } of Object.values<Json>(stack.template.Resources)) {
        const value = Type === 'Custom::CrossRegionExportWriter' ? Properties.WriterProps.exports[parameter] : undefined;
        if (value !== undefined) return this.literal(stack, value);
      }
    }
    throw new Error(`no stack writes ${parameter}`);
  }
}

/** The ids that a deployment would draw by chance; here they follow from the place of the resource. */
function drawn(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

function pseudoParameter({ account, region, name }: DeployedStack, id: string): string | undefined {
  const values: { [id: string]: string | undefined } = {
    'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': name, 'AWS::NoValue': undefined,
  };
  if (!(id in values)) throw new Error(`the evaluation does not know ${id}`);
  return values[id];
}

function attributeOf({ account, region }: DeployedStack, type: string, attribute: string, property: (name: string) => string, seed: string): string {
  const arns: { [key: string]: () => string } = {
    'AWS::SecretsManager::Secret.Ref': () => `arn:aws:secretsmanager:${region}:${account}:secret:${property('Name')}-${drawn(seed, 6)}`,
    'AWS::SecretsManager::SecretTargetAttachment.Ref': () => property('SecretId'),
    'AWS::KMS::Key.Ref': () => drawn(seed, 32),
    'AWS::KMS::Key.Arn': () => `arn:aws:kms:${region}:${account}:key/${drawn(seed, 32)}`,
    'AWS::IAM::Role.Ref': () => property('RoleName'),
    'AWS::IAM::Role.Arn': () => `arn:aws:iam::${account}:role/${property('RoleName')}`,
    'AWS::IAM::User.Ref': () => property('UserName'),
    'AWS::IAM::User.Arn': () => `arn:aws:iam::${account}:user/${property('UserName')}`,
    'AWS::IAM::ManagedPolicy.Ref': () => `arn:aws:iam::${account}:policy/${seed}`,
    'AWS::Lambda::Function.Arn': () => `arn:aws:lambda:${region}:${account}:function:${property('FunctionName')}`,
  };
  return arns[`${type}.${attribute}`]?.() ?? `${seed}.${attribute}`;
}
