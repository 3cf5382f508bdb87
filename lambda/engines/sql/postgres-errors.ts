import { ErrorCode, RotationError } from '../../core/errors';

interface Meaning {
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly hint?: string;
}

const UNREACHABLE: Meaning = { code: 'NETWORK', sentence: 'the database cannot be reached' };
const GONE: Meaning = { code: 'NETWORK', sentence: 'the database ended the connection' };
const SILENT: Meaning = { code: 'TIMEOUT', sentence: 'the database did not answer in time' };
const CONCURRENT: Meaning = { code: 'CONFLICT', sentence: 'somebody else changes the login at the same time' };
const UNTRUSTED: Meaning = {
  code: 'TLS',
  sentence: 'the certificate of the server was not accepted',
  hint: 'use the host name in the certificate, and an authority that the function trusts (NODE_EXTRA_CA_CERTS); a name of your own that leads to an RDS host is in no certificate of RDS',
};
const BROKEN_TLS: Meaning = { code: 'TLS', sentence: 'the server and the function did not agree on TLS', hint: 'let the server offer TLS 1.2 or newer' };

/** By SQLSTATE of the server, or by code of Node.js. */
const MEANINGS: { readonly [code: string]: Meaning } = {
  '28P01': { code: 'AUTH', sentence: 'the login was refused', hint: 'check user name, password and VALID UNTIL of the login: the server does not tell which' },
  '28000': { code: 'LOCKED', sentence: 'the login may not connect', hint: 'check that the role has LOGIN, and that pg_hba.conf lets it in' },
  '3D000': { code: 'NO_DATABASE', sentence: 'the database of the secret does not exist' },
  '42501': { code: 'PRIVILEGE', sentence: 'the login may not change its password', hint: 'where rds.restrict_password_commands is on, make the login a member of rds_password' },
  '22023': { code: 'POLICY', sentence: 'the server did not accept the password' },
  '25006': { code: 'READ_ONLY', sentence: 'the server does not take changes' },
  // A transaction that is to write cannot be started on a replica.
  '0A000': { code: 'READ_ONLY', sentence: 'the server does not take changes' },
  '53300': { code: 'CONFLICT', sentence: 'the server or the login has no connection left', hint: 'raise the connection limit, or let clients use fewer connections' },
  '55P03': { code: 'CONFLICT', sentence: 'another rotation holds the lock' },
  '25P03': { code: 'CONFLICT', sentence: 'the function was silent for too long and lost its lock' },
  '25P04': { code: 'CONFLICT', sentence: 'the function was too slow and lost its lock' },
  '40001': CONCURRENT,
  '40P01': CONCURRENT,
  '57014': SILENT,
  '57P01': GONE,
  '57P02': GONE,
  '57P03': { code: 'NETWORK', sentence: 'the database is starting or stopping' },
  '57P05': GONE,
  'ECONNREFUSED': UNREACHABLE,
  'ECONNRESET': GONE,
  'EPIPE': GONE,
  'EHOSTUNREACH': UNREACHABLE,
  'ENETUNREACH': UNREACHABLE,
  'ENOTFOUND': { code: 'NETWORK', sentence: 'the host name of the database is not known', hint: 'check "host" in the secret, and the DNS of the VPC' },
  'EAI_AGAIN': { code: 'NETWORK', sentence: 'the host name of the database could not be looked up' },
  'ETIMEDOUT': SILENT,
  'EPROTO': BROKEN_TLS,
  'HOSTNAME_MISMATCH': UNTRUSTED,
};

const UNTRUSTED_CERTIFICATE = /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

/** Says what an error of the driver, the socket or the server means. */
export function translateError(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const { code, sentence, hint } = meaningOf(error);
  return new RotationError(code, sentence, { cause: error, hint });
}

function meaningOf(error: unknown): Meaning {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  const known = MEANINGS[code];
  if (known) return known;
  if (code === 'XX000' && message.includes('concurrently updated')) return CONCURRENT;
  if (code.startsWith('08')) return GONE;
  if (UNTRUSTED_CERTIFICATE.test(code)) return UNTRUSTED;
  if (/^ERR_(SSL|TLS)_/.test(code)) return BROKEN_TLS;
  // The driver's own error, without a code.
  if (message.startsWith('Connection terminated') || message.includes('not queryable')) return GONE;
  return { code: 'UNKNOWN', sentence: 'the database answered with an error that the rotation does not know' };
}
