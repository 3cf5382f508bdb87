/**
 * How many shares fit into the policy of a key.
 */
import { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { GuardedSecret, SecretShare } from '../../../src';
import { deployed } from '../deployed';
import { ACCOUNT, keyStatements, messageOf, newStack, only, OTHER_ACCOUNT, REGION, template } from '../vocabulary';

const THIRD_ACCOUNT = '777788889999';
const ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/team/reader`;

describe('shares of secrets with names, each with a statement in the policy of the key', () => {
  function sharesOf(secrets: number, encryptionKey?: (stack: Stack, number: number) => kms.IKey): Stack {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    for (let number = 0; number < secrets; number++) {
      const { secret } = new GuardedSecret(stack, `Secret${number}`, { secretName: `partners/token-of-partner-${number}`, encryptionKey: encryptionKey?.(stack, number) });
      new SecretShare(stack, `Share${number}`, { secret, roleArns: [`${ROLE}${number}`], accounts: [THIRD_ACCOUNT] });
    }
    return stack;
  }

  function size(stack: Stack): number {
    return JSON.stringify(deployed(only(stack, 'AWS::KMS::Key').properties.KeyPolicy, template(stack).toJSON())).length;
  }

  test('are taken as long as they fit in', () => {
    const stack = sharesOf(50);
    expect(keyStatements(stack).filter(({ Action }) => Action === 'kms:Decrypt')).toHaveLength(50);
    expect(size(stack)).toBeLessThan(32768);
  });

  test('fail at synthesis when they do not', () => {
    const growth = (size(sharesOf(50)) - size(sharesOf(40))) / 10;
    const tooMany = Math.ceil((32768 - size(sharesOf(50))) / growth) + 52;
    expect(messageOf(() => template(sharesOf(tooMany)))).toMatch(
      /\[Test\/GuardedSecretsKey\/Resource\] the policy of a key has 32768 characters at most, got 3[23]\d{3}; share its secrets with an organisation instead of accounts, or give some of them a key of their own, as `dedicatedKey: true` does/);
  });

  test('fail under a key of the user, also by an alias', () => {
    const alias = (stack: Stack) => stack.node.tryFindChild('Alias') as kms.Alias ?? new kms.Alias(stack, 'Alias', { aliasName: 'secrets', targetKey: new kms.Key(stack, 'Key') });
    expect(messageOf(() => template(sharesOf(80, alias)))).toContain('[Test/Key/Resource] the policy of a key has 32768 characters at most');
  });

  test('fail under a key that only secrets of the CDK have', () => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const encryptionKey = new kms.Key(stack, 'Key');
    for (let number = 0; number < 60; number++) {
      const secret = new secretsmanager.Secret(stack, `Secret${number}`, { secretName: `partners/token-of-partner-${number}`, encryptionKey });
      new SecretShare(stack, `Share${number}`, { secret, accounts: [OTHER_ACCOUNT, THIRD_ACCOUNT, '888899990000', '999900001111', '000011112222'] });
    }
    expect(messageOf(() => template(stack))).toContain('[Test/Key/Resource] the policy of a key has 32768 characters at most');
  });

  test('are taken with a key for each secret', () => {
    expect(() => template(sharesOf(80, (stack, number) => new kms.Key(stack, `Key${number}`)))).not.toThrow();
  });
});
