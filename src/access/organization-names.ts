import { Token } from 'aws-cdk-lib';
import { Problems } from '../private/problems';

const ACCOUNT = /^\d{12}$/;
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;

/** The end decides: `/` is the unit itself, `/*` also those below; without either no path is ever equal to it. */
const PATH = /^o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32}\/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/)*\*?$/;

/** Adds a problem for each account that is none. */
export function checkAccounts(problems: Problems, option: string, accounts: string[] = []): void {
  for (const account of unlike(ACCOUNT, accounts)) {
    problems.add(`an account is 12 digits, got ${JSON.stringify(account)}; change \`${option}\``);
  }
}

/** Adds a problem for an organisation that is none. */
export function checkOrganization(problems: Problems, organizationId: string | undefined): void {
  for (const id of unlike(ORGANIZATION, organizationId === undefined ? [] : [organizationId])) {
    problems.add(`an organisation is "o-" and 10 to 32 lower-case letters or digits, got ${JSON.stringify(id)}; change \`organizationId\``);
  }
}

/** Adds a problem for each path of an organisation that is none. */
export function checkPaths(problems: Problems, paths: string[] = []): void {
  for (const path of unlike(PATH, paths)) {
    problems.add(`a path of an organisation begins with organisation and root, and ends in "/" (the unit itself) or "/*" (also those below), as "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*", got ${JSON.stringify(path)}; change \`organizationPaths\``);
  }
}

function unlike(pattern: RegExp, values: string[]): string[] {
  return values.filter((value) => !Token.isUnresolved(value) && !pattern.test(value));
}
