/** The names of the options that were given, as messages show them. */
export function givenNames(options: object): string[] {
  return Object.entries(options).filter(([, value]) => value !== undefined).map(([name]) => `\`${name}\``);
}
