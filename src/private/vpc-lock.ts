import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
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
