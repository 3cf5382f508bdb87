import { ArnFormat, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { keyConditions } from '../private/key-conditions';
import { hasCompleteArn, secretArnForPolicy } from '../private/secret-arn';

const ROTATION_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** What the policies are about. */
export interface FunctionPoliciesProps {
  readonly role: iam.IRole;
  readonly logGroup: logs.ILogGroup;
  readonly inVpc: boolean;
}

/**
 * The policies of a rotation function. Managed ones, since inline policies fail the NIST, HIPAA and PCI packs.
 */
export class FunctionPolicies {
  /** What the function needs to run at all: its logs and its network interfaces. */
  public readonly execution: iam.ManagedPolicy;

  private readonly scope: Construct;
  private readonly rotation: iam.ManagedPolicy;
  private readonly rotatedArns: string[] = [];
  private readonly arnsByKey = new Map<string, string[]>();

  public constructor(scope: Construct, props: FunctionPoliciesProps) {
    this.scope = scope;
    this.execution = new iam.ManagedPolicy(scope, 'ExecutionPolicy', {
      description: 'Logs and network interfaces of the function that rotates secrets',
      roles: [props.role],
      statements: [
        new iam.PolicyStatement({
          sid: 'WriteOwnLogs',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [props.logGroup.logGroupArn],
        }),
        ...(props.inVpc ? this.networkStatements() : []),
      ],
    });
    this.rotation = new iam.ManagedPolicy(scope, 'RotationPolicy', {
      description: 'The secrets that the function rotates',
      roles: [props.role],
      statements: [
        new iam.PolicyStatement({
          sid: 'RotateSecrets',
          actions: ROTATION_ACTIONS,
          resources: Lazy.list({ produce: () => this.rotatedArns }),
        }),
      ],
    });
  }

  /** Adds the rights on a secret and on its key. */
  public addSecret(secret: secretsmanager.ISecret, encryptionKey: kms.IKey | undefined): void {
    const arn = secretArnForPolicy(secret);
    this.rotatedArns.push(arn);
    if (encryptionKey) this.addKey(encryptionKey, arn, hasCompleteArn(secret));
  }

  /** Secrets with one key share a statement, so that the policy stays far below 6,144 characters. */
  private addKey(key: kms.IKey, secretArn: string, complete: boolean): void {
    const group = `${key.node.addr}${complete}`;
    const existing = this.arnsByKey.get(group);
    if (existing) {
      existing.push(secretArn);
      return;
    }
    const arns = [secretArn];
    this.arnsByKey.set(group, arns);
    this.rotation.addStatements(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: keyConditions(this.scope, Lazy.list({ produce: () => arns }), complete),
    }));
  }

  /**
   * EC2 offers no scope for Describe actions; Lambda asks for the others on all resources of the account. The subnets of a
   * shared VPC belong to another account (docs/adr/0005).
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  private networkStatements(): iam.PolicyStatement[] {
    const stack = Stack.of(this.scope);
    const arn = { service: 'ec2', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME };
    this.acknowledgeNetworkWildcards(stack);
    return [
      new iam.PolicyStatement({
        sid: 'ManageNetworkInterfaces',
        actions: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
        resources: [stack.formatArn({ ...arn, resource: '*' })],
      }),
      new iam.PolicyStatement({
        sid: 'UseSubnetsOfSharedVpc',
        actions: ['ec2:CreateNetworkInterface'],
        resources: [stack.formatArn({ ...arn, account: '*', resource: 'subnet' })],
      }),
      new iam.PolicyStatement({
        sid: 'DescribeNetworkInterfaces',
        actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
        resources: ['*'],
      }),
    ];
  }

  /** The packs name a wildcard as it stands in the template. */
  private acknowledgeNetworkWildcards({ region, account }: Stack): void {
    const inRegion = `arn:<AWS::Partition>:ec2:${Token.isUnresolved(region) ? '<AWS::Region>' : region}`;
    const ofAccount = Token.isUnresolved(account) ? '<AWS::AccountId>' : account;
    acknowledge(this.scope,
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'the Describe actions of EC2 cannot be scoped to resources' },
      { id: `AwsSolutions-IAM5[Resource::${inRegion}:${ofAccount}:*/*]`, reason: 'Lambda asks for the network interface actions on all resources of the account and Region' },
      { id: `AwsSolutions-IAM5[Resource::${inRegion}:*:subnet/*]`, reason: 'the subnets of a shared VPC belong to another account, which is not known here' },
    );
  }
}
