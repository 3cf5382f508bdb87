import { provideGoMysqlServer } from './go-mysql-server';
import { provideMariadb } from './mariadb';
import { provideOldPostgres } from './postgres-13';

/** The servers for the tests that npm does not install, and what gets them where they are missing. */
export const SERVERS: readonly (readonly [title: string, provide: () => Promise<unknown>])[] = [
  ['PostgreSQL 13 for the tests', provideOldPostgres],
  ['MariaDB for the tests', provideMariadb],
  ['a peer of the MySQL protocol for the tests', provideGoMysqlServer],
];
