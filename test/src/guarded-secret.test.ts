import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { count, keyStatements, newStack, only, resources, secretStatements, template } from './vocabulary';
import { GuardedSecret, SecretContent } from '../../src';

const SECRET = 'AWS::SecretsManager::Secret';
const POLICY = 'AWS::SecretsManager::ResourcePolicy';
const KEY = 'AWS::KMS::Key';

test('without properties: a generated value under a customer key of the stack', () => {
  const stack = newStack();
  new GuardedSecret(stack, 'Secret');

  const key = only(stack, KEY);
  expect(only(stack, SECRET).properties).toEqual({
    GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
    KmsKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] },
  });
  expect(key.properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
});

test('defines nothing but the secret, its policy and the key', () => {
  const stack = newStack();
  new GuardedSecret(stack, 'Secret');
  expect(Object.values(template(stack).toJSON().Resources).map((resource) => (resource as { Type: string }).Type).sort())
    .toEqual([KEY, POLICY, SECRET]);
});

test('passes on name and description', () => {
  const stack = newStack();
  new GuardedSecret(stack, 'Secret', { secretName: 'billing/partner', description: 'Key of a partner' });
  template(stack).hasResourceProperties(SECRET, { Name: 'billing/partner', Description: 'Key of a partner' });
});

describe('policy', () => {
  test('denies connections without TLS, to everybody and for each replica', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret');
    expect(secretStatements(stack)).toEqual([{
      Sid: 'DenyInsecureTransport',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'secretsmanager:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }]);
  });

  test('blocks public access', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret');
    expect(only(stack, POLICY).properties.BlockPublicPolicy).toBe(true);
  });

  test('takes statements of the user too: a secret has one policy', () => {
    const stack = newStack();
    const { secret } = new GuardedSecret(stack, 'Secret');
    secret.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Mine', principals: [new iam.AccountRootPrincipal()], actions: ['secretsmanager:DescribeSecret'], resources: ['*'],
    }));
    expect(secretStatements(stack).map(({ Sid }) => Sid)).toEqual(['DenyInsecureTransport', 'Mine']);
  });
});

describe('key', () => {
  test('is shared by the guarded secrets of a stack', () => {
    const stack = newStack();
    const [one, other] = ['One', 'Other'].map((id) => new GuardedSecret(stack, id));
    expect(one.encryptionKey).toBe(other.encryptionKey);
    expect(count(stack, KEY)).toBe(1);
  });

  test('can be dedicated', () => {
    const stack = newStack();
    const [one, other] = ['One', 'Other'].map((id) => new GuardedSecret(stack, id, { dedicatedKey: true }));
    expect(one.encryptionKey).not.toBe(other.encryptionKey);
    expect(Object.values(resources(stack, KEY)).map(({ Properties }) => Properties.Description))
      .toEqual(['Encrypts the secret Test/One', 'Encrypts the secret Test/Other']);
  });

  test('can be one of the user, who may have imported it', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';
    new GuardedSecret(stack, 'Secret', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) });
    expect(only(stack, SECRET).properties.KmsKeyId).toBe(arn);
    expect(count(stack, KEY)).toBe(0);
  });

  test('trusts no service', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret');
    expect(keyStatements(stack).filter(({ Principal }) => Principal.Service)).toEqual([]);
  });
});

describe('removal', () => {
  test.each([SECRET, POLICY, KEY])('keeps the %s unless the deployment that defines it fails', (type) => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { dedicatedKey: true });
    expect(only(stack, type).resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test.each([SECRET, POLICY, KEY])('can destroy the %s', (type) => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { dedicatedKey: true, removalPolicy: RemovalPolicy.DESTROY });
    expect(only(stack, type).resource).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('of one secret leaves the shared key alone', () => {
    const stack = newStack();
    new GuardedSecret(stack, 'Secret', { removalPolicy: RemovalPolicy.DESTROY });
    expect(only(stack, KEY).resource.DeletionPolicy).toBe('RetainExceptOnCreate');
  });
});

test('a value that is set by hand is not generated', () => {
  const stack = newStack();
  new GuardedSecret(stack, 'Secret', { content: SecretContent.setByHand() });
  expect(Object.keys(only(stack, SECRET).properties)).toEqual(['KmsKeyId']);
});

