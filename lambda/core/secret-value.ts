import { Credential, Engine, SecretFields } from './engine';
import { RotationError } from './errors';
import { SecretFacts } from '../../src/handler-contract';

/** One version of the secret, with its value read and checked. */
export interface Version<C extends Credential = Credential> {
  readonly id: string;
  readonly fields: SecretFields;
  readonly credential: C;
  /** Whether this function wrote it last. */
  readonly inJournal: boolean;
}

/** @throws INVALID_SECRET, without any of the content */
export function parseFields(text: string | undefined): SecretFields {
  if (text === undefined) throw new RotationError('INVALID_SECRET', 'the secret has a binary value, not JSON');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error of the parser quotes the text.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RotationError('INVALID_SECRET', 'the value of the secret is not a JSON object');
  return value as SecretFields;
}

/** Reads a credential, and holds the address in it against the one that was deployed. */
export function parseCredential<C extends Credential>(engine: Engine<C>, fields: SecretFields, facts: SecretFacts): C {
  const credential = engine.parse(fields);
  if (withoutTrailingDot(credential.host) !== withoutTrailingDot(facts.host)) refuse('host', facts.host);
  if (credential.port !== Number(facts.port)) refuse('port', facts.port);
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

/** The members that differ, apart from the password: what a rotation does not change somebody else did. */
export function editedFields(one: SecretFields, other: SecretFields): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => name !== 'password' && canonical(one[name]) !== canonical(other[name]));
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, nested: unknown) => (typeof nested === 'object' && nested !== null && !Array.isArray(nested)
    ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
    : nested));
}
