import { RotationError } from '../../../core/errors';
import { GONE, Meaning, meaningOfSocketError, SILENT, UNKNOWN } from '../socket-errors';

const CONCURRENT: Meaning = { code: 'CONFLICT', sentence: 'somebody else changes the login at the same time' };
const FULL: Meaning = { code: 'CONFLICT', sentence: 'the server or the login has no connection left', hint: 'raise the connection limit, or let clients use fewer connections' };
const EXPIRED: Meaning = { code: 'EXPIRED', sentence: 'the password of the login has expired', hint: 'let an administrator rotate it, or give the login a new password and store it in the secret' };
const LOCKED: Meaning = { code: 'LOCKED', sentence: 'the login is locked', hint: 'unlock it with ALTER USER ... ACCOUNT UNLOCK' };
const BLOCKED: Meaning = { code: 'LOCKED', sentence: 'the login is blocked after too many wrong passwords', hint: 'unblock it: MySQL with ALTER USER ... ACCOUNT UNLOCK, MariaDB with FLUSH PRIVILEGES' };
const REFUSED: Meaning = { code: 'PRIVILEGE', sentence: 'the server does not let the login do that' };
const READ_ONLY: Meaning = { code: 'READ_ONLY', sentence: 'the server does not take changes' };
const WEAK: Meaning = { code: 'POLICY', sentence: 'the server did not accept the password' };
const MISSING: Meaning = { code: 'PRIVILEGE', sentence: 'the login does not exist, or may not be changed' };

/** By error number of the server, of MySQL and of MariaDB. */
const MEANINGS: { readonly [number: number]: Meaning } = {
  1040: FULL,
  1203: FULL,
  1226: FULL,
  1044: REFUSED,
  1045: REFUSED,
  1142: REFUSED,
  1143: REFUSED,
  1227: REFUSED,
  1370: REFUSED,
  1698: REFUSED,
  1133: MISSING,
  1141: MISSING,
  1396: MISSING,
  1049: { code: 'NO_DATABASE', sentence: 'the database of the secret does not exist' },
  1129: { code: 'LOCKED', sentence: 'the server blocks the host of the function after too many broken connections', hint: 'unblock it with FLUSH HOSTS' },
  1130: { code: 'LOCKED', sentence: 'the server does not let the host of the function connect', hint: 'make an account whose host part matches the subnets of the function' },
  // The password is told with the change, and compared.
  3891: { code: 'CONFLICT', sentence: 'the password was changed by somebody else in the meantime', hint: 'nothing to do, unless the login has a second password: then take it away with DISCARD OLD PASSWORD' },
  1205: CONCURRENT,
  3572: CONCURRENT,
  1213: CONCURRENT,
  1290: READ_ONLY,
  1792: READ_ONLY,
  1836: READ_ONLY,
  1819: WEAK,
  1372: WEAK,
  3638: { code: 'REUSE', sentence: 'the server does not take a password again that the login had before' },
  1820: EXPIRED,
  1862: EXPIRED,
  3118: LOCKED,
  4151: LOCKED,
  3955: BLOCKED,
  4150: BLOCKED,
  3159: { code: 'TLS', sentence: 'the server wants TLS' },
  3032: { code: 'NETWORK', sentence: 'the database is in offline mode' },
  1053: { code: 'NETWORK', sentence: 'the database is stopping' },
  1927: GONE,
  4031: GONE,
  1969: SILENT,
  3024: SILENT,
};

/** What the driver says of itself. */
const DRIVER: { readonly [code: string]: Meaning } = {
  HANDSHAKE_NO_SSL_SUPPORT: { code: 'TLS', sentence: 'the server does not offer TLS' },
  PROTOCOL_CONNECTION_LOST: GONE,
  AUTH_SWITCH_PLUGIN_ERROR: { code: 'LOCKED', sentence: 'the login has an authentication plugin that the rotation does not speak' },
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: { code: 'LOCKED', sentence: 'the login has an authentication plugin that wants the password in clear text' },
};

/** The same numbers mean something else while a login is under way. */
const AT_LOGIN: { readonly [number: number]: Meaning } = {
  1045: { code: 'AUTH', sentence: 'the login was refused' },
  1698: { code: 'AUTH', sentence: 'the login was refused' },
  1044: {
    code: 'PRIVILEGE',
    sentence: 'the login may not use the database of the secret',
    hint: 'name a database in "dbname" of the secret that the login has a right in, or leave "dbname" out',
  },
};

/** A server that checks passwords wants to see them, and says so with the number of a read-only server. */
const CHECKED: Meaning = {
  code: 'POLICY',
  sentence: 'the server checks passwords, and so takes none that is hashed',
  hint: 'set strict_password_validation to OFF: the rotation makes strong passwords, and never sends one in the text of a statement',
};

/** Says what an error of the driver, the socket or the server means. */
export function translateMysqlError(error: unknown, during: 'login' | 'statement'): RotationError {
  if (error instanceof RotationError) return error;
  return errorOf(meaningOf(error, during), error);
}

export function hashRefused(): RotationError {
  return errorOf(CHECKED);
}

function errorOf({ code, sentence, hint }: Meaning, cause?: unknown): RotationError {
  return new RotationError(code, sentence, { cause, hint });
}

function meaningOf(error: unknown, during: 'login' | 'statement'): Meaning {
  const { errno, code = '', message = '' } = (error ?? {}) as { errno?: number; code?: string; message?: string };
  if (errno === 1290 && message.includes('strict-password-validation')) return CHECKED;
  if (typeof errno === 'number' && errno > 0) return (during === 'login' ? AT_LOGIN[errno] : undefined) ?? MEANINGS[errno] ?? UNKNOWN;
  // The driver's own errors have no number, and some not even a code.
  if (/closed state|fatal error|closing/.test(message)) return GONE;
  return DRIVER[code] ?? meaningOfSocketError(code) ?? UNKNOWN;
}
