import { randomInt } from 'crypto';
import { mysqlVerifier, sha256Crypt } from '../../../lambda/engines/sql/mysql-family/verifier';
import { Rows } from '../../peers/scripted-mysql/packets';
import { ScriptedMysqlServer } from '../../peers/scripted-mysql/scripted-mysql-server';

const VERIFIER = /^\$A\$005\$(.{20})(.+)$/;

/** The columns of an account that has nothing special, in the order of the engine's statement. */
export function accountRow(changes: { readonly [column: string]: string | number | null } = {}): Rows {
  return [{
    Host: '%',
    plugin: 'caching_sha2_password',
    authentication_string: '$A$005$',
    ssl_type: '',
    ssl_cipher: '',
    x509_issuer: '',
    x509_subject: '',
    max_questions: 0,
    max_updates: 0,
    max_connections: 0,
    max_user_connections: 0,
    account_locked: 'N',
    password_lifetime: null,
    Password_reuse_history: null,
    Password_reuse_time: null,
    Password_require_current: null,
    User_attributes: null,
    ...changes,
  }];
}

/**
 * The account 'app'@'%' of a scripted server as MySQL 8.0.14 and newer have it: a first and a second password, of which the statements
 * change what the manual says ("Dual Password Support").
 */
export class DualAccount {
  private first: string;
  private second?: string;

  public constructor(server: ScriptedMysqlServer, first: string, second?: string) {
    const verifier = (password: string) => mysqlVerifier('caching_sha2_password', password, randomInt);
    this.first = verifier(first);
    this.second = second === undefined ? undefined : verifier(second);
    server
      .always(/^SELECT .* FROM mysql\.user WHERE User = 'app' ORDER BY Host$/, () => accountRow({ User_attributes: this.second ? JSON.stringify({ additional_password: this.second }) : null }))
      .always(/^ALTER USER 'app'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '([^']+)'( RETAIN CURRENT PASSWORD)?$/, ([, next, retain]) => {
        if (retain) this.second = this.first;
        this.first = next;
        this.onChange();
        return 'ok';
      })
      .always('ALTER USER \'app\'@\'%\' DISCARD OLD PASSWORD', () => {
        this.second = undefined;
        this.onChange();
        return 'ok';
      });
  }

  /** Called after each change. */
  public onChange: () => void = () => {};

  public accepts(password: string): boolean {
    return [this.first, this.second].some((verifier) => verifier !== undefined && isVerifierOf(verifier, password));
  }
}

/** Thousands of rounds each: what is asked again and again is remembered, as the server does. */
const remembered = new Map<string, boolean>();

function isVerifierOf(verifier: string, password: string): boolean {
  const key = JSON.stringify([verifier, password]);
  const [, salt, digest] = VERIFIER.exec(verifier)!;
  if (!remembered.has(key)) remembered.set(key, sha256Crypt(password, Buffer.from(salt, 'latin1')) === digest);
  return remembered.get(key)!;
}
