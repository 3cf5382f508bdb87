import { createHash, hash } from 'crypto';

/** How the server keeps a password, so that an administrator can set it without the password being in a statement. */
export type PasswordPlugin = 'caching_sha2_password' | 'sha256_password' | 'mysql_native_password';

/** No zero byte and no `$`, which the formats end a salt with; letters and digits need no escapes anywhere. */
const SALT_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SALT_LENGTH = 20;

/** The digits of crypt's Base64, by value. */
const CRYPT_DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ROUNDS = 5_000;
const DIGEST_LENGTH = 32;

/** The server's own default; a thousand rounds each. */
const ROUNDS_IN_HASH = '005';

export function isPasswordPlugin(plugin: string): plugin is PasswordPlugin {
  return Object.hasOwn(VERIFIERS, plugin);
}

/**
 * The text for `IDENTIFIED WITH plugin AS 'text'`.
 *
 * @param random a random integer from 0 up to, but not including, the limit
 */
export function mysqlVerifier(plugin: PasswordPlugin, password: string, random: (limit: number) => number): string {
  const salt = Array.from({ length: SALT_LENGTH }, () => SALT_ALPHABET[random(SALT_ALPHABET.length)]).join('');
  return VERIFIERS[plugin](password, salt);
}

const VERIFIERS: { readonly [plugin in PasswordPlugin]: (password: string, salt: string) => string } = {
  caching_sha2_password: (password, salt) => `$A$${ROUNDS_IN_HASH}$${salt}${sha256Crypt(password, Buffer.from(salt, 'latin1'))}`,
  sha256_password: (password, salt) => `$5$${salt}$${sha256Crypt(password, Buffer.from(salt, 'latin1'))}`,
  mysql_native_password: (password) => `*${sha1(sha1(Buffer.from(password))).toString('hex').toUpperCase()}`,
};

/**
 * The digest of SHA-256 crypt with 5000 rounds ("Unix crypt using SHA-256 and SHA-512", U. Drepper), which both SHA-256
 * plugins of MySQL use, with a salt that is longer than crypt's.
 */
export function sha256Crypt(password: string, salt: Buffer): string {
  const key = Buffer.from(password);
  const alternate = sha256(key, salt, key);
  const bits = [...key.length.toString(2)].reverse();
  let digest = sha256(key, salt, repeated(alternate, key.length), ...bits.map((bit) => (bit === '1' ? alternate : key)));
  const keys = repeated(sha256(...Array<Buffer>(key.length).fill(key)), key.length);
  const salts = repeated(sha256(...Array<Buffer>(16 + digest[0]).fill(salt)), salt.length);
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = round % 2 === 1;
    digest = sha256(
      isOdd ? keys : digest,
      ...(round % 3 === 0 ? [] : [salts]),
      ...(round % 7 === 0 ? [] : [keys]),
      isOdd ? digest : keys,
    );
  }
  return cryptBase64(digest);
}

/** Crypt's Base64: a byte from each third of the digest make four digits, the lowest first. */
function cryptBase64(digest: Buffer): string {
  let text = '';
  let [a, b, c] = [0, 10, 20];
  for (let group = 0; group < 10; group++) {
    text += cryptDigits([digest[a], digest[b], digest[c]], 4);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  return text + cryptDigits([digest[31], digest[30]], 3);
}

function cryptDigits(bytes: number[], count: number): string {
  const value = bytes.reduce((all, byte) => all * 256 + byte, 0);
  return Array.from({ length: count }, (_, index) => CRYPT_DIGITS[Math.floor(value / 64 ** index) % 64]).join('');
}

/** A digest, again and again, up to a length. */
function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest.subarray(0, DIGEST_LENGTH));
}

function sha256(...parts: Buffer[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

function sha1(data: Buffer): Buffer {
  return createHash('sha1').update(data).digest();
}
