import { systemRandom } from '../../../cli/local-aws';
import { randomPassword } from '../../../cli/local-aws/random-password';

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

describe('random password', () => {
  it('has 32 characters of each type by default, without blanks', () => {
    for (let round = 0; round < 200; round++) {
      const password = randomPassword({}, systemRandom);
      expect(password).toHaveLength(32);
      for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9 ]/]) expect(password).toMatch(type);
      expect(password).not.toContain(' ');
    }
  });

  it.each([
    [{ ExcludeLowercase: true }, /^[^a-z]+$/],
    [{ ExcludeUppercase: true }, /^[^A-Z]+$/],
    [{ ExcludeNumbers: true }, /^[^0-9]+$/],
    [{ ExcludePunctuation: true }, /^[a-zA-Z0-9]+$/],
    [{ IncludeSpace: true }, / /],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true }, /^[0-9]{32}$/],
    [{ ExcludeCharacters: `abc[]\\^-${'0123456789'}` }, /^[^abc[\]\\^\-0-9]+$/],
  ])('%j', (input, expected) => {
    for (let round = 0; round < 50; round++) expect(randomPassword(input, systemRandom)).toMatch(expected);
  });

  it('uses all characters of the service', () => {
    const password = randomPassword({ PasswordLength: 4096 }, systemRandom);
    expect([...new Set(password)].sort().join('')).toBe([...`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${PUNCTUATION}`].sort().join(''));
  });

  it('fits each included type into the shortest password', () => {
    const password = randomPassword({ PasswordLength: 5, IncludeSpace: true }, systemRandom);
    for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9 ]/, / /]) expect(password).toMatch(type);
  });

  it('is too short for its types', () => {
    expect(() => randomPassword({ PasswordLength: 3 }, systemRandom)).toThrow('Password length is too short based on the required types.');
    expect(randomPassword({ PasswordLength: 3, RequireEachIncludedType: false }, systemRandom)).toHaveLength(3);
  });

  it('needs a type', () => {
    const none = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true };
    expect(() => randomPassword(none, systemRandom)).toThrow(expect.objectContaining({ name: 'InvalidParameterException' }));
  });

  it('repeats with the same chance', () => {
    const chance = () => {
      let seed = 1;
      return { below: (limit: number) => (seed = seed * 48_271 % 2_147_483_647) % limit, uuid: () => '' };
    };
    expect(randomPassword({}, chance())).toBe(randomPassword({}, chance()));
  });
});
