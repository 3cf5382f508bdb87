import { Stack } from 'aws-cdk-lib';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { secretResource } from './secret-arn';

/** The value that a secret has right after its deployment. */
export interface InitialValue {
  readonly empty: boolean;

  /** The members of the JSON that stand in the template; undefined when the value is no JSON. */
  readonly fields?: { readonly [name: string]: unknown };
}

/** What the template says about the first value of a secret; undefined where only the deployment knows. */
export function initialValue(secret: ISecret): InitialValue | undefined {
  const resource = secretResource(secret);
  if (!resource || resource.secretString !== undefined) return undefined;
  const generator = Stack.of(resource).resolve(resource.generateSecretString);
  if (generator === undefined) return { empty: true };
  const { secretStringTemplate } = generator;
  if (secretStringTemplate === undefined) return { empty: false };
  return typeof secretStringTemplate === 'string' ? { empty: false, fields: JSON.parse(secretStringTemplate) } : undefined;
}

/** The login that the template gives a secret, as that of aws-rds does. */
export function usernameInTemplate(secret: ISecret): string | undefined {
  return textInTemplate(secret, 'username');
}

/** The database that the template gives a secret. */
export function databaseInTemplate(secret: ISecret): string | undefined {
  return textInTemplate(secret, 'dbname');
}

function textInTemplate(secret: ISecret, field: string): string | undefined {
  const value = initialValue(secret)?.fields?.[field];
  return typeof value === 'string' ? value : undefined;
}
