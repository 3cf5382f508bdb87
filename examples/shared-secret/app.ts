import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { OwnerStack } from './owner-stack';
import { ReaderStack } from './reader-stack';
import { SurroundingsStack } from '../surroundings';

const region = 'eu-central-1';
const owner = { account: '111111111111', region };
const reader = { account: '222222222222', region };
const roleName = 'shop-reports';

export const app = new App();
const surroundings = new SurroundingsStack(app, 'Surroundings', { env: owner });
const owning = new OwnerStack(app, 'SharedSecretOwner', {
  env: owner,
  vpc: surroundings.vpc,
  onCall: surroundings.onCall,
  readerRoleArn: `arn:aws:iam::${reader.account}:role/${roleName}`,
  readerAccount: reader.account,
});
// Deployed after the owner, with the two outputs of its stack: they stand in cdk.json of the reader, in the own repository as a rule.
new ReaderStack(app, 'SharedSecretReader', {
  env: reader,
  roleName,
  secretCompleteArn: app.node.getContext('secretCompleteArn'),
  encryptionKeyArn: app.node.getContext('encryptionKeyArn'),
});

// What an example leaves out on purpose. Nothing here is about the secrets: those findings are zero.
const pack = 'AwsSolutions::AwsSolutions';
Validations.of(surroundings).acknowledge(
  { id: `${pack}-VPC7`, reason: 'an example without flow logs' },
  { id: `${pack}-EC23`, reason: 'the rule cannot read the CIDR of a VPC; the endpoint is open to the VPC only' },
);
Validations.of(owning).acknowledge(
  { id: `${pack}-RDS3`, reason: 'an example on one instance' },
  { id: `${pack}-RDS11`, reason: 'the port is no secret; security groups decide who reaches it' },
);
Validations.of(app).addPlugins(new AwsSolutionsChecks());
