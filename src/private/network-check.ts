import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';

/**
 * Warns when a function in isolated subnets has no way to Secrets Manager. Endpoints may be defined after the function,
 * so the look-out is at synthesis.
 */
export function warnWithoutSecretsManager(scope: Construct, vpc: ec2.IVpc, selection?: ec2.SubnetSelection): void {
  scope.node.addValidation({
    validate: () => {
      if (runsInIsolatedSubnets(vpc, selection) && secretsManagerEndpoints(scope.node.root, vpc).length === 0) {
        Annotations.of(scope).addWarningV2('cdk-guarded-secrets:noSecretsManagerEndpoint',
          `the function runs in isolated subnets of ${JSON.stringify(vpc.node.path)} and this app defines no endpoint for Secrets Manager there, so every rotation would time out; add one with \`vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER })\`, or choose subnets with NAT in \`vpcSubnets\``);
      }
      return [];
    },
  });
}

/**
 * The endpoints for Secrets Manager that a stack defines in a VPC, as something to depend on. They are looked up at
 * synthesis, since they may be defined later.
 */
export function endpointDependency(scope: Construct, vpc: ec2.IVpc): IDependable {
  const dependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return secretsManagerEndpoints(Stack.of(scope), vpc).filter((endpoint) => Stack.of(endpoint) === Stack.of(scope));
    },
  });
  return dependable;
}

function runsInIsolatedSubnets(vpc: ec2.IVpc, selection?: ec2.SubnetSelection): boolean {
  const isolated = new Set(vpc.isolatedSubnets.map((subnet) => subnet.node.path));
  const { subnets, isPendingLookup } = vpc.selectSubnets(selection);
  return !isPendingLookup && subnets.some((subnet) => isolated.has(subnet.node.path));
}

/** With the security groups and rules that the CDK's endpoints define around them. */
function secretsManagerEndpoints(root: IConstruct, vpc: ec2.IVpc): IConstruct[] {
  return root.node.findAll().filter(isVpcEndpoint)
    .filter((endpoint) => isSame(endpoint, endpoint.vpcId, vpc.vpcId) && isSecretsManager(endpoint))
    .map((endpoint) => (endpoint.node.id === 'Resource' ? endpoint.node.scope! : endpoint));
}

function isVpcEndpoint(construct: IConstruct): construct is ec2.CfnVPCEndpoint {
  return ec2.CfnVPCEndpoint.isCfnResource(construct) && construct.cfnResourceType === ec2.CfnVPCEndpoint.CFN_RESOURCE_TYPE_NAME;
}

function isSame(scope: IConstruct, one: string, other: string): boolean {
  const stack = Stack.of(scope);
  return JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
}

function isSecretsManager(endpoint: ec2.CfnVPCEndpoint): boolean {
  const { serviceName } = endpoint;
  const text = Token.isUnresolved(serviceName) ? JSON.stringify(Stack.of(endpoint).resolve(serviceName)) : serviceName;
  return text?.includes('.secretsmanager') ?? false;
}
