import { RotationError } from '../../../lambda/core/errors';
import { translateError } from '../../../lambda/engines/sql/postgres-errors';

test.each([
  ['28P01', 'AUTH'], ['28000', 'LOCKED'], ['3D000', 'NO_DATABASE'], ['53300', 'CONFLICT'], ['25006', 'READ_ONLY'], ['0A000', 'READ_ONLY'],
  ['42501', 'PRIVILEGE'], ['22023', 'POLICY'], ['55P03', 'CONFLICT'], ['25P03', 'CONFLICT'], ['40001', 'CONFLICT'], ['40P01', 'CONFLICT'],
  ['57014', 'TIMEOUT'], ['57P01', 'NETWORK'], ['57P02', 'NETWORK'], ['57P03', 'NETWORK'], ['08006', 'NETWORK'], ['XX000', 'UNKNOWN'], ['42601', 'UNKNOWN'],
  ['ECONNREFUSED', 'NETWORK'], ['ECONNRESET', 'NETWORK'], ['ENOTFOUND', 'NETWORK'], ['EAI_AGAIN', 'NETWORK'], ['EHOSTUNREACH', 'NETWORK'], ['EPIPE', 'NETWORK'],
  ['ETIMEDOUT', 'TIMEOUT'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS'], ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS'], ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS'], ['CERT_HAS_EXPIRED', 'TLS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS'], ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS'], ['EPROTO', 'TLS'], ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS'],
])('%s is %s', (code, expected) => {
  const cause = Object.assign(new Error('text of the driver'), { code });
  const error = translateError(cause);
  expect(error).toMatchObject({ name: 'RotationError', code: expected, cause });
  expect(error.message).not.toContain('text of the driver');
});

test.each([
  [Object.assign(new Error('tuple concurrently updated'), { code: 'XX000' }), 'CONFLICT'],
  [new Error('Connection terminated unexpectedly'), 'NETWORK'],
  [new Error('Client has encountered a connection error and is not queryable'), 'NETWORK'],
  [new Error('something else'), 'UNKNOWN'],
  ['a thrown text', 'UNKNOWN'],
  [undefined, 'UNKNOWN'],
])('%p is told by its text', (thrown, expected) => {
  expect(translateError(thrown).code).toBe(expected);
});

test('an error that is translated already stays as it is', () => {
  const error = new RotationError('TIMEOUT', 'x');
  expect(translateError(error)).toBe(error);
});
