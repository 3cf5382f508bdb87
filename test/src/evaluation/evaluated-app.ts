/**
 * Asks the policies of a synthesised app who may do what, by an evaluator that follows the rules of IAM: identity policies, the policy
 * of the secret and the policy of its key, in one account and across accounts.
 *
 * const app = new EvaluatedApp(stack);
 * await app.reads(app.caller(role), secret);                                   // GetSecretValue, and the decryption behind it
 * await app.allows(app.caller(role), 'secretsmanager:PutSecretValue', secret, { 'aws:SecureTransport': 'false' });
 */
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { DeployedStack, deployedStack, DeployedValues } from './deployed-values';
import { asList, Json } from '../vocabulary';

/** Somebody who makes requests, with the policies that the own account gave. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly policies: Json[];
}

/** Keys of conditions, with what a request brings for them. */
export type RequestContext = { readonly [key: string]: string | string[] };

/** A principal that no policy of the app names. Other accounts give theirs what they like, so it may have all rights there. */
export function stranger(account: string, policies: Json[] = [], name: string = 'stranger'): Caller {
  return { arn: `arn:aws:iam::${account}:role/${name}`, account, policies };
}

/** What the administrator of another account may give a role: everything. */
export const EVERYTHING: Json = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

export class EvaluatedApp {
  private readonly stacks: { [artifactId: string]: DeployedStack };
  private readonly values: DeployedValues;

  /** @param scope anything in the app */
  public constructor(scope: IConstruct) {
    const assembly = (scope.node.root as App).synth({ force: true });
    this.stacks = Object.fromEntries(assembly.stacks.map((stack) => [stack.id, deployedStack(stack.stackName, stack.environment, stack.template)]));
    this.values = new DeployedValues(Object.values(this.stacks));
  }

  /** The ARN of a secret, key, role or user: the one that it would be deployed with, or was imported by. */
  public arnOf(construct: IConstruct): string {
    const resource = construct.node.defaultChild;
    const stack = this.stackOf(construct);
    if (!CfnResource.isCfnResource(resource)) return this.values.literal(stack, Stack.of(construct).resolve(importedArn(construct)));
    const id = Stack.of(resource).resolve(resource.logicalId);
    const hasArnAsRef = resource.cfnResourceType.startsWith('AWS::SecretsManager::');
    return this.values.literal(stack, hasArnAsRef ? { Ref: id } : { 'Fn::GetAtt': [id, 'Arn'] });
  }

