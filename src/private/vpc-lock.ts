import { Annotations, CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { isEndpointElsewhere } from './network-check';
import { perimeterOf } from './secret-perimeters';

/** Tells whom a lock to VPC endpoints shuts out besides strangers. */
export function warnOfVpcLock(scope: Construct): void {
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:vpcEndpointLock',
    'the value can be read through `vpcEndpoints` only, which denies it to RDS Proxy, to ECS for tasks and images outside of those VPCs, to dynamic references of CloudFormation, to operators in the console, and to other accounts whose endpoints are not in the list; acknowledge this when none of them reads the secret');
}

/** Tells that a rotation would be shut out by the lock of its own secret. */
export function warnOfRotationOutside(scope: Construct, secret: ISecret, vpc: ec2.IVpc | undefined): void {
  const { vpcEndpoints } = perimeterOf(secret) ?? {};
  if (!vpcEndpoints || (vpc && !vpcEndpoints.every((endpoint) => isEndpointElsewhere(endpoint, vpc)))) return;
  const place = vpc ? `in the VPC ${JSON.stringify(vpc.node.path)}` : 'in no VPC';
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:rotationOutsideVpcEndpoints',
    `the rotation function runs ${place} and none of \`vpcEndpoints\` is there, so every rotation would be denied; pass the \`vpc\` of an endpoint, or add the endpoint of the function's VPC`);
}

/** The same for a function that is not of this library, where it is sure to run in no VPC. */
export function warnOfHandlerOutside(scope: Construct, secret: ISecret, handler: lambda.IFunction): void {
  if (!perimeterOf(secret)?.vpcEndpoints || !runsInNoVpc(handler)) return;
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:rotationOutsideVpcEndpoints',
    `the rotation function ${JSON.stringify(handler.node.path)} runs in no VPC, but the value is read through \`vpcEndpoints\` only, so every rotation would be denied; define the function in the VPC of one of them`);
}

/** Versions and aliases do not tell. */
function runsInNoVpc({ node: { defaultChild }, isBoundToVpc }: lambda.IFunction): boolean {
  return CfnResource.isCfnResource(defaultChild) && defaultChild.cfnResourceType === lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME && !isBoundToVpc;
}
