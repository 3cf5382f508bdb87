import { asRotationError, RotationError } from './errors';

const REDACTED = '[redacted]';

/** Members of a secret that say where, not how to get in. They are needed in messages. */
const PLAIN_MEMBERS = new Set(['engine', 'host', 'port', 'username', 'dbname', 'ssl', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'masterarn']);

/** Shorter values of members that we do not know are no secrets, and would make every message unreadable. */
const SHORTEST_UNKNOWN_VALUE = 8;

const DEEPEST_CAUSE = 5;

/**
 * Takes known values out of everything that leaves the function. Engines and the core may forget to; this does not.
 */
export class Redactor {
  private values: string[] = [];

  /** Conceals one value in all forms in which it may turn up. */
  public conceal(value: string): void {
    // One that is concealed already has all its forms.
    if (value === '' || this.values.includes(value)) return;
    const escaped = JSON.stringify(value).slice(1, -1);
    const forms = [
      value,
      escaped,
      JSON.stringify(escaped).slice(1, -1),
      value.replace(/'/g, "''"),
      // Half of a surrogate pair, which encodeURIComponent refuses, becomes a replacement character.
      encodeURIComponent(Buffer.from(value).toString()),
      new URLSearchParams([['', value]]).toString().slice(1),
      Buffer.from(value).toString('base64'),
    ];
    // Longest first: a value that contains another one must not leave its rest.
    this.values = [...new Set([...this.values, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** Conceals what is secret in the value of a secret. */
  public concealMembers(fields: { readonly [name: string]: unknown }): void {
    for (const [name, value] of Object.entries(fields)) {
      if (PLAIN_MEMBERS.has(name)) continue;
      for (const leaf of leaves(value)) {
        if (name === 'password' || leaf.length >= SHORTEST_UNKNOWN_VALUE) this.conceal(leaf);
      }
    }
  }

  public text(text: string): string {
    return this.values.reduce((result, value) => result.includes(value) ? result.split(value).join(REDACTED) : result, text);
  }

  /** A value of the same shape, as JSON has it, with nothing secret in its texts. */
  public texts<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.texts(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.texts(member)])) as T;
  }

  /** An error of the same code that carries only text, so that nothing is left that a log could print. */
  public error(thrown: unknown): RotationError {
    const original = asRotationError(thrown);
    const cause = original.cause === undefined ? undefined : this.cause(original.cause, 1);
    const redacted = new RotationError(original.code, this.text(original.sentence), { cause, hint: this.text(original.hint) });
    redacted.stack = this.text(original.stack ?? '');
    return redacted;
  }

  private cause(thrown: unknown, depth: number): Error {
    if (!(thrown instanceof Error)) return withoutStack(this.text(typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`));
    const deeper = thrown.cause === undefined || depth === DEEPEST_CAUSE ? undefined : this.cause(thrown.cause, depth + 1);
    const plain = new Error(this.text(thrown.message), deeper && { cause: deeper });
    plain.name = this.text(thrown.name);
    plain.stack = this.text(thrown.stack ?? '');
    const code: unknown = (thrown as { code?: unknown }).code;
    return typeof code === 'string' ? Object.assign(plain, { code: this.text(code) }) : plain;
  }
}

function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}
