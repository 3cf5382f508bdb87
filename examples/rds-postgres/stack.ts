import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabaseTarget, GuardedSecret, Rotation, SecretContent, SecretRotator } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface RotatedPostgresStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;
}

/**
 * An RDS for PostgreSQL whose login is encrypted with a customer key, rotated, and alarmed.
 */
export class RotatedPostgresStack extends Stack {
  public constructor(scope: Construct, id: string, props: RotatedPostgresStackProps) {
    super(scope, id, props);
    const { vpc, onCall } = props;

    const login = new GuardedSecret(this, 'Login', {
      content: SecretContent.generatedField({ fields: { username: 'app' } }),
    });
    const database = new rds.DatabaseInstance(this, 'Database', {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      credentials: rds.Credentials.fromSecret(login.secret),
      databaseName: 'app',
      storageEncrypted: true,
      storageEncryptionKey: login.encryptionKey,
      deletionProtection: true,
    });
    new SecretRotator(this, 'LoginRotation', {
      secret: database.secret!,
      rotation: Rotation.singleUser({ database: DatabaseTarget.rdsInstance(database) }),
      alarmTopic: onCall,
    });
  }
}
