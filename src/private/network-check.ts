import { Annotations, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct, IDependable } from 'constructs';
import { lateDependency, resourcesBelow } from './late-dependency';

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

/** The endpoints for Secrets Manager that a stack defines in a VPC. */
export function endpointDependency(scope: Construct, vpc: ec2.IVpc): IDependable {
  const stack = Stack.of(scope);
  return lateDependency(() => secretsManagerEndpoints(stack, vpc).filter((endpoint) => Stack.of(endpoint) === stack));
}

/** The rules of a stack that let connections from some security groups in. */
export function ingressDependency(scope: Construct, sources: ec2.ISecurityGroup[]): IDependable {
  const stack = Stack.of(scope);
  return lateDependency(() => resourcesBelow(stack, ec2.CfnSecurityGroupIngress.CFN_RESOURCE_TYPE_NAME)
    .filter((rule) => sources.some(({ securityGroupId }) => isSame(rule, (rule as ec2.CfnSecurityGroupIngress).sourceSecurityGroupId ?? '', securityGroupId))));
}

/** Whether an endpoint is known to be in another VPC. */
export function isEndpointElsewhere(endpoint: ec2.IVpcEndpoint, vpc: ec2.IVpc): boolean {
  const [resource] = resourcesBelow(endpoint, ec2.CfnVPCEndpoint.CFN_RESOURCE_TYPE_NAME) as ec2.CfnVPCEndpoint[];
  return resource !== undefined && !isSame(resource, resource.vpcId, vpc.vpcId);
}

function runsInIsolatedSubnets(vpc: ec2.IVpc, selection?: ec2.SubnetSelection): boolean {
  const isolated = new Set(vpc.isolatedSubnets.map((subnet) => subnet.node.path));
  const { subnets, isPendingLookup } = vpc.selectSubnets(selection);
  return !isPendingLookup && subnets.some((subnet) => isolated.has(subnet.node.path));
}

function secretsManagerEndpoints(root: IConstruct, vpc: ec2.IVpc): ec2.CfnVPCEndpoint[] {
  return (resourcesBelow(root, ec2.CfnVPCEndpoint.CFN_RESOURCE_TYPE_NAME) as ec2.CfnVPCEndpoint[])
    .filter((endpoint) => isSame(endpoint, endpoint.vpcId, vpc.vpcId) && isSecretsManager(endpoint));
}

function isSame(scope: IConstruct, one: string, other: string): boolean {
  if (one === other) return true;
  if (!Token.isUnresolved(one) && !Token.isUnresolved(other)) return false;
  const [first, second] = [referenceOf(one), referenceOf(other)];
  // Once they are resolved, resources of two stacks may have one logical id.
  if (first && second) return first.target === second.target && first.displayName === second.displayName;
  const stack = Stack.of(scope);
  return JSON.stringify(stack.resolve(one)) === JSON.stringify(stack.resolve(other));
}

function referenceOf(text: string): Reference | undefined {
  const token = Tokenization.reverseCompleteString(text);
  return token && Reference.isReference(token) ? token : undefined;
}

function isSecretsManager(endpoint: ec2.CfnVPCEndpoint): boolean {
  const { serviceName } = endpoint;
  const text = Token.isUnresolved(serviceName) ? JSON.stringify(Stack.of(endpoint).resolve(serviceName)) : serviceName;
  return text?.includes('.secretsmanager') ?? false;
}
