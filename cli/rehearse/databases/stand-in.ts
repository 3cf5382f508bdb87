import { CertificateAuthority } from '../../servers/certificate-authority';
import { TcpProxy } from '../../servers/tcp-proxy';

/** What a client logs in with. */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** The database within the server. */
  readonly dbname?: string;
}

/** One login of a function, as the log of the server tells it. */
export interface SeenLogin {
  readonly ssl: boolean;
  readonly outcome: 'authorised' | 'failed';
}

/** What a function may have made, and what goes for it to be made again. */
export interface MadeByFunction {
  readonly logins: readonly string[];
  readonly role?: string;
}

/** A table that a login can read, or else has lost rights. */
export const CANARY = 'guarded_secrets_canary';

/** Another secret has the login already. */
export class LoginExists extends Error {}

/** A real server in the place of a database of the app. Functions reach it by a proxy, everybody else directly. */
export interface StandIn {
  readonly proxy: TcpProxy;

  /** How many connections came through the proxy; for `seenLogins`. */
  readonly connections: number;

  /** Makes the database if it is missing, and the canary in it. An administrator owns both. */
  prepareDatabase(dbname: string | undefined, administrator?: string): Promise<void>;

  /** Makes an administrator like the one of RDS: who makes logins, but is no superuser. */
  createAdministrator(login: Login): Promise<void>;

  /**
   * Makes a login, as the administrator does if there is one. It, or the role that it works as, may read the canary.
   *
   * @throws LoginExists
   */
  createLogin(login: Login, options: { readonly administrator?: string; readonly role?: string }): Promise<void>;

  /** The password does not get into the log. */
  setPassword(login: Login): Promise<void>;

  remove(made: MadeByFunction, dbname: string | undefined): Promise<void>;

  /** Whether a client other than the function gets in. */
  logsIn(login: Login): Promise<boolean>;

  readsCanary(login: Login): Promise<boolean>;

  /** The logins that came through the proxy after so many connections. */
  seenLogins(after: number): SeenLogin[];

  /** Everything that the server logged, also the text of statements. */
  log(): string;

  stop(): Promise<void>;
}

/** A server that is installed on this machine. */
export interface DatabaseProgram {
  /** Where it was found, for the report. */
  readonly source: string;
  start(authority: CertificateAuthority): Promise<StandIn>;
}

/** A kind of database that can be started here. */
export interface DatabaseKind {
  readonly title: string;
  /** The names that RDS has for it. */
  readonly engineNames: readonly string[];
  /** What an attachment writes into a secret. */
  readonly secretEngine: string;

  /** @throws an error that names the one command that installs the server */
  find(projectFolder: string): DatabaseProgram;
}
