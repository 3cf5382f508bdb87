import { Construct } from 'constructs';
import { DatabaseTarget } from './database-target';
import { checkAdministrator, checkDatabase, checkNames, checkSecret, LoginNames } from './login-checks';
import { RotationBindOptions, RotationConfig } from './rotation-config';
import { AdminAssistedRotationOptions, AdministratedRotationOptions, AlternatingUsersRotationOptions, SingleUserRotationOptions } from './rotation-options';
import { Privileges, SecretFacts } from '../handler-contract';
import { Problems } from '../private/problems';
import { databaseInTemplate, initialValue } from '../private/secret-value';

/** What AWS's functions put behind the name of the second login. */
const CLONE_SUFFIX = '_clone';

type LoginFacts = Omit<SecretFacts, 'secret' | 'host' | 'port'>;

export function singleUserConfig(scope: Construct, { secret, username }: RotationBindOptions, { database }: SingleUserRotationOptions): RotationConfig {
  const problems = new Problems(scope);
  checkSecret(problems, scope, secret, database);
  checkNames(problems, database.engine, { username });
  problems.throwIfAny();
  return configOf(database, { strategy: 'single-user' });
}

export function adminAssistedConfig(scope: Construct, bind: RotationBindOptions, options: AdminAssistedRotationOptions): RotationConfig {
  const { database: { engine }, dualPasswords, role, createWith } = options;
  const problems = new Problems(scope);
  checkAdministrated(problems, scope, bind, options, { username: bind.username, role });
  if (dualPasswords && !engine.dualPasswords) {
    problems.add(`a login of ${engine} has one password at a time, so it cannot have \`dualPasswords\`; leave that out, or take Rotation.alternatingUsers`);
  }
  if (role !== undefined && createWith === undefined) {
    problems.add('`role` is for a login that the function creates; pass `createWith`, or leave out `role`');
  }
  problems.throwIfAny();
  return administratedConfig(bind, options, {
    strategy: 'admin-assisted',
    username: bind.username,
    role,
    dualPasswords: dualPasswords ? 'true' : undefined,
  });
}

export function alternatingUsersConfig(scope: Construct, bind: RotationBindOptions, options: AlternatingUsersRotationOptions): RotationConfig {
  const { username } = bind;
  const { role, otherUsername = username && otherOfPair(username) } = options;
  const problems = new Problems(scope);
  checkAdministrated(problems, scope, bind, options, { username, otherUsername, role });
  problems.throwIfAny();
  return administratedConfig(bind, options, { strategy: 'alternating-users', username, otherUsername, role });
}

function checkAdministrated(problems: Problems, scope: Construct, bind: RotationBindOptions,
  { database, adminSecret, createWith }: AdministratedRotationOptions, names: LoginNames): void {
  // "database.secret!" is undefined for a database whose password the CDK does not know as a secret.
  if ((adminSecret as unknown) === undefined) {
    problems.add('the secret of the administrator is undefined; a database has one if its credentials come from a secret, or if RDS manages its password; pass it as `adminSecret`');
  } else {
    checkAdministrator(problems, bind.secret, adminSecret, names);
  }
  if (names.username === undefined) {
    problems.add('an administrator only changes a login that is named at deployment, and nothing here names it; pass `username`');
  }
  checkSecret(problems, scope, bind.secret, database);
  checkNames(problems, database.engine, names);
  checkDatabase(problems, database.engine, databaseOfLogin(bind, database), createWith);
}

function administratedConfig(bind: RotationBindOptions,
  { database, adminSecret, adminSecretEncryptionKey, createWith }: AdministratedRotationOptions, facts: LoginFacts): RotationConfig {
  return {
    ...configOf(database, {
      ...facts,
      database: databaseOfLogin(bind, database),
      adminSecret: adminSecret.secretFullArn ?? adminSecret.secretArn,
      create: createWith as Privileges | undefined,
    }),
    adminSecret,
    adminSecretEncryptionKey,
  };
}

/** The database that the login connects to, as the deployment knows it; the default one only where nothing names another. */
function databaseOfLogin({ secret, databaseName }: RotationBindOptions, { engine, _initialDatabase, _namesDatabase }: DatabaseTarget): string | undefined {
  const fields = initialValue(secret)?.fields;
  const named = databaseName ?? databaseInTemplate(secret) ?? _initialDatabase;
  return named === undefined && fields && !_namesDatabase ? engine._defaultDatabase : named;
}

function configOf({ engine, host, port, connectable, vpc, dependable }: DatabaseTarget, { strategy, ...facts }: LoginFacts): RotationConfig {
  return {
    bundle: engine.bundle,
    facts: { strategy, host, port, ...given(facts) },
    connectable,
    vpc,
    dependencies: dependable && [dependable],
  };
}

function given(facts: { readonly [name: string]: string | undefined }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function otherOfPair(username: string): string {
  return username.endsWith(CLONE_SUFFIX) ? username.slice(0, -CLONE_SUFFIX.length) : username + CLONE_SUFFIX;
}
