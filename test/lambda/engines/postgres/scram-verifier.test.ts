import { createHmac } from 'crypto';
import { isTakenAlike, scramVerifier } from '../../../../lambda/engines/sql/postgres/scram-verifier';

test('the example of RFC 7677: its server signature follows from our verifier', async () => {
  const verifier = await scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096);
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
  const serverKey = Buffer.from(verifier.slice(verifier.lastIndexOf(':') + 1), 'base64');
  expect(createHmac('sha256', serverKey).update(message).digest('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:/);
});

test('another salt each time', async () => {
  expect(await scramVerifier('pencil')).not.toBe(await scramVerifier('pencil'));
});

test('nothing in it must be quoted', async () => {
  expect(await scramVerifier('\'"\\ $$')).toMatch(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/);
});

test.each([['Ⅸ', 'IX'], ['\u00A0', ' '], ['a\u00ADb', 'ab']])('%j is taken for %j, as servers do', async (one, other) => {
  const salt = Buffer.alloc(16);
  expect(await scramVerifier(one, salt)).toBe(await scramVerifier(other, salt));
});

test.each([
  ['letters and "signs" \'', true], ['p\u00E4ss', true], ['pa\u0308ss', false], ['\u00A0', false], ['\u2168', false], ['\uD800', false], ['\u{1F600}', true], ['tab\t', true],
])('%j is taken alike by all: %s', (password, expected) => {
  expect(isTakenAlike(password)).toBe(expected);
});