  /** A role or user with all policies that the app attaches to it. */
  public caller(principal: IConstruct): Caller {
    const arn = this.arnOf(principal);
    const [, , , , account, resource] = arn.split(':');
    const name = resource.split('/').pop();
    const policies = this.resources('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
      .filter(({ stack, properties }) => stack.account === account && [...asList(properties.Roles), ...asList(properties.Users)].includes(name))
      .map(({ properties }) => properties.PolicyDocument);
    return { arn, account, policies };
  }

  /** Whether a request to Secrets Manager about a secret is allowed. */
  public allows(caller: Caller, action: string, secret: IConstruct | string, context: RequestContext = {}): Promise<boolean> {
    const arn = typeof secret === 'string' ? secret : this.arnOf(secret);
    const policy = this.resources('AWS::SecretsManager::ResourcePolicy').find(({ properties }) => properties.SecretId === arn);
    return decide(caller, action, arn, policy?.properties.ResourcePolicy, {
      'aws:SecureTransport': 'true', 'aws:RequestedRegion': regionOf(arn), ...context,
    });
  }

  /** Whether a request that has no resource is allowed, such as the one for a batch. */
  public allowsWithoutResource(caller: Caller, action: string, region: string, context: RequestContext = {}): Promise<boolean> {
    return decide(caller, action, '*', undefined, { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': region, ...context });
  }

  /** Whether a key may be used for a secret, as Secrets Manager does for a caller. Without `kms:ViaService` the caller does it directly. */
  public usesKey(caller: Caller, action: string, secret: ISecret, context: RequestContext = {}, key: IConstruct = secret.encryptionKey!): Promise<boolean> {
    return this.requestKey(caller, action, secret, key, { 'kms:ViaService': `secretsmanager.${regionOf(this.arnOf(secret))}.amazonaws.com`, ...context });
  }

  public usesKeyDirectly(caller: Caller, action: string, secret: ISecret, key: IConstruct = secret.encryptionKey!): Promise<boolean> {
    return this.requestKey(caller, action, secret, key, {});
  }

  /** Whether a caller gets the value: Secrets Manager and the key must both agree. */
  public async reads(caller: Caller, secret: ISecret, context: RequestContext = {}, key: IConstruct | undefined = secret.encryptionKey): Promise<boolean> {
    const gets = await this.allows(caller, 'secretsmanager:GetSecretValue', secret, context);
    return gets && (key === undefined || this.usesKey(caller, 'kms:Decrypt', secret, ofCaller(context), key));
  }

  private requestKey(caller: Caller, action: string, secret: ISecret, key: IConstruct, context: RequestContext): Promise<boolean> {
    const arn = this.arnOf(key);
    const deployed = this.resources('AWS::KMS::Key').find(({ stack, id }) => this.values.literal(stack, { 'Fn::GetAtt': [id, 'Arn'] }) === arn);
    return decide(caller, action, arn, deployed?.properties.KeyPolicy, {
      'kms:CallerAccount': caller.account, 'kms:EncryptionContext:SecretARN': this.arnOf(secret), ...context,
    });
  }

  private stackOf(construct: IConstruct): DeployedStack {
    return this.stacks[Stack.of(construct).artifactId];
  }

  private resources(...types: string[]): { stack: DeployedStack; id: string; properties: Json }[] {
    return Object.values(this.stacks).flatMap((stack) => Object.entries<Json>(stack.template.Resources ?? {})
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, { Properties }]) => ({ stack, id, properties: this.values.literal(stack, Properties) })));
  }
}

/** Of a secret that was imported without its suffix, the service knows one. */
function importedArn(construct: IConstruct): string {
  const { secretFullArn, secretArn, keyArn, roleArn, userArn } = construct as Json;
  return secretFullArn ?? (secretArn && `${secretArn}-a1B2c3`) ?? keyArn ?? roleArn ?? userArn;
}

function regionOf(arn: string): string {
  return arn.split(':')[3];
}

/** What a service passes on of a request when it makes another one for the caller: who that is, not the way of the request. */
function ofCaller(context: RequestContext): RequestContext {
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('aws:Principal')));
}

/**
 * The evaluator knows a key of a condition that ends in a name of the user's only by a placeholder in the place of that name. Ours name
 * one pair of the encryption context, so the placeholder stands for it in request and policies alike.
 */
function withPlaceholder<T>(value: T): T {
  return JSON.parse(JSON.stringify(value ?? null).replaceAll('kms:EncryptionContext:SecretARN', 'kms:EncryptionContext:${EncryptionContextKey}')) ?? undefined;
}

async function decide(caller: Caller, action: string, resource: string, resourcePolicy: Json, context: RequestContext): Promise<boolean> {
  const contextVariables = { 'aws:PrincipalArn': caller.arn, 'aws:PrincipalAccount': caller.account, ...context };
  const outcome = await runSimulation(withPlaceholder({
    request: { principal: caller.arn, action, resource: { resource, accountId: resource.split(':')[4] ?? caller.account }, contextVariables },
    identityPolicies: caller.policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy,
  }), {});
  if (outcome.resultType !== 'single') throw new Error(`cannot evaluate ${action} on ${resource}: ${JSON.stringify(outcome)}`);
  const { ignoredContextKeys } = outcome.result;
  if (ignoredContextKeys?.length) throw new Error(`${action} does not take ${ignoredContextKeys.join(', ')}`);
  return outcome.overallResult === 'Allowed';
}
