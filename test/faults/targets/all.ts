import { MariadbTarget } from './mariadb';
import { PostgresTarget } from './postgres';
import { ADMIN_ASSISTED, ALTERNATING_CLONE, ALTERNATING_ROLE, DUAL_PASSWORDS, Setting, SINGLE_USER, Target } from './target';

interface Server {
  readonly settings: readonly Setting[];
  readonly start: () => Promise<Target>;
}

const POSTGRES_SETTINGS = [SINGLE_USER, ADMIN_ASSISTED, ALTERNATING_ROLE, ALTERNATING_CLONE];

/** The servers that the suite runs on, the oldest and the newest of an engine, and the strategies for each. */
export const SERVERS: { readonly [name: string]: Server } = {
  'PostgreSQL 13': { settings: POSTGRES_SETTINGS, start: () => PostgresTarget.start(13) },
  'PostgreSQL 18': { settings: POSTGRES_SETTINGS, start: () => PostgresTarget.start(18) },
  'MariaDB': { settings: [SINGLE_USER, ADMIN_ASSISTED, DUAL_PASSWORDS, ALTERNATING_ROLE, ALTERNATING_CLONE], start: () => MariadbTarget.start() },
};

/** Names like `PostgreSQL 18/single user`. */
export function combinations(): string[] {
  return Object.entries(SERVERS).flatMap(([server, { settings }]) => settings.map(({ name }) => `${server}/${name}`));
}
