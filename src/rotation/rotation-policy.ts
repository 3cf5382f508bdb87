import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { RotationConfig } from './rotation-config';
import { keyConditions } from '../private/key-conditions';
import { arnLength, hasCompleteArn, isSameSecret, secretArnForPolicy } from '../private/secret-arn';

const ROTATION_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

const READ_AND_WRITE = ['kms:Decrypt', 'kms:GenerateDataKey'];
const READ = ['kms:Decrypt'];

/** A managed policy holds 6,144 characters; the rest is for what stands around the ARNs of secrets. */
const ARNS_BUDGET = 5700;

/** A statement about a key without the ARNs of secrets, estimated from above. */
const KEY_STATEMENT_SIZE = 320;

/** Quotes and comma. */
const ARN_OVERHEAD = 3;

/** A secret with the key that it is encrypted with. */
export interface SecretWithKey {
  readonly secret: secretsmanager.ISecret;
  readonly encryptionKey?: kms.IKey;
}

export function withKey(secret: secretsmanager.ISecret, encryptionKey?: kms.IKey): SecretWithKey {
  return { secret, encryptionKey: encryptionKey ?? secret.encryptionKey };
}

export function administratorOf({ adminSecret, adminSecretEncryptionKey }: RotationConfig): SecretWithKey | undefined {
  return adminSecret && withKey(adminSecret, adminSecretEncryptionKey);
}

/**
 * The policy of a rotation function about secrets: the ones that it rotates, and those of administrators that it reads.
 */
export class RotationPolicy {
  /** The policy itself, not yet attached to a role. */
  public readonly policy: iam.ManagedPolicy;
  private readonly rotated: secretsmanager.ISecret[] = [];
  private readonly administrators: secretsmanager.ISecret[] = [];
  private readonly arnsByKey = new Map<string, string[]>();
  private usedSize = 0;

  public constructor(private readonly scope: Construct) {
    this.policy = new iam.ManagedPolicy(scope, 'RotationPolicy', {
      description: 'The secrets that the function rotates',
      statements: [statement('RotateSecrets', ROTATION_ACTIONS, this.rotated)],
    });
  }

  /** Whether the rights on a secret, and on that of its administrator, would fit in. */
  public hasRoomFor(rotated: SecretWithKey, administrator?: SecretWithKey): boolean {
    const read = administrator && !this.reads(administrator.secret) ? [this.sizeOf(administrator, READ)] : [];
    return [this.usedSize, this.sizeOf(rotated, READ_AND_WRITE), ...read].reduce((sum, size) => sum + size) <= ARNS_BUDGET;
  }

  /** Lets the function rotate a secret. */
  public addRotatedSecret(rotated: SecretWithKey): void {
    this.usedSize += this.sizeOf(rotated, READ_AND_WRITE);
    this.rotated.push(rotated.secret);
    this.addKey(rotated, READ_AND_WRITE);
  }

  /** Lets the function read the secret of an administrator. Many logins have the same one. */
  public addAdminSecret(administrator: SecretWithKey): void {
    if (this.reads(administrator.secret)) return;
    if (this.administrators.length === 0) this.policy.addStatements(statement('ReadAdminSecrets', ['secretsmanager:GetSecretValue'], this.administrators));
    this.usedSize += this.sizeOf(administrator, READ);
    this.administrators.push(administrator.secret);
    this.addKey(administrator, READ);
  }

  private reads(secret: secretsmanager.ISecret): boolean {
    return this.administrators.some((administrator) => isSameSecret(administrator, secret));
  }

  /** Secrets with one key share a statement, so that the policy stays small. */
  private addKey({ secret, encryptionKey }: SecretWithKey, actions: string[]): void {
    if (!encryptionKey) return;
    const arn = secretArnForPolicy(secret);
    const group = groupOf(secret, encryptionKey, actions);
    const existing = this.arnsByKey.get(group);
    if (existing) {
      existing.push(arn);
      return;
    }
    const arns = [arn];
    this.arnsByKey.set(group, arns);
    this.policy.addStatements(new iam.PolicyStatement({
      actions,
      resources: [encryptionKey.keyArn],
      conditions: keyConditions(Stack.of(this.scope).region, Lazy.list({ produce: () => arns }), hasCompleteArn(secret)),
    }));
  }

  private sizeOf({ secret, encryptionKey }: SecretWithKey, actions: string[]): number {
    const arn = arnLength(secret) + ARN_OVERHEAD;
    if (!encryptionKey) return arn;
    return 2 * arn + (this.arnsByKey.has(groupOf(secret, encryptionKey, actions)) ? 0 : KEY_STATEMENT_SIZE);
  }
}

function groupOf(secret: secretsmanager.ISecret, key: kms.IKey, actions: string[]): string {
  return `${key.node.addr}${hasCompleteArn(secret)}${actions.join()}`;
}

function statement(sid: string, actions: string[], secrets: secretsmanager.ISecret[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, actions, resources: Lazy.list({ produce: () => secrets.map(secretArnForPolicy) }) });
}
