import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnSecretTargetAttachment, ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { DatabaseEngine } from './database-engine';
import { DatabasePrivileges } from './database-privileges';
import { DatabaseTarget } from './database-target';
import { Problems } from '../private/problems';
import { isSameSecret } from '../private/secret-arn';
import { initialValue, usernameInTemplate } from '../private/secret-value';

/** The names that a rotation has to do with. */
export interface LoginNames {
  readonly username?: string;
  readonly otherUsername?: string;
  readonly role?: string;
}

/** That the secret can be one of a login of the database. */
export function checkSecret(problems: Problems, scope: IConstruct, secret: ISecret, database: DatabaseTarget): void {
  const path = JSON.stringify(secret.node.path);
  if (isAttachedElsewhere(secret, database)) {
    problems.add(`the secret ${path} is attached to another database than the one in which it is to be rotated; pass the database of the secret as \`database\``);
  }
  const value = initialValue(secret);
  if (value?.empty) {
    Annotations.of(scope).addWarningV2('cdk-guarded-secrets:emptySecret',
      `the secret ${path} is empty until somebody puts a value by hand, so the service cannot try out its rotation; put the JSON of the login before the rotation is deployed, then acknowledge this`);
  } else if (value && value.fields?.username === undefined) {
    problems.add(`the secret ${path} gets a value without "username", so it is not that of a login; pass SecretContent.generatedField with a username as \`content\``);
  }
}

/** That the engine takes the names, and that they differ. */
export function checkNames(problems: Problems, engine: DatabaseEngine, { username, otherUsername, role }: LoginNames): void {
  checkLength(problems, engine, 'login', username, 'username');
  checkLength(problems, engine, 'second login', otherUsername, 'otherUsername');
  checkLength(problems, engine, 'role', role, 'role');
  if (username !== undefined && username === otherUsername) {
    problems.add(`the two logins must differ, got ${JSON.stringify(username)} for both; change \`otherUsername\``);
  }
  if (role !== undefined && [username, otherUsername].includes(role)) {
    problems.add(`the role must not be one of the logins, got ${JSON.stringify(role)}; change \`role\``);
  }
}

/** That the administrator is somebody else than the logins. */
export function checkAdministrator(problems: Problems, secret: ISecret, adminSecret: ISecret, { username, otherUsername }: LoginNames): void {
  if (isSameSecret(secret, adminSecret)) {
    problems.add('the secret of the administrator is the one that is to be rotated; pass that of another login as `adminSecret`, or take Rotation.singleUser');
    return;
  }
  const administrator = usernameInTemplate(adminSecret);
  if (administrator !== undefined && [username, otherUsername].includes(administrator)) {
    problems.add(`the login must not be the administrator, got ${JSON.stringify(administrator)}; change \`username\` or \`otherUsername\``);
  }
}

/** That the deployment names the database in which a login is created, so that the content of the secret does not choose it. */
export function checkDatabase(problems: Problems, { _defaultDatabase }: DatabaseEngine, database: string | undefined, createWith?: DatabasePrivileges): void {
  if (database === '') problems.add('the name of the database must not be empty; change `databaseName`, or leave it out');
  if (createWith === undefined || database !== undefined) return;
  // Where a login connects to no database by default, one without privileges is created in none.
  const withoutDatabase = _defaultDatabase === undefined;
  if (withoutDatabase && createWith === DatabasePrivileges.NONE) return;
  problems.add('an administrator only creates a login in a database that is named at deployment, and nothing here names it; '
    + `pass \`databaseName\`${withoutDatabase ? ', or give DatabasePrivileges.NONE' : ''}`);
}

function checkLength(problems: Problems, engine: DatabaseEngine, what: string, name: string | undefined, property: string): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  const problem = engine._lengthProblem(name);
  if (problem) problems.add(`the name of the ${what} ${JSON.stringify(name)} ${problem}; change \`${property}\``);
}

/** Names that only a deployment knows are not compared with names that are known. */
function isAttachedElsewhere(secret: ISecret, database: DatabaseTarget): boolean {
  const attached = attachmentOf(secret)?.targetId;
  const target = database.attachmentTarget?.asSecretAttachmentTarget().targetId;
  if (attached === undefined || target === undefined || Token.isUnresolved(attached) !== Token.isUnresolved(target)) return false;
  const stack = Stack.of(secret);
  return JSON.stringify(stack.resolve(attached)) !== JSON.stringify(stack.resolve(target));
}

function attachmentOf({ node }: ISecret): CfnSecretTargetAttachment | undefined {
  return [node.defaultChild, node.tryFindChild('Attachment')?.node.defaultChild]
    .find((child): child is CfnSecretTargetAttachment => child instanceof CfnSecretTargetAttachment);
}
