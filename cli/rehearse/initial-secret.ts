import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Endpoint } from './deployment';
import { PlannedRotation } from './plan';
import { TemplateValues } from './template-values';

/** The JSON value that a secret has after its deployment. */
export type SecretJson = { readonly [name: string]: unknown } & { readonly username: string; readonly password: string; readonly dbname?: string };

interface GenerateSecretString {
  readonly SecretStringTemplate?: unknown;
  readonly GenerateStringKey?: unknown;
  readonly [option: string]: unknown;
}

/** Makes the value as CloudFormation does: from the template, with a generated field, and with what an attachment adds. */
export async function initialSecret(
  rotation: PlannedRotation, values: TemplateValues, endpoint: Endpoint, client: SecretsManagerClient,
): Promise<SecretJson> {
  const { SecretString, GenerateSecretString: generate } = (rotation.secret.resource.Properties ?? {}) as {
    readonly SecretString?: unknown; readonly GenerateSecretString?: GenerateSecretString;
  };
  const written = SecretString === undefined ? await generated(generate ?? {}, values, client) : JSON.parse(values.text(SecretString));
  const json = { ...written, ...attached(rotation, values, endpoint) };
  const missing = ['username', 'password'].filter((name) => typeof json[name] !== 'string');
  if (missing.length > 0) throw new Error(`the secret has no ${missing.map((name) => JSON.stringify(name)).join(' and no ')} after its deployment`);
  return json;
}

async function generated(
  { SecretStringTemplate, GenerateStringKey, ...options }: GenerateSecretString, values: TemplateValues, client: SecretsManagerClient,
): Promise<{ [name: string]: unknown }> {
  const { RandomPassword } = await client.send(new GetRandomPasswordCommand(values.resolve(options) as object));
  if (SecretStringTemplate === undefined) throw new Error('the secret is a plain string, not the JSON of a login');
  return { ...JSON.parse(values.text(SecretStringTemplate)), [values.text(GenerateStringKey)]: RandomPassword };
}

function attached({ database }: PlannedRotation, values: TemplateValues, { host, port }: Endpoint): { [name: string]: unknown } {
  const { DBName, DatabaseName } = database.resource.Properties ?? {};
  const name = DBName ?? DatabaseName;
  const isCluster = database.resource.Type === 'AWS::RDS::DBCluster';
  return {
    engine: 'postgres',
    host,
    port,
    ...(name !== undefined && { dbname: values.text(name) }),
    [isCluster ? 'dbClusterIdentifier' : 'dbInstanceIdentifier']: database.id.toLowerCase(),
  };
}
