import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CopyPolicies } from './copy-policies';
import { RotationPolicy } from './rotation-policy';
import { acknowledge } from '../private/acknowledge';
import { attach } from '../private/attach-policies';
import { watchAttachments } from '../private/attachment-quota';
import { watchIdentityPolicies } from '../private/policy-document';

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

  /** What the function may do with secrets. */
  public readonly rotation: RotationPolicy;

  /** What the service may copy to replicas. */
  public readonly copies: CopyPolicies;

  public constructor(private readonly scope: Construct, props: FunctionPoliciesProps) {
    this.execution = new iam.ManagedPolicy(scope, 'ExecutionPolicy', {
      description: 'Logs and network interfaces of the function that rotates secrets',
      statements: [
        new iam.PolicyStatement({
          sid: 'WriteOwnLogs',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [props.logGroup.logGroupArn],
        }),
        ...(props.inVpc ? this.networkStatements() : []),
      ],
    });
    this.rotation = new RotationPolicy(scope);
    this.copies = new CopyPolicies(scope, props.role);
    attach(scope, props.role, [this.execution, this.rotation.policy]);
    watchIdentityPolicies(scope);
    watchAttachments(scope, props.role);
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
