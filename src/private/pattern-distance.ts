/**
 * How many letters must be added, taken away or replaced until some text fits two patterns of policies, in which `*`
 * stands for any text and `?` for any letter. It is 0 where one exists.
 */
export function patternDistance(one: string, other: string): number {
  let above = costsOf(other);
  for (const letter of one) {
    const row = [above[0] + costOf(letter)];
    for (let column = 1; column <= other.length; column++) {
      const match = other[column - 1];
      const replaced = above[column - 1] + (fits(letter, match) ? 0 : 1);
      row.push(Math.min(replaced, above[column] + (match === '*' ? 0 : costOf(letter)), row[column - 1] + (letter === '*' ? 0 : costOf(match))));
    }
    above = row;
  }
  return above[other.length];
}

/** What the beginnings of a pattern cost beside nothing. */
function costsOf(pattern: string): number[] {
  const costs = [0];
  for (const letter of pattern) costs.push(costs[costs.length - 1] + costOf(letter));
  return costs;
}

function costOf(letter: string): number {
  return letter === '*' ? 0 : 1;
}

function fits(letter: string, other: string): boolean {
  return letter === other || letter === '?' || other === '?' || letter === '*' || other === '*';
}
