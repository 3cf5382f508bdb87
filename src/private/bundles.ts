import { existsSync, readdirSync } from 'fs';
import * as path from 'path';
import { IConstruct } from 'constructs';

const BUNDLES = path.join(__dirname, '..', '..', 'assets', 'lambda');

/**
 * The folder with the code of a bundled function.
 *
 * @throws an error that lists the bundles when there is none of that name
 */
export function bundleFolder(scope: IConstruct, name: string): string {
  const known = existsSync(BUNDLES) ? readdirSync(BUNDLES).sort() : [];
  if (known.includes(name)) return path.join(BUNDLES, name);
  const names = known.map((bundle) => JSON.stringify(bundle)).join(', ') || 'none';
  throw new Error(`${scope.node.path}: unknown function code ${JSON.stringify(name)}; this package has ${names}; change \`bundle\``);
}
