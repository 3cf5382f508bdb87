import type { GetRandomPasswordRequest } from '@aws-sdk/client-secrets-manager';
import { Random, randomText } from './environment';
import { invalidParameter } from './errors';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const DEFAULT_LENGTH = 32;

export function randomPassword(input: GetRandomPasswordRequest, random: Random): string {
  const excluded = new Set(input.ExcludeCharacters ?? '');
  const types = [
    input.ExcludeLowercase ? '' : LOWERCASE,
    input.ExcludeUppercase ? '' : UPPERCASE,
    input.ExcludeNumbers ? '' : DIGITS,
    input.ExcludePunctuation ? '' : PUNCTUATION,
    input.IncludeSpace ? ' ' : '',
  ].map((type) => [...type].filter((character) => !excluded.has(character)).join('')).filter((type) => type !== '');
  if (types.length === 0) throw invalidParameter('You must include at least one type of character in the password.');

  const length = input.PasswordLength ?? DEFAULT_LENGTH;
  const required = input.RequireEachIncludedType === false ? [] : types;
  if (length < required.length) throw invalidParameter('Password length is too short based on the required types.');

  const characters = [
    ...required.map((type) => randomText(random, 1, type)),
    ...randomText(random, length - required.length, types.join('')),
  ];
  return shuffle(characters, random).join('');
}

function shuffle(characters: string[], random: Random): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [characters[last], characters[other]] = [characters[other], characters[last]];
  }
  return characters;
}
