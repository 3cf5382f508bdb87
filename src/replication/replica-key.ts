import { Names } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allowSecretsOfAccount } from '../encryption/secrets-key-policy';
import { defineSecretsKey } from '../encryption/stack-key';

/** KMS takes 256 characters with the prefix `alias/`. */
const NAME_LENGTH = 100;

/**
 * Properties of a key for replicas.
 */
export interface ReplicaKeyProps {
  /**
   * Name of the alias, with or without `alias/`. It must be unique in the account and Region.
   *
   * @default - `alias/guarded-secrets/` and a name that is made of the path of the construct
   */
  readonly aliasName?: string;
}

/**
 * A customer key for the replicas of secrets in the Region of a stack ($1 a month), with an alias that stacks of other
 * Regions can name: CloudFormation takes no references from one Region to another.
 */
export class ReplicaKey extends Construct {
  /** The key. */
  public readonly key: kms.IKey;

  /** The alias of the key: what a replica takes as its `encryptionKey`. */
  public readonly alias: kms.IAlias;

  public constructor(scope: Construct, id: string, props: ReplicaKeyProps = {}) {
    super(scope, id);
    const key = defineSecretsKey(this, 'Resource', `Encrypts replicas of secrets, ${this.node.path}`);
    allowSecretsOfAccount(key, key);
    this.key = key;
    this.alias = new kms.Alias(this, 'Alias', {
      aliasName: props.aliasName ?? `alias/guarded-secrets/${Names.uniqueResourceName(this, { maxLength: NAME_LENGTH, separator: '-' })}`,
      targetKey: key,
    });
  }
}
