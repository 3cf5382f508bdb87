import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { SecretGrants } from './access/secret-grants';
import { GuardedSecret, GuardedSecretOptions } from './guarded-secret';
import { DatabaseTarget } from './rotation/database-target';
import { IRotation, Rotation } from './rotation/rotation';
import { SecretRotator } from './rotation/secret-rotator';
import { SecretContent } from './secret-content';

/**
 * Properties of the secret of a database login.
 */
export interface GuardedDatabaseSecretProps extends GuardedSecretOptions {
  /** The database that the login belongs to. */
  readonly database: DatabaseTarget;

  /**
   * Name of the login. It must exist in the database, with the generated password, before the rotation is deployed:
   * the service tries the rotation out at once. Deploy what makes the login between secret and rotation
   * (`rotator.node.addDependency`), or expect one alarm at the first deployment.
   */
  readonly username: string;

  /**
   * The database within the server that the login connects to.
   *
   * @default - the initial database of the server, else the default of the engine
   */
  readonly databaseName?: string;

  /**
   * How the password is rotated.
   *
   * @default - the login changes its own password (`Rotation.singleUser`)
   */
  readonly rotation?: IRotation;
}

/**
 * The secret of a database login: encrypted with a customer key, attached to its database, rotated, and alarmed.
 */
export class GuardedDatabaseSecret extends Construct {
  /** The secret, with the address of the database in its value. */
  public readonly secret: secretsmanager.ISecret;

  /** The customer key of the secret. */
  public readonly encryptionKey: kms.IKey;

  /** Who may do what with the secret. */
  public readonly grants: SecretGrants;

  /** The rotation of the secret. */
  public readonly rotator: SecretRotator;

  public constructor(scope: Construct, id: string, props: GuardedDatabaseSecretProps) {
    super(scope, id);
    const { database, username, databaseName, rotation, description, secretName, encryptionKey, dedicatedKey, removalPolicy, ...options } = props;

    const guarded = new GuardedSecret(this, 'Secret', {
      description,
      secretName,
      encryptionKey,
      dedicatedKey,
      removalPolicy,
      content: SecretContent.generatedField({ fields: { username, ...knownFields(database, databaseName) } }),
    });
    this.encryptionKey = guarded.encryptionKey;
    this.grants = guarded.grants;

    this.rotator = new SecretRotator(this, 'Rotation', {
      ...options,
      secret: guarded.secret,
      rotation: rotation ?? Rotation.singleUser({ database }),
    });
    const attached = this.attach(guarded.secret as secretsmanager.Secret, database);
    if (attached) this.rotator.node.addDependency(attached);
    this.secret = attached ?? guarded.secret;
  }

  private attach(secret: secretsmanager.Secret, database: DatabaseTarget): secretsmanager.ISecret | undefined {
    return database.attachmentTarget && secret.attach(database.attachmentTarget);
  }
}

/** Where nothing attaches the secret to the database, its address stands in the value from the start. */
function knownFields(database: DatabaseTarget, databaseName: string | undefined): { [name: string]: string } {
  const address: { [name: string]: string } = database.attachmentTarget
    ? {}
    : { engine: database.engine.engineNames[0], host: database.host, port: database.port };
  return { ...address, ...(databaseName !== undefined && { dbname: databaseName }) };
}
