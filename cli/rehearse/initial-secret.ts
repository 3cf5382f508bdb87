import { GetRandomPasswordCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DatabaseKind } from './databases/stand-in';
import { Endpoint } from './deployment';
import { NotRehearsable } from './not-rehearsable';
import { Located } from './resources';
import { TemplateValues, Unresolved } from './template-values';

/** The JSON value of a login. */
export type SecretJson = { readonly [name: string]: unknown } & { readonly username: string; readonly password: string; readonly dbname?: string };

interface GenerateSecretString {
  readonly SecretStringTemplate?: unknown;
  readonly GenerateStringKey?: unknown;
  readonly [option: string]: unknown;
}

/** Where the value of a secret comes from. */
export interface SecretSource {
  readonly secret: Located;
  /** The database that the secret is attached to. */
  readonly database?: Located;
  readonly kind: DatabaseKind;
}

/**
 * Makes the value as CloudFormation does: from the template, with a generated field, and with what an attachment adds.
 *
 * @throws NotRehearsable if that is no login, or only AWS knows it
 */
export async function initialSecret(source: SecretSource, values: TemplateValues, endpoint: Endpoint, client: SecretsManagerClient): Promise<SecretJson> {
  try {
    return await deployedValue(source, values, endpoint, client);
  } catch (error) {
    if (error instanceof Unresolved) throw new NotRehearsable(`the first value of the secret is known to AWS only: ${error.message}`);
    throw error;
  }
}

/**
 * The value of the secret that the service makes for the administrator of a database.
 *
 * @throws NotRehearsable if only AWS knows the name of the administrator
 */
export async function managedSecret(database: Located, values: TemplateValues, client: SecretsManagerClient): Promise<SecretJson> {
  try {
    const username = values.text(database.resource.Properties?.MasterUsername);
    const { RandomPassword } = await client.send(new GetRandomPasswordCommand({ PasswordLength: 28, ExcludePunctuation: true }));
    return { username, password: RandomPassword! };
  } catch (error) {
    if (error instanceof Unresolved) throw new NotRehearsable(`the name of the administrator is known to AWS only: ${error.message}`);
    throw error;
  }
}

async function deployedValue(source: SecretSource, values: TemplateValues, endpoint: Endpoint, client: SecretsManagerClient): Promise<SecretJson> {
  const { SecretString, GenerateSecretString: generate } = (source.secret.resource.Properties ?? {}) as {
    readonly SecretString?: unknown; readonly GenerateSecretString?: GenerateSecretString;
  };
  const written = SecretString === undefined ? await generated(generate ?? {}, values, client) : parsed(values.text(SecretString));
  const json: { [name: string]: unknown } = { ...written, ...attached(source, values, endpoint) };
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

function attached({ database, kind }: SecretSource, values: TemplateValues, { host, port }: Endpoint): { [name: string]: unknown } {
  if (database === undefined) return {};
  const { DBName, DatabaseName } = database.resource.Properties ?? {};
  const name = DBName ?? DatabaseName;
  const isCluster = database.resource.Type === 'AWS::RDS::DBCluster';
  return {
    engine: kind.secretEngine,
    host,
    port,
    ...(name !== undefined && { dbname: values.text(name) }),
    [isCluster ? 'dbClusterIdentifier' : 'dbInstanceIdentifier']: database.id.toLowerCase(),
  };
}
