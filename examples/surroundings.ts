import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * What most accounts have already: a VPC without NAT that reaches Secrets Manager by an endpoint, and the topic of the
 * people on call.
 */
export class SurroundingsStack extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly onCall: sns.Topic;

  public constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    this.vpc = new ec2.Vpc(this, 'Vpc', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    this.vpc.addInterfaceEndpoint('SecretsManager', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });

    this.onCall = new sns.Topic(this, 'OnCall', {
      displayName: 'Secrets that need a person',
      masterKey: new kms.Key(this, 'OnCallKey', { enableKeyRotation: true }),
      enforceSSL: true,
    });
  }
}
