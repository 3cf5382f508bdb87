/**
 * The words that the tests of the constructs are written in: stacks to start from, and questions to a template.
 */
import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { DatabaseTarget, GuardedDatabaseSecret, GuardedDatabaseSecretProps, SecretContent } from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const OTHER_ACCOUNT = '444455556666';
export const COMPLETE_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:partner-key-a1B2c3`;
export const PARTIAL_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:partner-key`;

/** What JSON gives: the resources of a template are looked at without types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export function newStack(props: StackProps = {}, id: string = 'Test', app: App = new App({ treeMetadata: false })): Stack {
  return new Stack(app, id, props);
}

/** A VPC whose only way to Secrets Manager is an endpoint. */
export function isolatedVpc(scope: Construct, id: string = 'Vpc'): ec2.Vpc {
  const vpc = vpcWithoutWayOut(scope, id);
  vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
  return vpc;
}

export function vpcWithoutWayOut(scope: Construct, id: string = 'Vpc'): ec2.Vpc {
  return new ec2.Vpc(scope, id, {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'Database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    restrictDefaultSecurityGroup: false,
  });
}

/** An endpoint of which the app knows the id alone. */
export function endpointOf(vpcEndpointId: string): ec2.IVpcEndpoint {
  return ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(newStack(), 'Endpoint', { vpcEndpointId, port: 443 });
}

export function postgresInstance(scope: Construct, id: string = 'Database', props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  return new rds.DatabaseInstance(scope, id, {
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
    vpc: props.vpc ?? isolatedVpc(scope, `${id}Vpc`),
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL),
    storageType: rds.StorageType.GP3,
    ...props,
  });
}

export function postgresCluster(scope: Construct, id: string = 'Cluster', props: Partial<rds.DatabaseClusterProps> = {}): rds.DatabaseCluster {
  return new rds.DatabaseCluster(scope, id, {
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    vpc: props.vpc ?? isolatedVpc(scope, `${id}Vpc`),
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    writer: rds.ClusterInstance.provisioned('Writer', { instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM) }),
    readers: [rds.ClusterInstance.provisioned('Reader', { instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MEDIUM) })],
    ...props,
  });
}

/** A stack with a PostgreSQL instance and one rotated login. */
export function rotatedStack(props: Partial<GuardedDatabaseSecretProps> = {}, stack: Stack = newStack()) {
  const database = postgresInstance(stack);
  const login = rotatedLogin(stack, database, props);
  return { stack, database, login };
}

export function rotatedLogin(scope: Construct, database: rds.IDatabaseInstance, props: Partial<GuardedDatabaseSecretProps> = {}, id: string = 'Login') {
  const username = id === 'Login' ? 'app' : id.toLowerCase();
  return new GuardedDatabaseSecret(scope, id, { database: props.database ?? DatabaseTarget.rdsInstance(database), username, ...props });
}

/** The value of a secret that is the one of a login. */
export function loginContent(username: string = 'app'): SecretContent {
  return SecretContent.generatedField({ fields: { username } });
}

const templates = new WeakMap<Stack, { size: number; template: Template }>();

/** The template of a stack as it is now. It is synthesised again only when constructs were added. */
export function template(stack: Stack): Template {
  const size = stack.node.root.node.findAll().length;
  const known = templates.get(stack);
  if (known?.size === size) return known.template;
  const result = Template.fromStack(stack);
  templates.set(stack, { size: stack.node.root.node.findAll().length, template: result });
  return result;
}

/** The resources of a type, by logical id. */
export function resources(stack: Stack, type: string): { [logicalId: string]: Json } {
  return template(stack).findResources(type);
}

export function count(stack: Stack, type: string): number {
  return Object.keys(resources(stack, type)).length;
}

/** The one resource of a type. */
export function only(stack: Stack, type: string): { id: string; properties: Json; dependsOn: string[]; resource: Json } {
  const found = Object.entries(resources(stack, type));
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}: ${found.map(([id]) => id).join(', ')}`);
  const [[id, resource]] = found;
  return { id, resource, properties: resource.Properties, dependsOn: asList(resource.DependsOn) };
}

const IDENTITY_POLICIES = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'];

/** All statements of the identity policies of a stack. */
export function statements(stack: Stack): Json[] {
  return IDENTITY_POLICIES.flatMap((type) => Object.values(resources(stack, type)))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

/** The statements that mention an action. */
export function statementsWith(stack: Stack, action: string): Json[] {
  return statements(stack).filter((statement) => asList(statement.Action).includes(action));
}

/** The statements of the key policies of a stack. */
export function keyStatements(stack: Stack): Json[] {
  return Object.values(resources(stack, 'AWS::KMS::Key')).flatMap((key) => key.Properties.KeyPolicy.Statement);
}

/** The statements of the one resource policy of the secrets of a stack. */
export function secretStatements(stack: Stack): Json[] {
  return only(stack, 'AWS::SecretsManager::ResourcePolicy').properties.ResourcePolicy.Statement;
}

const OWN_WARNING = / \[ack: cdk-guarded-secrets:\w+\]$/;

/** The warnings that this library gave a stack, without the hint how to acknowledge them that the CDK puts behind them. */
export function warnings(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data)).filter((text) => OWN_WARNING.test(text))
    .map((text) => text.replace(OWN_WARNING, ''));
}

export function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The message of the error that an action throws. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error, got none');
}
