import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabaseTarget, GuardedDatabaseSecret, Rotation, SecretRotator } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface RotatedPostgresStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;
}

/**
 * An RDS for PostgreSQL with a login of its own for a service. The function creates the login; it and the master login are
 * encrypted with customer keys, rotated, and alarmed.
 */
export class RotatedPostgresStack extends Stack {
  public constructor(scope: Construct, id: string, props: RotatedPostgresStackProps) {
    super(scope, id, props);
    const { vpc, onCall } = props;
    const taskRole = new iam.Role(this, 'TaskRole', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });

    const key = new kms.Key(this, 'DatabaseKey', { enableKeyRotation: true });
    const instance = new rds.DatabaseInstance(this, 'Database', {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      credentials: rds.Credentials.fromGeneratedSecret('postgres', { encryptionKey: key }),
      databaseName: 'app',
      storageEncrypted: true,
      storageEncryptionKey: key,
      deletionProtection: true,
    });

    const database = DatabaseTarget.rdsInstance(instance);
    const login = new GuardedDatabaseSecret(this, 'AppLogin', {
      database,
      username: 'app',
      adminSecret: instance.secret, // creates the login and repairs it; leave it out if 'app' exists already
      alarmTopic: onCall,
    });
    login.grants.read(taskRole);

    // The master login that aws-rds made: only rotation is added.
    new SecretRotator(this, 'MasterRotation', {
      secret: instance.secret!,
      rotation: Rotation.singleUser({ database }),
      alarmTopic: onCall,
    });
  }
}
