import { createHash } from 'crypto';
import { PacketStream } from './packet-stream';
import { byte, CAPABILITY } from './packets';

const FIXED_PART = 32;
const SSL_REQUEST_LENGTH = 32;
const PERFORM_FULL_AUTHENTICATION = Buffer.from([1, 4]);

/** What a client says who it is. */
export interface ClientLogin {
  readonly username: string;
  readonly database?: string;
  /** The answer to the challenge. */
  readonly answer: Buffer;
}

/** Whether a client that has read the greeting asks for TLS first. */
export function isSslRequest(packet: Buffer): boolean {
  return packet.length === SSL_REQUEST_LENGTH;
}

export function readLogin(packet: Buffer): ClientLogin {
  const has = (flag: number) => Math.floor(packet.readUInt32LE(0) / flag) % 2 === 1;
  const usernameEnd = packet.indexOf(0, FIXED_PART);
  const username = packet.toString('utf8', FIXED_PART, usernameEnd);
  const answerStart = usernameEnd + 2;
  const answerEnd = answerStart + packet[usernameEnd + 1];
  const answer = packet.subarray(answerStart, answerEnd);
  if (!has(CAPABILITY.connectWithDatabase)) return { username, answer };
  return { username, answer, database: packet.toString('utf8', answerEnd, packet.indexOf(0, answerEnd)) };
}

/**
 * What a server does that has not seen the login lately: it asks for the password itself, which the client sends over TLS
 * only ("caching_sha2_password Pluggable Authentication" in the manual).
 */
export async function readPassword(packets: PacketStream): Promise<string | undefined> {
  packets.write(PERFORM_FULL_AUTHENTICATION);
  const packet = await packets.read();
  return packet?.subarray(0, -1).toString('utf8');
}

/** The answer of a client that knows the password, for mysql_native_password. */
export function nativeAnswer(password: string, challenge: Buffer): Buffer {
  const once = sha1(Buffer.from(password));
  const mask = sha1(Buffer.concat([challenge, sha1(once)]));
  // eslint-disable-next-line no-bitwise
  return Buffer.from(once.map((value, index) => value ^ mask[index]));
}

/** Asks the client to answer by another plugin. */
export function authSwitch(plugin: string, challenge: Buffer): Buffer {
  return Buffer.concat([byte(0xfe), Buffer.from(`${plugin}\0`), challenge, byte(0)]);
}

function sha1(data: Buffer): Buffer {
  return createHash('sha1').update(data).digest();
}
