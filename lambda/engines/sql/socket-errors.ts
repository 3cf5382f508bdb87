import { ErrorCode } from '../../core/errors';

/** What an error means to whoever reads it. */
export interface Meaning {
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly hint?: string;
}

export const UNREACHABLE: Meaning = { code: 'NETWORK', sentence: 'the database cannot be reached' };
export const GONE: Meaning = { code: 'NETWORK', sentence: 'the database ended the connection' };
export const SILENT: Meaning = { code: 'TIMEOUT', sentence: 'the database did not answer in time' };
export const UNKNOWN: Meaning = { code: 'UNKNOWN', sentence: 'the database answered with an error that the rotation does not know' };
const UNTRUSTED: Meaning = {
  code: 'TLS',
  sentence: 'the certificate of the server was not accepted',
  hint: 'use the host name in the certificate, and an authority that the function trusts (NODE_EXTRA_CA_CERTS); a name of your own that leads to an RDS host is in no certificate of RDS',
};
const BROKEN_TLS: Meaning = { code: 'TLS', sentence: 'the server and the function did not agree on TLS', hint: 'let the server offer TLS 1.2 or newer' };

/** By code of Node.js. */
const MEANINGS: { readonly [code: string]: Meaning } = {
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: GONE,
  EPIPE: GONE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: { code: 'NETWORK', sentence: 'the host name of the database is not known', hint: 'check "host" in the secret, and the DNS of the VPC' },
  EAI_AGAIN: { code: 'NETWORK', sentence: 'the host name of the database could not be looked up' },
  ETIMEDOUT: SILENT,
  EPROTO: BROKEN_TLS,
  HOSTNAME_MISMATCH: UNTRUSTED,
};

const UNTRUSTED_CERTIFICATE = /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

/** What an error of a socket means, whatever the protocol on it. */
export function meaningOfSocketError(code: string): Meaning | undefined {
  if (MEANINGS[code]) return MEANINGS[code];
  if (UNTRUSTED_CERTIFICATE.test(code)) return UNTRUSTED;
  return /^ERR_(SSL|TLS)_/.test(code) ? BROKEN_TLS : undefined;
}
