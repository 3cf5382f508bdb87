import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Endpoint } from './deployment';
import { NotRehearsable, PlannedRotation } from './plan';
import { TemplateValues, Unresolved } from './template-values';

/** The JSON value that a secret has after its deployment. */
export type SecretJson = { readonly [name: string]: unknown } & { readonly username: string; readonly password: string; readonly dbname?: string };

interface GenerateSecretString {
  readonly SecretStringTemplate?: unknown;
  readonly GenerateStringKey?: unknown;
  readonly [option: string]: unknown;
}

/**
 * Makes the value as CloudFormation does: from the template, with a generated field, and with what an attachment adds.
 *
 * @throws NotRehearsable if that is no login, or only AWS knows it
 */
export async function initialSecret(
  rotation: PlannedRotation, values: TemplateValues, endpoint: Endpoint, client: SecretsManagerClient,
): Promise<SecretJson> {
  try {
    return await deployedValue(rotation, values, endpoint, client);
  } catch (error) {
    if (error instanceof Unresolved) throw new NotRehearsable(`the first value of the secret is known to AWS only: ${error.message}`);
    throw error;
  }
}

async function deployedValue(
  rotation: PlannedRotation, values: TemplateValues, endpoint: Endpoint, client: SecretsManagerClient,
): Promise<SecretJson> {
  const { SecretString, GenerateSecretString: generate } = (rotation.secret.resource.Properties ?? {}) as {
    readonly SecretString?: unknown; readonly GenerateSecretString?: GenerateSecretString;
  };
  const written = SecretString === undefined ? await generated(generate ?? {}, values, client) : parsed(values.text(SecretString));
  const json: { [name: string]: unknown } = { ...written, ...attached(rotation, values, endpoint) };
  const missing = ['username', 'password'].filter((name) => typeof json[name] !== 'string');
  if (missing.length > 0) throw new NotRehearsable(`the secret has no ${missing.map((name) => JSON.stringify(name)).join(' and no ')} after its deployment`);
  return json as SecretJson;
}

async function generated(
  { SecretStringTemplate, GenerateStringKey, ...options }: GenerateSecretString, values: TemplateValues, client: SecretsManagerClient,
): Promise<{ [name: string]: unknown }> {
  const { RandomPassword } = await client.send(new GetRandomPasswordCommand(values.resolve(options) as object));
  return { ...parsed(SecretStringTemplate === undefined ? '' : values.text(SecretStringTemplate)), [values.text(GenerateStringKey)]: RandomPassword };
}

/** The text is not part of the reason: it may be a password. */
function parsed(text: string): { [name: string]: unknown } {
  try {
    const json = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // told below
  }
  throw new NotRehearsable('the secret is a plain string, not the JSON of a login');
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
