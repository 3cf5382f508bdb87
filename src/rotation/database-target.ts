import { Token, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct, IDependable } from 'constructs';
import { DatabaseEngine } from './database-engine';
import { lateDependency, resourcesBelow } from '../private/late-dependency';
import { isOutside } from '../private/problems';

const LARGEST_PORT = 65535;

/**
 * Options of a database of this app or of another one.
 */
export interface DatabaseTargetOptions {
  /**
   * The engine.
   *
   * @default - the engine of the database object; an imported one may not know it
   */
  readonly engine?: DatabaseEngine;

  /**
   * The VPC that the database is in.
   *
   * @default - the VPC of the database object; an imported one does not know it
   */
  readonly vpc?: ec2.IVpc;
}

/**
 * A database that is known by its address only.
 */
export interface DatabaseTargetAttributes {
  /** The engine. */
  readonly engine: DatabaseEngine;

  /** DNS name as it stands in the server's certificate. */
  readonly host: string;

  /**
   * TCP port.
   *
   * @default - the default port of the engine
   */
  readonly port?: number;

  /**
   * The security groups of the database, with its port as default port.
   *
   * @default - not known: in a VPC the function is let out to the port of the database, and you let it in
   */
  readonly connectable?: ec2.IConnectable;

  /**
   * The VPC that the database is in.
   *
   * @default - the function runs outside of any VPC unless the rotator names one
   */
  readonly vpc?: ec2.IVpc;
}

/**
 * The database that a login belongs to.
 */
export class DatabaseTarget {
  /**
   * An RDS instance.
   *
   * @throws an error when its engine is not supported or not known
   */
  public static rdsInstance(instance: rds.IDatabaseInstance, options: DatabaseTargetOptions = {}): DatabaseTarget {
    return new DatabaseTarget({
      engine: options.engine ?? knownEngine(instance.node.path, instance.engine?.engineType),
      host: instance.dbInstanceEndpointAddress,
      port: instance.dbInstanceEndpointPort,
      vpc: options.vpc ?? vpcOf(instance),
      connectable: instance,
      attachmentTarget: instance,
      ...initialDatabaseOf(instance),
      dependable: serversOf(instance),
    });
  }

  /**
   * An Aurora cluster. Logins are rotated on its writer.
   *
   * @throws an error when its engine is not supported or not known
   */
  public static auroraCluster(cluster: rds.IDatabaseCluster, options: DatabaseTargetOptions = {}): DatabaseTarget {
    return new DatabaseTarget({
      engine: options.engine ?? knownEngine(cluster.node.path, cluster.engine?.engineType),
      host: cluster.clusterEndpoint.hostname,
      port: Token.asString(cluster.clusterEndpoint.port),
      vpc: options.vpc ?? vpcOf(cluster),
      connectable: cluster,
      attachmentTarget: cluster,
      ...initialDatabaseOf(cluster),
      dependable: serversOf(cluster),
    });
  }

  /**
   * A database that is known by its address only.
   *
   * @throws an error when the host is empty or the port is none
   */
  public static fromAttributes(attributes: DatabaseTargetAttributes): DatabaseTarget {
    if (attributes.host.trim() === '') {
      throw new Error(`the host of the database must be a DNS name, got ${JSON.stringify(attributes.host)}; change \`host\``);
    }
    if (isOutside(attributes.port, 1, LARGEST_PORT)) {
      throw new Error(`the port of the database ${JSON.stringify(attributes.host)} must be 1 to ${LARGEST_PORT}, got ${attributes.port}; change \`port\``);
    }
    return new DatabaseTarget({ ...attributes, namesDatabase: false, port: Tokenization.stringifyNumber(attributes.port ?? attributes.engine.defaultPort) });
  }

  /** The engine. */
  public readonly engine: DatabaseEngine;

  /** DNS name of the database. */
  public readonly host: string;

  /** TCP port, as text, since it may be known at deployment only. */
  public readonly port: string;

  /** The VPC of the database, where it is known. */
  public readonly vpc?: ec2.IVpc;

  /** The security groups of the database, where they are known. */
  public readonly connectable?: ec2.IConnectable;

  /** What a secret can be attached to, so that it names the database. */
  public readonly attachmentTarget?: secretsmanager.ISecretAttachmentTarget;

  /** What must exist before the first rotation. */
  public readonly dependable?: IDependable;

  /**
   * The initial database of the server, where it is known.
   *
   * @internal
   */
  public readonly _initialDatabase?: string;

  /**
   * Whether a secret that is attached to the database may get the name of a database by that.
   *
   * @internal
   */
  public readonly _namesDatabase: boolean;

  private constructor(facts: DatabaseTargetFacts) {
    this._initialDatabase = facts.initialDatabase;
    this._namesDatabase = facts.namesDatabase;
    this.engine = facts.engine;
    this.host = facts.host;
    this.port = facts.port;
    this.vpc = facts.vpc;
    this.connectable = facts.connectable;
    this.attachmentTarget = facts.attachmentTarget;
    this.dependable = facts.dependable;
  }
}

interface InitialDatabase {
  readonly initialDatabase?: string;
  readonly namesDatabase: boolean;
}

interface DatabaseTargetFacts extends InitialDatabase {
  readonly engine: DatabaseEngine;
  readonly host: string;
  readonly port: string;
  readonly vpc?: ec2.IVpc;
  readonly connectable?: ec2.IConnectable;
  readonly attachmentTarget?: secretsmanager.ISecretAttachmentTarget;
  readonly dependable?: IDependable;
}

function knownEngine(path: string, engineName: string | undefined): DatabaseEngine {
  if (engineName === undefined) {
    throw new Error(`${path}: the engine of an imported database is not known; pass \`engine\`, for example DatabaseEngine.POSTGRES`);
  }
  return DatabaseEngine._fromName(engineName, `${path}: `);
}

/** What was restored from a snapshot has the initial database of the snapshot; what was imported does not tell. */
function initialDatabaseOf({ node: { defaultChild } }: IConstruct): InitialDatabase {
  if (defaultChild instanceof rds.CfnDBInstance) {
    return { initialDatabase: defaultChild.dbName, namesDatabase: (defaultChild.dbName ?? defaultChild.dbSnapshotIdentifier) !== undefined };
  }
  if (defaultChild instanceof rds.CfnDBCluster) {
    return { initialDatabase: defaultChild.databaseName, namesDatabase: (defaultChild.databaseName ?? defaultChild.snapshotIdentifier) !== undefined };
  }
  return { namesDatabase: true };
}

/** Of a cluster, writer and readers too: without one of them the cluster does not answer. */
function serversOf(database: IConstruct): IDependable {
  return lateDependency(() => resourcesBelow(database, rds.CfnDBInstance.CFN_RESOURCE_TYPE_NAME, rds.CfnDBCluster.CFN_RESOURCE_TYPE_NAME));
}

/** The interfaces of aws-rds do not carry the VPC, the constructs behind them do. */
function vpcOf(database: object): ec2.IVpc | undefined {
  return (database as { vpc?: ec2.IVpc }).vpc;
}
