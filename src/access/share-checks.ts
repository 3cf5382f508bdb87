import { Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkAccounts, checkOrganization, checkPaths } from './organization-names';
import { accountsOfRoles, organizationOfPath, ShareRecipients } from './share-audience';
import { Problems } from '../private/problems';
import { secretResource } from '../private/secret-arn';
import { perimeterOf } from '../private/secret-perimeters';

const ROLE = /^arn:[a-z-]+:iam::\d{12}:role\/[^*?]+$/;

/** The alias of the key that Secrets Manager takes when none is given. */
const MANAGED_KEY_ALIAS = 'alias/aws/secretsmanager';

const USE_CUSTOMER_KEY = 'define it with a customer key, as GuardedSecret does, or pass that key as `encryptionKey`';

/** What the checks look at. */
export interface CheckedShare extends ShareRecipients {
  readonly secret: ISecret;
  readonly encryptionKey?: kms.IKey;
}

/** Fails for a share that could not work. Returns the key of the secret. */
export function checkShare(scope: Construct, share: CheckedShare): kms.IKey {
  const { secret } = share;
  const key = share.encryptionKey ?? secret.encryptionKey;
  const problems = new Problems(scope);
  const path = JSON.stringify(secret.node.path);
  if (!secretResource(secret)) {
    problems.add(`the policy of the imported secret ${path} cannot be changed from here; define the share in the app that defines the secret`);
  }
  if (!key || isManaged(key)) {
    problems.add(`the secret ${path} is encrypted with the AWS managed key, which no other account can use; ${USE_CUSTOMER_KEY}`);
  }
  checkRecipients(problems, share);
  checkOwnAccount(problems, share);
  checkPerimeter(problems, share);
  problems.throwIfAny();
  return key!;
}

function isManaged(key: kms.IKey): boolean {
  return (key as Partial<kms.IAlias>).aliasName === MANAGED_KEY_ALIAS;
}

function checkRecipients(problems: Problems, { accounts, roleArns, organizationId, organizationPaths }: ShareRecipients): void {
  if ([accounts, roleArns, organizationId, organizationPaths].every((recipients) => recipients === undefined || recipients.length === 0)) {
    problems.add('a share is with somebody, got nobody; pass `accounts`, `roleArns`, `organizationId` or `organizationPaths`');
  }
  checkAccounts(problems, 'accounts', accounts);
  checkOrganization(problems, organizationId);
  checkPaths(problems, organizationPaths);
  for (const roleArn of known(roleArns).filter((arn) => !ROLE.test(arn))) {
    problems.add(`a role is named by its whole ARN, without wildcards, got ${JSON.stringify(roleArn)}; change \`roleArns\``);
  }
}

function checkOwnAccount(problems: Problems, share: CheckedShare): void {
  const { account } = share.secret.env;
  if (knownAccounts(share).includes(account)) {
    problems.add(`the secret belongs to the account "${account}" itself, whose principals need no share; use its \`grants\``);
  }
}

/** What the perimeter of the secret denies, a share cannot allow. */
function checkPerimeter(problems: Problems, share: CheckedShare): void {
  const { trustedAccounts, organizationId } = perimeterOf(share.secret) ?? {};
  const isOpen = organizationId === undefined && !trustedAccounts;
  if (isOpen || [organizationId, ...trustedAccounts ?? []].some((value) => Token.isUnresolved(value))) return;

  // Whether an account belongs to an organisation is not known here.
  const denied = organizationId === undefined ? knownAccounts(share).filter((account) => !trustedAccounts?.includes(account)) : [];
  for (const account of denied) {
    problems.add(`the policy of the secret denies everything to the account "${account}"; add it to \`trustedAccounts\` of the secret`);
  }
  for (const other of knownOrganizations(share).filter((id) => id !== organizationId)) {
    problems.add(`the policy of the secret denies everything to the organisation "${other}"; change \`organizationId\` of the secret`);
  }
}

function knownOrganizations({ organizationId, organizationPaths }: ShareRecipients): string[] {
  const organizations = [...organizationId === undefined ? [] : [organizationId], ...known(organizationPaths).map(organizationOfPath)];
  return [...new Set(known(organizations))];
}

function knownAccounts({ accounts, roleArns }: ShareRecipients): string[] {
  return known([...accounts ?? [], ...accountsOfRoles(known(roleArns).filter((arn) => ROLE.test(arn)))]);
}

function known(values: string[] = []): string[] {
  return values.filter((value) => !Token.isUnresolved(value));
}
