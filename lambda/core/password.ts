/**
 * Characters that survive every layer of quoting (SQL, URL, shell, .pgpass, connection strings): 64 of them, so that 40
 * make about 240 bits.
 */
const CLASSES = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789', '-_.'];
const LETTERS = CLASSES[0] + CLASSES[1];
const LENGTH = 40;

/**
 * A password with at least one character of each class. It starts with a letter, so that no program takes it for an option.
 *
 * @param random a random integer from 0 up to, but not including, the limit
 */
export function generatePassword(random: (limit: number) => number): string {
  const pick = (characters: string): string => characters[random(characters.length)];
  const all = CLASSES.join('');
  const rest = [...CLASSES.map(pick), ...Array.from({ length: LENGTH - CLASSES.length - 1 }, () => pick(all))];
  for (let index = rest.length - 1; index > 0; index--) {
    const other = random(index + 1);
    [rest[index], rest[other]] = [rest[other], rest[index]];
  }
  return pick(LETTERS) + rest.join('');
}
