import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation, SecretRotator } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface AlternatingAuroraStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;
}

/**
 * An Aurora cluster with two logins that take turns, so that neither AWSCURRENT nor the version before ever fails. A role
 * without login owns the tables. The function creates role and logins; nobody runs SQL by hand.
 */
export class AlternatingAuroraStack extends Stack {
  public constructor(scope: Construct, id: string, props: AlternatingAuroraStackProps) {
    super(scope, id, props);
    const { vpc, onCall } = props;

    const key = new kms.Key(this, 'DatabaseKey', { enableKeyRotation: true });
    const cluster = new rds.DatabaseCluster(this, 'Database', {
      engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_9 }),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      writer: rds.ClusterInstance.serverlessV2('Writer'),
      credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey: key }),
      defaultDatabaseName: 'orders',
      storageEncryptionKey: key,
      deletionProtection: true,
    });
    const database = DatabaseTarget.auroraCluster(cluster);

    new GuardedDatabaseSecret(this, 'OrdersLogin', {
      database,
      username: 'orders_a',
      databaseName: 'orders',
      rotation: Rotation.alternatingUsers({
        database,
        adminSecret: cluster.secret!,
        otherUsername: 'orders_b',
        role: 'orders_owner',
        createWith: DatabasePrivileges.READ_WRITE,
      }),
      alarmTopic: onCall,
    });
    new SecretRotator(this, 'AdministratorRotation', {
      secret: cluster.secret!,
      rotation: Rotation.singleUser({ database }),
      alarmTopic: onCall,
    });
  }
}
