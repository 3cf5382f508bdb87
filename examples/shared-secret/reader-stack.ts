import { Stack, StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { SharedSecret } from 'cdk-guarded-secrets';
import { Construct } from 'constructs';

export interface ReaderStackProps extends StackProps {
  /** Name of the role that reads: the owner shares with it. */
  readonly roleName: string;

  /** Output `SecretCompleteArn` of the owner's share. */
  readonly secretCompleteArn: string;

  /** Output `EncryptionKeyArn` of the owner's share. */
  readonly encryptionKeyArn: string;
}

/** A client asks for the secret by its ARN: a name would be looked for in the own account. */
const CODE = `
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
const client = new SecretsManagerClient();

exports.handler = async () => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: process.env.LOGIN_SECRET_ARN }));
  const { host, port, dbname, username } = JSON.parse(SecretString);
  return { host, port, dbname, username };
};
`;

/**
 * What the team of another account deploys: a function that reads the shared login, with the rights that reading takes
 * and no others. The way to the database (peering, a transit gateway) is left out.
 */
export class ReaderStack extends Stack {
  public constructor(scope: Construct, id: string, props: ReaderStackProps) {
    super(scope, id, props);
    const { roleName, secretCompleteArn, encryptionKeyArn } = props;
    const login = new SharedSecret(this, 'ReportsLogin', { secretCompleteArn, encryptionKeyArn });

    const role = new iam.Role(this, 'Role', { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    login.grants.read(role);
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR });
    logGroup.grantWrite(role);
    new lambda.Function(this, 'Reports', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(CODE),
      role,
      logGroup,
      environment: { LOGIN_SECRET_ARN: login.secret.secretArn },
    });
  }
}
