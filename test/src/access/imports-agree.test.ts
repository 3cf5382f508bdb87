/**
 * A secret of another account by both ways to name it: `SharedSecret`, and `GuardedSecret.fromAttributes`. Their grants are the
 * same, and open the same.
 */
import { App, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { GuardedSecret, GuardedSecretAttributes, SecretGrants, SecretShare, SharedSecret } from '../../../src';
import { EvaluatedApp } from '../evaluation/evaluated-app';
import { ACCOUNT, COMPLETE_ARN, Json, messageOf, newStack, OTHER_ACCOUNT, PARTIAL_ARN, REGION, statements } from '../vocabulary';

const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef`;

type Named = Pick<GuardedSecretAttributes, 'secretCompleteArn' | 'secretPartialArn'> & { encryptionKeyArn: string };
type Import = (stack: Stack, named: Named) => { grants: SecretGrants };

const IMPORTS: [string, Import][] = [
  ['SharedSecret', (stack, named) => new SharedSecret(stack, 'Imported', named)],
  ['GuardedSecret.fromAttributes', (stack, named) => GuardedSecret.fromAttributes(stack, 'Imported', named)],
];

/** A stack of another account, with a role that may do all there is to grant to it. */
function reader(imported: Import, named: Named) {
  const stack = newStack({ env: { account: OTHER_ACCOUNT, region: REGION } }, 'Reader');
  const role = new iam.Role(stack, 'Role', { roleName: 'reader', assumedBy: new iam.AccountRootPrincipal() });
  const { grants } = imported(stack, named);
  grants.batchRead(role, { versionStages: ['AWSCURRENT'] });
  grants.describe(role);
  return { stack, role };
}

function statementsBy(imported: Import, named: Named): Json[] {
  return statements(reader(imported, named).stack);
}

test.each<[string, () => Named]>([
  ['complete ARN', () => ({ secretCompleteArn: COMPLETE_ARN, encryptionKeyArn: KEY_ARN })],
  ['partial ARN', () => ({ secretPartialArn: PARTIAL_ARN, encryptionKeyArn: KEY_ARN })],
  ['complete ARN that only a deployment knows', () => ({ secretCompleteArn: Fn.importValue('secret'), encryptionKeyArn: Fn.importValue('key') })],
  ['partial ARN that only a deployment knows', () => ({ secretPartialArn: Fn.importValue('secret'), encryptionKeyArn: KEY_ARN })],
])('by its %s: the same statements', (_, named) => {
  const [first, second] = IMPORTS.map(([, imported]) => statementsBy(imported, named()));
  expect(first.length).toBeGreaterThan(3);
  expect(second).toEqual(first);
});

describe.each(IMPORTS)('by %s', (_, imported) => {
  const owner = newStack({ env: { account: ACCOUNT, region: REGION } }, 'Owner');
  const { secret, encryptionKey } = new GuardedSecret(owner, 'Secret', { secretName: 'partner/token' });
  const { secret: other } = new GuardedSecret(owner, 'Other', { secretName: 'partner/token-2' });
  for (const [index, shared] of [secret, other].entries()) new SecretShare(owner, `Share${index}`, { secret: shared, accounts: [OTHER_ACCOUNT] });
  const app = new EvaluatedApp(owner);
  const [arn, encryptionKeyArn] = [app.arnOf(secret), app.arnOf(encryptionKey)];

  test.each<[string, Named]>([
    ['complete', { secretCompleteArn: arn, encryptionKeyArn }],
    ['partial', { secretPartialArn: arn.slice(0, -'-123456'.length), encryptionKeyArn }],
  ])('and the %s ARN: the role reads that secret, and no other', async (__, named) => {
    const { stack, role } = reader(imported, named);
    const caller = new EvaluatedApp(stack).caller(role);
    const current = { 'secretsmanager:VersionStage': 'AWSCURRENT' };
    expect(await app.reads(caller, secret, current)).toBe(true);
    expect(await app.allows(caller, 'secretsmanager:GetSecretValue', other, current)).toBe(false);
    expect(await app.usesKey(caller, 'kms:Decrypt', other)).toBe(false);
  });

  test('a reference to another account is refused as complete ARN, whose end it does not have', () => {
    const root = new App();
    const theirs = newStack({ env: { account: ACCOUNT, region: REGION } }, 'Theirs', root);
    const { secretArn } = new GuardedSecret(theirs, 'Secret', { secretName: 'partner/token' }).secret;
    const ours = newStack({ env: { account: OTHER_ACCOUNT, region: REGION } }, 'Ours', root);
    imported(ours, { secretCompleteArn: secretArn, encryptionKeyArn: KEY_ARN });
    expect(messageOf(() => root.synth())).toContain('[Ours/Imported] the complete ARN of a secret of another account cannot be referred to in the app, where only its name is known; pass the reference as `secretPartialArn`');
  });
});
