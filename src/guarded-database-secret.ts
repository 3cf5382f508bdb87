import { Annotations, CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SecretGrants } from './access/secret-grants';
import { GuardedSecret, GuardedSecretOptions, splitOptions } from './guarded-secret';
import { IGuardedSecret } from './imported-secret';
import { Problems } from './private/problems';
import { DEFAULT_REMOVAL } from './private/removal';
import { replicaIn } from './replication/replicas';
import { SecretReplica } from './replication/secret-replica';
import { DatabasePrivileges } from './rotation/database-privileges';
import { DatabaseTarget } from './rotation/database-target';
import { Rotation } from './rotation/rotation';
import { IRotation } from './rotation/rotation-config';
import { SecretRotator } from './rotation/secret-rotator';
import { GeneratedStringOptions, SecretContent } from './secret-content';

/** What Secrets Manager generates besides letters and digits. */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * Properties of the secret of a database login.
 */
export interface GuardedDatabaseSecretProps extends GuardedSecretOptions {
  /**
   * The database that the login belongs to.
   *
   * The address of one that cannot be attached (`DatabaseTarget.fromAttributes`) stands in the initial value: another host
   * or port makes CloudFormation put a newly generated value in place of the live one.
   */
  readonly database: DatabaseTarget;

  /**
   * Name of the login. Without `adminSecret` it must exist in the database, with the generated password, before the
   * rotation is deployed: the service tries the rotation out at once. Deploy what makes the login between secret and
   * rotation (`rotator.node.addDependency`), or expect one alarm at the first deployment.
   *
   * It stands in the initial value: another name makes CloudFormation put a newly generated value in place of the live one.
   * For another login define another secret.
   */
  readonly username: string;

  /**
   * The secret of an administrator of the database, who creates the login if it is missing, sets its password, and so
   * repairs whatever somebody changed by hand. The login stays in the database when its secret is removed.
   *
   * @default - the login exists, and changes its own password
   */
  readonly adminSecret?: secretsmanager.ISecret;

  /**
   * The customer key of the administrator's secret, where the secret object does not know it, as most imported ones.
   *
   * @default - the key of the secret object
   */
  readonly adminSecretEncryptionKey?: kms.IKey;

  /**
   * What the login may do if the administrator creates it. One that exists keeps the rights that it has.
   *
   * @default DatabasePrivileges.READ_WRITE with `adminSecret`
   */
  readonly privileges?: DatabasePrivileges;

  /**
   * The database within the server that the login connects to.
   *
   * It stands in the initial value: another name makes CloudFormation put a newly generated value in place of the live one.
   *
   * @default - the initial database of the server, else the default of the engine
   */
  readonly databaseName?: string;

  /**
   * How the password is rotated.
   *
   * @default - the administrator of `adminSecret` sets it (`Rotation.adminAssisted`), else the login changes its own
   * (`Rotation.singleUser`)
   */
  readonly rotation?: IRotation;
}

/**
 * The secret of a database login: encrypted with a customer key, attached to its database, rotated, and alarmed.
 */
export class GuardedDatabaseSecret extends Construct implements IGuardedSecret {
  /** The secret, with the address of the database in its value. */
  public readonly secret: secretsmanager.ISecret;

  /** The customer key of the secret. */
  public readonly encryptionKey: kms.IKey;

  /** Who may do what with the secret. */
  public readonly grants: SecretGrants;

  /** The replicas of the secret. They name the database of its own Region. */
  public readonly replicas: SecretReplica[];

  /** The rotation of the secret. */
  public readonly rotator: SecretRotator;

  public constructor(scope: Construct, id: string, props: GuardedDatabaseSecretProps) {
    super(scope, id);
    const { database, username, databaseName, rotation, ...options } = props;
    const { secretOptions, rotationOptions } = splitOptions(options);
    this.validate(props);
    this.warnWithoutAdministrator(props);

    const guarded = new GuardedSecret(this, 'Secret', {
      ...secretOptions,
      content: SecretContent._generatedInOrder({ fields: { username, ...knownFields(database, databaseName) }, ...passwordRules(database) }),
    });
    this.encryptionKey = guarded.encryptionKey;
    this.grants = guarded.grants;
    this.replicas = guarded.replicas;

    const attached = this.attach(guarded.secret as secretsmanager.Secret, database, props.removalPolicy);
    this.rotator = new SecretRotator(this, 'Rotation', {
      ...rotationOptions,
      secret: guarded.secret,
      username,
      databaseName,
      rotation: rotation ?? defaultRotation(props),
    });
    this.rotator._letCopy(this.replicas);
    if (attached) this.rotator.node.addDependency(attached);
    this.secret = attached ?? guarded.secret;
  }

  /** The replica in a Region. Throws an error if there is none. */
  public replica(region: string): SecretReplica {
    return replicaIn(this, this.replicas, region);
  }

  private validate({ adminSecret, adminSecretEncryptionKey, privileges, rotation }: GuardedDatabaseSecretProps): void {
    const problems = new Problems(this);
    if (rotation && (adminSecret || adminSecretEncryptionKey || privileges !== undefined)) {
      problems.add('`adminSecret`, `adminSecretEncryptionKey` and `privileges` are for the default rotation, but got `rotation` too; pass them to that, as `createWith` the privileges');
    } else if (!adminSecret && (adminSecretEncryptionKey || privileges !== undefined)) {
      problems.add('`privileges` and `adminSecretEncryptionKey` are for a login that an administrator creates; pass `adminSecret`, or leave them out');
    }
    problems.throwIfAny();
  }

  /** "database.secret" is undefined for a database whose password the CDK does not know as a secret. */
  private warnWithoutAdministrator(props: GuardedDatabaseSecretProps): void {
    if (!('adminSecret' in props) || props.adminSecret || props.rotation) return;
    Annotations.of(this).addWarningV2('cdk-guarded-secrets:undefinedAdminSecret',
      '`adminSecret` was passed, but is undefined, so the login has to exist and changes its own password; pass the secret of an administrator (a database has one if its credentials come from a secret), leave `adminSecret` out, or acknowledge this');
  }

  private attach(
    secret: secretsmanager.Secret, database: DatabaseTarget, removalPolicy: RemovalPolicy = DEFAULT_REMOVAL,
  ): secretsmanager.ISecret | undefined {
    const attachment = database.attachmentTarget && secret.attach(database.attachmentTarget);
    (attachment?.node.defaultChild as CfnResource | undefined)?.applyRemovalPolicy(removalPolicy);
    return attachment;
  }
}

function defaultRotation({ database, adminSecret, adminSecretEncryptionKey, privileges }: GuardedDatabaseSecretProps): Rotation {
  if (!adminSecret) return Rotation.singleUser({ database });
  return Rotation.adminAssisted({ database, adminSecret, adminSecretEncryptionKey, createWith: privileges ?? DatabasePrivileges.READ_WRITE });
}

/** Where the server may demand punctuation, the first password has some. */
function passwordRules({ engine: { _passwordPunctuation: allowed } }: DatabaseTarget): GeneratedStringOptions {
  if (allowed === undefined) return {};
  return { includePunctuation: true, excludeCharacters: [...PUNCTUATION].filter((character) => !allowed.includes(character)).join('') };
}

/** Where nothing attaches the secret to the database, its address stands in the value from the start. */
function knownFields(database: DatabaseTarget, databaseName: string | undefined): { [name: string]: string } {
  const address: { [name: string]: string } = database.attachmentTarget
    ? {}
    : { engine: database.engine.engineNames[0], host: database.host, port: database.port };
  return { ...address, ...(databaseName !== undefined && { dbname: databaseName }) };
}
