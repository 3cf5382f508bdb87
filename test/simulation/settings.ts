import { Flavour } from './model/database-engine';
import type { DatabaseServer } from './model/database-server';
import { mariadbFlavour, postgresFlavour } from './model/flavours';
import { SecretFacts } from '../../src/handler-contract';

export const HOST = 'database.example.com';
export const ADMIN = 'admin';
export const USER = 'app';
export const OTHER = 'app_clone';
export const ROLE = 'app_owner';

/** How a secret is rotated, and at what kind of database. */
export interface Setting {
  readonly name: string;
  readonly flavour: Flavour;
  /** Whether two logins take turns. */
  readonly pair: boolean;
  /** Whether AWSCURRENT authenticates at every instant. */
  readonly gapless: boolean;
  readonly rights: ReadonlySet<string>;
  /** Whether the first rotation creates the second login of the pair. */
  readonly otherIsMissing?: boolean;
  /** Another server, to show that the simulation finds what is wrong with it. */
  readonly server?: typeof DatabaseServer;
  facts(adminSecret: string): Partial<SecretFacts>;
}

const RIGHTS = new Set(['select', 'insert', 'require ssl', 'connection limit 20']);

export const SINGLE_USER: Setting = {
  name: 'single-user',
  flavour: postgresFlavour,
  pair: false,
  gapless: false,
  rights: RIGHTS,
  facts: () => ({ strategy: 'single-user' }),
};

export const ADMIN_ASSISTED: Setting = {
  name: 'admin-assisted',
  flavour: postgresFlavour,
  pair: false,
  gapless: false,
  rights: RIGHTS,
  facts: (adminSecret) => ({ strategy: 'admin-assisted', adminSecret, username: USER }),
};

export const DUAL_PASSWORDS: Setting = {
  name: 'dual passwords',
  flavour: mariadbFlavour,
  pair: false,
  gapless: true,
  rights: RIGHTS,
  facts: (adminSecret) => ({ strategy: 'admin-assisted', adminSecret, username: USER, dualPasswords: 'true' }),
};

export const ALTERNATING_ROLE: Setting = {
  name: 'alternating-users with a role',
  flavour: postgresFlavour,
  pair: true,
  gapless: true,
  rights: new Set([`member of ${ROLE}`]),
  facts: (adminSecret) => ({ strategy: 'alternating-users', adminSecret, username: USER, otherUsername: OTHER, role: ROLE }),
};

export const ALTERNATING_CLONE: Setting = {
  name: 'alternating-users with a clone',
  flavour: mariadbFlavour,
  pair: true,
  gapless: true,
  rights: RIGHTS,
  otherIsMissing: true,
  facts: (adminSecret) => ({ strategy: 'alternating-users', adminSecret, username: USER, otherUsername: OTHER }),
};
