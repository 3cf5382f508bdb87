import { IResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const REGION = '@cdk-guarded-secrets/region';

/** Says in which Region the secrets below a construct are, which must not have children yet. */
export function setSecretRegion(scope: IConstruct, region: string): void {
  scope.node.setContext(REGION, region);
}

/** The Region of a secret. The ARN of a replica has tokens in it, so the CDK does not know that part either. */
export function secretRegion(secret: IResource): string {
  return secret.node.tryGetContext(REGION) ?? secret.env.region;
}

/** How a key sees calls of Secrets Manager. The host name ends in `amazonaws.com` in every partition. */
export function viaSecretsManager(region: string): string {
  return `secretsmanager.${region}.amazonaws.com`;
}
