import { Annotations, CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DatabaseEngine, DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation, RotationInterval, SecretRotator } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface EndToEndStackProps extends StackProps {
  readonly databasePort: number;

  /** The secret of the database's administrator, which exists before the app. */
  readonly administratorArn: string;

  /** The second revision has other intervals and descriptions, and a further login. */
  readonly revision: 'first' | 'second';
}

/** What `npm run e2e` deploys, changes and destroys: logins of a database that is known by its address only. */
export class EndToEndStack extends Stack {
  public constructor(scope: Construct, id: string, props: EndToEndStackProps) {
    super(scope, id, props);
    const isFirst = props.revision === 'first';
    const onCall = new sns.Topic(this, 'OnCall', { masterKey: new kms.Key(this, 'OnCallKey', { enableKeyRotation: true }), enforceSSL: true });
    const reader = new iam.Role(this, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    const administrator = secretsmanager.Secret.fromSecretCompleteArn(this, 'Administrator', props.administratorArn);
    const database = DatabaseTarget.fromAttributes({ engine: DatabaseEngine.POSTGRES, host: 'localhost', port: props.databasePort });
    const common = { database, databaseName: 'shop', alarmTopic: onCall };

    const app = new GuardedDatabaseSecret(this, 'AppLogin', {
      ...common,
      username: 'app',
      adminSecret: administrator,
      description: isFirst ? 'Login of the app' : 'Login of the web shop',
      interval: RotationInterval.every(Duration.days(isFirst ? 30 : 7)),
      rotateImmediately: isFirst,
    });
    app.grants.read(reader);
    app.rotator.rotationFunction.grantOperate(reader);

    const orders = new GuardedDatabaseSecret(this, 'OrdersLogin', {
      ...common,
      username: 'orders_a',
      rotation: Rotation.alternatingUsers({ database, adminSecret: administrator, otherUsername: 'orders_b', createWith: DatabasePrivileges.READ_WRITE }),
    });
    new SecretRotator(this, 'AdministratorRotation', { secret: administrator, rotation: Rotation.singleUser({ database }), alarmTopic: onCall });
    if (!isFirst) {
      const report = new GuardedDatabaseSecret(this, 'ReportLogin', {
        ...common, username: 'report', adminSecret: administrator, privileges: DatabasePrivileges.READ_ONLY,
      });
      new CfnOutput(this, 'ReportSecret', { value: report.secret.secretArn });
    }

    new CfnOutput(this, 'AppSecret', { value: app.secret.secretArn });
    new CfnOutput(this, 'OrdersSecret', { value: orders.secret.secretArn });
    new CfnOutput(this, 'RotationFunction', { value: app.rotator.rotationFunction.lambdaFunction.functionArn });

    for (const warning of ['unknownSecretKey', 'unknownAdminSecretKey']) {
      Annotations.of(this).acknowledgeWarning(`cdk-guarded-secrets:${warning}`, 'the secret of the administrator has no customer key');
    }
  }
}
