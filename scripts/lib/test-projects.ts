import { provideGoMysqlServer } from './go-mysql-server';
import { provideMariadb } from './mariadb';
import { bundleLibrary, packLibrary } from './packed';
import { provideOldPostgres } from './postgres-13';

/** Something that tests need and `npm ci` does not install. Nothing happens where it is there already. */
export interface Need {
  readonly title: string;
  readonly provide: () => Promise<unknown>;
}

export const BUNDLES: Need = { title: 'the library: bundled', provide: () => bundleLibrary() };
/** The package has the bundles in it. */
export const PACKAGE: Need = { title: 'the library: bundled, compiled, packed', provide: () => packLibrary() };

const POSTGRES_13: Need = { title: 'PostgreSQL 13 for the tests', provide: provideOldPostgres };
const MARIADB: Need = { title: 'MariaDB for the tests', provide: provideMariadb };
const MYSQL_PEER: Need = { title: 'a peer of the MySQL protocol for the tests', provide: provideGoMysqlServer };
export const SERVERS = [POSTGRES_13, MARIADB, MYSQL_PEER];

/** The projects of jest, and the needs of their tests. */
export const TEST_PROJECTS = {
  src: [BUNDLES],
  api: [PACKAGE],
  lambda: [BUNDLES, ...SERVERS],
  engines: SERVERS,
  cli: [BUNDLES, MARIADB],
  faults: [POSTGRES_13, MARIADB],
  simulation: [],
  scripts: [],
} satisfies { readonly [project: string]: readonly Need[] };

export type TestProject = keyof typeof TEST_PROJECTS;

/** The needs of all of these projects, each one time. */
export function needsOf(projects: readonly TestProject[]): Need[] {
  return [...new Set<Need>(projects.flatMap((project): readonly Need[] => TEST_PROJECTS[project]))];
}
