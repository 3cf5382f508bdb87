/**
 * The packets of MySQL's client/server protocol that a server sends, as the manual's chapter "Client/Server Protocol" has them.
 */

export const CAPABILITY = {
  connectWithDatabase: 0x8,
  protocol41: 0x200,
  ssl: 0x800,
  secureConnection: 0x8000,
  pluginAuth: 0x80000,
  pluginAuthLengthEncoded: 0x200000,
} as const;

const CAPABILITIES = Object.values(CAPABILITY).reduce((all, flag) => all + flag, 0);
const TWO_BYTES = 0x10000;
const UTF8MB4 = 45;
const AUTOCOMMIT = 2;
const VAR_STRING = 253;
const CHALLENGE_HEAD = 8;

export type Cell = string | number | null;

/** Rows of an answer; the members of the first one name the columns. */
export type Rows = readonly { readonly [column: string]: Cell }[];

export interface Greeting {
  readonly version: string;
  readonly connection: number;
  readonly plugin: string;
  /** 20 bytes without zero. */
  readonly challenge: Buffer;
  readonly tls: boolean;
}

export function greeting({ version, connection, plugin, challenge, tls }: Greeting): Buffer {
  const capabilities = tls ? CAPABILITIES : CAPABILITIES - CAPABILITY.ssl;
  return Buffer.concat([
    byte(10), zeroEnded(version), integer(connection, 4),
    challenge.subarray(0, CHALLENGE_HEAD), byte(0),
    integer(capabilities % TWO_BYTES, 2), byte(UTF8MB4), integer(AUTOCOMMIT, 2), integer(Math.floor(capabilities / TWO_BYTES), 2),
    byte(challenge.length + 1), Buffer.alloc(10), challenge.subarray(CHALLENGE_HEAD), byte(0), zeroEnded(plugin),
  ]);
}

export function ok(): Buffer {
  return Buffer.concat([byte(0), byte(0), byte(0), integer(AUTOCOMMIT, 2), integer(0, 2)]);
}

export function error(code: number, state: string, message: string): Buffer {
  return Buffer.concat([byte(0xff), integer(code, 2), Buffer.from(`#${state}${message}`)]);
}

/** What the server says instead of a greeting, before it knows what the client can do. */
export function earlyError(code: number, message: string): Buffer {
  return Buffer.concat([byte(0xff), integer(code, 2), Buffer.from(message)]);
}

/** The packets of an answer with rows. */
export function resultSet(rows: Rows): Buffer[] {
  const columns = Object.keys(rows[0] ?? { none: '' });
  const end = Buffer.concat([byte(0xfe), integer(0, 2), integer(AUTOCOMMIT, 2)]);
  return [
    byte(columns.length),
    ...columns.map(columnDefinition),
    end,
    ...rows.map((row) => Buffer.concat(columns.map((column) => cell(row[column])))),
    end,
  ];
}

function columnDefinition(name: string): Buffer {
  return Buffer.concat([
    ...['def', '', '', '', name, name].map(lengthEncoded),
    byte(0x0c), integer(UTF8MB4, 2), integer(1024, 4), byte(VAR_STRING), integer(0, 2), byte(0), integer(0, 2),
  ]);
}

function cell(value: Cell): Buffer {
  return value === null ? byte(0xfb) : lengthEncoded(String(value));
}

function lengthEncoded(text: string): Buffer {
  const content = Buffer.from(text);
  const length = content.length < 0xfb ? byte(content.length) : Buffer.concat([byte(0xfc), integer(content.length, 2)]);
  return Buffer.concat([length, content]);
}

export function byte(value: number): Buffer {
  return Buffer.from([value]);
}

export function zeroEnded(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), byte(0)]);
}

function integer(value: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntLE(value, 0, length);
  return buffer;
}
