import { Engine, SecretFields } from '../../../lambda/core/engine';
import { RotationStrategy } from '../../../src/handler-contract';

/** A strategy with its options: one row of the suite's tables. */
export interface Setting {
  readonly name: string;
  readonly strategy: RotationStrategy;
  /** Whether the rights of a pair belong to a role without login. */
  readonly role?: boolean;
  readonly dualPasswords?: boolean;
}

export const SINGLE_USER: Setting = { name: 'single user', strategy: 'single-user' };
export const ADMIN_ASSISTED: Setting = { name: 'admin assisted', strategy: 'admin-assisted' };
export const DUAL_PASSWORDS: Setting = { name: 'dual passwords', strategy: 'admin-assisted', dualPasswords: true };
export const ALTERNATING_ROLE: Setting = { name: 'alternating, role', strategy: 'alternating-users', role: true };
export const ALTERNATING_CLONE: Setting = { name: 'alternating, clone', strategy: 'alternating-users' };

/** Whether AWSCURRENT must log in at every instant. */
export function neverFails({ strategy, dualPasswords }: Setting): boolean {
  return strategy === 'alternating-users' || dualPasswords === true;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The logins of one case, which no other case uses. */
export interface Cast {
  readonly user: Login;
  /** Name of the second login of a pair. */
  readonly other: string;
  /** Name of the role without login that has the rights. */
  readonly role: string;
  readonly administrator: Login;
}

/** A real database server, which all cases of an engine share. */
export interface Target {
  readonly name: string;
  readonly engine: Engine;
  readonly port: number;

  /** The members of the secret of a login. */
  fields(login: Login): SecretFields;

  /** Makes the logins of a case, with rights, settings and limits that are easily lost. */
  arrange(setting: Setting): Promise<Cast>;

  /** Runs a statement as the superuser, for what only one kind of server has. In place of $x it gets a name that is quoted. */
  run(statement: string, names?: { readonly [placeholder: string]: string }): Promise<void>;

  /** What a person does, or another program. */
  setPassword(login: Login): Promise<void>;

  /** By a login over verified TLS. */
  logsIn(login: Login): Promise<boolean>;

  /** Which of them the server would accept, from what it has stored: many times faster than a login for each. */
  accepted<L extends Login>(logins: readonly L[]): Promise<L[]>;

  /** All that a login may do and how, as text lines; without its own name, so that two logins can be compared. */
  rightsOf(username: string, cast: Cast): Promise<string[]>;

  /** Everything that the server wrote, with the text of every statement. */
  log(): string;

  /** Ends the server at once, as a crash does, and starts it again. */
  restart(): Promise<void>;

  /** What a client meets on a server that is not the writer any more. */
  setReadOnly(readOnly: boolean): Promise<void>;

  stop(): Promise<void>;
}
