import { createHash } from 'crypto';
import { Credential, Engine, SecretFields } from './engine';
import { RotationError } from './errors';
import { SecretFacts } from '../../src/handler-contract';

/** One version of the secret, with its value read and checked. */
export interface Version {
  readonly id: string;
  readonly fields: SecretFields;
  readonly credential: Credential;
  /** Whether it had AWSPENDING when it was read. */
  readonly isPending: boolean;
  /** Whether this function wrote it last. */
  readonly inJournal: boolean;
}

/**
 * An id for a version that is made of others. It is the same when it is done again, so that it is one version however often the
 * function dies.
 *
 * @param origin what it is made of
 */
export function derivedVersionId(origin: string): string {
  return createHash('sha256').update(origin).digest('hex').slice(0, 32);
}

/** @throws INVALID_SECRET, without any of the content */
export function parseFields(text: string | undefined, secret: string = 'the secret'): SecretFields {
  if (text === undefined) throw new RotationError('INVALID_SECRET', `${secret} has a binary value, not JSON`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error of the parser quotes the text.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RotationError('INVALID_SECRET', `the value of ${secret} is not a JSON object`);
  return value as SecretFields;
}

/** Reads a credential, and holds its address, and the login and the database where they were deployed, against the deployment. */
export function parseCredential(engine: Engine, fields: SecretFields, facts: SecretFacts): Credential {
  const credential = engine.parse(fields);
  if (withoutTrailingDot(credential.host) !== withoutTrailingDot(facts.host)) refuse('host', facts.host);
  if (credential.port !== Number(facts.port)) refuse('port', facts.port);
  // Without a name there is nothing to work in, so nothing to refuse.
  if (facts.database !== undefined && credential.database !== undefined && credential.database !== facts.database) refuse('dbname', facts.database);
  const usernames = [facts.username, facts.otherUsername].filter((username) => username !== undefined);
  if (usernames.length > 0 && !usernames.includes(credential.username)) refuse('username', usernames.join(' or '));
  return credential;
}

function withoutTrailingDot(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function refuse(field: string, deployed: string): never {
  throw new RotationError('INVALID_SECRET', `"${field}" of the secret is not ${deployed}, for which the function was deployed`, {
    hint: `correct "${field}" in the secret, or deploy the rotation with the other database`,
  });
}

/** The value with some members replaced; all others stay as and where they are. */
export function withChanges(fields: SecretFields, changes: SecretFields): SecretFields {
  return { ...fields, ...changes };
}

/** The members that differ, apart from those that a rotation changes: what it does not change somebody else did. */
export function editedFields(one: SecretFields, other: SecretFields, rotated: readonly string[]): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !rotated.includes(name) && canonical(one[name]) !== canonical(other[name]));
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, nested: unknown) => (typeof nested === 'object' && nested !== null && !Array.isArray(nested)
    ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
    : nested));
}
