import { Credential, SecretFields } from '../../core/engine';
import { RotationError } from '../../core/errors';

export interface DatabaseFieldsOptions {
  /** The names that AWS gives the engine in the secret's JSON. */
  readonly engines: readonly string[];
  /** The port of a secret that names none. */
  readonly port: number;
}

export interface DatabaseFields extends Credential {
  readonly dbname?: string;
}

const LARGEST_PORT = 65_535;

/**
 * Reads the JSON of a database secret, which is the one of AWS's own functions: engine, host, port, username, password,
 * dbname, ssl. Numbers may be strings.
 */
export function databaseFields(fields: SecretFields, options: DatabaseFieldsOptions): DatabaseFields {
  const { engine = options.engines[0], ssl } = fields;
  if (!options.engines.includes(String(engine))) {
    throw invalid(`"engine" of the secret is not one of ${options.engines.join(', ')}`);
  }
  if (ssl === false || String(ssl).toLowerCase() === 'false') {
    throw invalid('"ssl" of the secret is false, but clear text is never used', 'take "ssl" out of the secret, and turn on TLS at the server');
  }
  return {
    host: requiredText(fields, 'host'),
    port: portOf(fields.port ?? options.port),
    username: requiredText(fields, 'username'),
    password: requiredText(fields, 'password'),
    dbname: optionalText(fields, 'dbname'),
  };
}

function requiredText(fields: SecretFields, name: string): string {
  const text = optionalText(fields, name);
  if (text === undefined) throw invalid(`the secret has no "${name}"`, `add "${name}" to the value of the secret`);
  return text;
}

function optionalText(fields: SecretFields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw invalid(`"${name}" of the secret is not text`);
  // PostgreSQL and MySQL end texts with a zero byte.
  if (value.includes('\0')) throw invalid(`"${name}" of the secret contains a zero byte`);
  return value;
}

function portOf(value: unknown): number {
  const port = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= LARGEST_PORT) return port;
  throw invalid('"port" of the secret is not a port', 'give a number from 1 to 65535');
}

function invalid(sentence: string, hint?: string): RotationError {
  return new RotationError('INVALID_SECRET', sentence, { hint });
}
