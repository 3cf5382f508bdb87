import { IVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { CfnSecret, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { secretResource } from './secret-arn';

/** Whom the policy of a secret shuts out. */
export interface SecretPerimeter {
  readonly organizationId?: string;
  readonly trustedAccounts?: string[];
  readonly vpcEndpoints?: IVpcEndpoint[];
}

const PERIMETERS = new WeakMap<CfnSecret, SecretPerimeter>();

/** Remembers that the policy of a secret of this app was closed. */
export function markClosed(secret: ISecret, perimeter: SecretPerimeter): void {
  const resource = secretResource(secret);
  if (resource) PERIMETERS.set(resource, perimeter);
}

/** Whom the policy of a secret shuts out, if this library closed it. */
export function perimeterOf(secret: ISecret): SecretPerimeter | undefined {
  const resource = secretResource(secret);
  return resource && PERIMETERS.get(resource);
}
