import { createHash, createHmac, pbkdf2, randomBytes } from 'crypto';
import { promisify } from 'util';

/** The server's own default. More would make each login of each client slower. */
const ITERATIONS = 4096;
const SALT_LENGTH = 16;
const KEY_LENGTH = 32;

const derive = promisify(pbkdf2);

/**
 * What PostgreSQL stores for a password (RFC 5803). Sent instead of the password, it keeps the password out of the
 * statement, and so out of the logs of the server. It consists of letters, digits and `+/=$:-`.
 */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_LENGTH), iterations: number = ITERATIONS): Promise<string> {
  const salted = await derive(prepare(password), salt, iterations, KEY_LENGTH, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac(salted, 'Server Key').toString('base64')}`;
}

/**
 * Whether all servers and clients take a password for the same bytes. When a password has a character that SASLprep forbids, PostgreSQL
 * and its own clients leave it as it is, while others still replace characters: that matters if there is something to replace.
 */
export function isTakenAlike(password: string): boolean {
  return prepare(password) === password && Buffer.from(password).toString() === password;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/**
 * The steps of SASLprep (RFC 4013) that change bytes; servers and drivers take the same. Passwords that we make consist of
 * ASCII, but one that is set back may not.
 */
function prepare(password: string): string {
  return password
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, ' ')
    .replace(/\u00AD|\u034F|\u1806|\u180B|\u180C|\u180D|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g, '')
    .normalize('NFKC');
}
