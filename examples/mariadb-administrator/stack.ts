import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface AdministratedMariadbStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;
}

/**
 * An RDS for MariaDB whose master password RDS manages itself. The function creates two logins through it: one that has two
 * passwords, so that AWSCURRENT never fails, and one that may only read.
 */
export class AdministratedMariadbStack extends Stack {
  public constructor(scope: Construct, id: string, props: AdministratedMariadbStackProps) {
    super(scope, id, props);
    const { vpc, onCall } = props;

    const key = new kms.Key(this, 'DatabaseKey', { enableKeyRotation: true });
    const instance = new rds.DatabaseInstance(this, 'Database', {
      engine: rds.DatabaseInstanceEngine.mariaDb({ version: rds.MariaDbEngineVersion.VER_10_11_13 }),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      credentials: rds.Credentials.fromUsername('admin', { encryptionKey: key }),
      manageMasterUserPassword: true,
      databaseName: 'shop',
      storageEncrypted: true,
      storageEncryptionKey: key,
      multiAz: true,
      deletionProtection: true,
    });
    const database = DatabaseTarget.rdsInstance(instance);
    const adminSecret = instance.secret!;

    new GuardedDatabaseSecret(this, 'ShopLogin', {
      database,
      username: 'shop',
      rotation: Rotation.adminAssisted({
        database,
        adminSecret,
        dualPasswords: true,
        createWith: DatabasePrivileges.READ_WRITE,
      }),
      alarmTopic: onCall,
    });
    new GuardedDatabaseSecret(this, 'ReportsLogin', {
      database,
      username: 'reports',
      adminSecret,
      privileges: DatabasePrivileges.READ_ONLY,
      alarmTopic: onCall,
    });
  }
}
