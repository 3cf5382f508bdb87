import { randomInt } from 'crypto';
import { isPasswordPlugin, mysqlVerifier, sha256Crypt } from '../../../../lambda/engines/sql/mysql-family/verifier';

test('SHA-256 crypt: the example of its specification, and what OpenSSL makes of a long password', () => {
  expect(sha256Crypt('Hello world!', Buffer.from('saltstring'))).toBe('5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5');
  expect(sha256Crypt(`${'x'.repeat(100)}ü`, Buffer.from('saltstring'))).toBe('c7JqUbAucEBAQOW6dkRvGhQcLjIaRhiPWPTAsh76wr4');
});

test('the hash of a real MySQL 8, as the example for it that hashcat has under its number 7401', () => {
  const salt = Buffer.from('F9CC98CE08892924F50A213B6BC571A2C11778C5', 'hex');
  expect(sha256Crypt('hashcat', salt)).toBe('bTy95Y99eAME1dwEkHOA1ndHGBWz.1bxSSRkuTXFGV/');
});

test('each plugin has its form, with nothing in it that SQL quotes', () => {
  expect(mysqlVerifier('caching_sha2_password', 'secret', randomInt)).toMatch(/^\$A\$005\$[A-Za-z0-9]{20}[./A-Za-z0-9]{43}$/);
  expect(mysqlVerifier('sha256_password', 'secret', randomInt)).toMatch(/^\$5\$[A-Za-z0-9]{20}\$[./A-Za-z0-9]{43}$/);
  // The manual's example of PASSWORD('mypass').
  expect(mysqlVerifier('mysql_native_password', 'mypass', randomInt)).toBe('*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4');
});

test('two verifiers of one password differ', () => {
  expect(mysqlVerifier('sha256_password', 'secret', randomInt)).not.toBe(mysqlVerifier('sha256_password', 'secret', randomInt));
});

test('a plugin without a password of its own is none', () => {
  expect(['caching_sha2_password', 'AWSAuthenticationPlugin', 'auth_socket', 'toString'].map(isPasswordPlugin)).toEqual([true, false, false, false]);
});
