import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, SecretShare } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface OwnerStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;

  /** The role of the other account that reads. It need not exist yet. */
  readonly readerRoleArn: string;

  /** The account of that role. */
  readonly readerAccount: string;
}

/**
 * What a platform team deploys: a database with a login for the reports of another account. The secret of the login is
 * rotated here; nobody but this account and that one gets at it, whatever other policies say.
 */
export class OwnerStack extends Stack {
  public constructor(scope: Construct, id: string, props: OwnerStackProps) {
    super(scope, id, props);
    const { vpc, onCall, readerRoleArn, readerAccount } = props;

    const key = new kms.Key(this, 'DatabaseKey', { enableKeyRotation: true });
    const instance = new rds.DatabaseInstance(this, 'Database', {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      credentials: rds.Credentials.fromUsername('postgres', { encryptionKey: key }),
      manageMasterUserPassword: true,
      databaseName: 'shop',
      storageEncrypted: true,
      storageEncryptionKey: key,
      deletionProtection: true,
    });

    const login = new GuardedDatabaseSecret(this, 'ReportsLogin', {
      database: DatabaseTarget.rdsInstance(instance),
      username: 'reports',
      adminSecret: instance.secret,
      privileges: DatabasePrivileges.READ_ONLY,
      secretName: 'shop/reports-login',
      trustedAccounts: [readerAccount],
      alarmTopic: onCall,
    });

    // The outputs of this share are what the reader deploys with.
    new SecretShare(this, 'ReportsShare', { secret: login.secret, roleArns: [readerRoleArn] });
  }
}
