import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AlternatingAuroraStack } from './stack';
import { SurroundingsStack } from '../surroundings';

export const app = new App();
const surroundings = new SurroundingsStack(app, 'Surroundings');
const alternating = new AlternatingAuroraStack(app, 'AlternatingAurora', { vpc: surroundings.vpc, onCall: surroundings.onCall });

// What an example leaves out on purpose. Nothing here is about the secrets: those findings are zero.
const pack = 'AwsSolutions::AwsSolutions';
Validations.of(surroundings).acknowledge(
  { id: `${pack}-VPC7`, reason: 'an example without flow logs' },
  { id: `${pack}-EC23`, reason: 'the rule cannot read the CIDR of a VPC; the endpoint is open to the VPC only' },
);
Validations.of(alternating).acknowledge(
  { id: `${pack}-RDS6`, reason: 'the logins of this example have passwords: to rotate them is what it shows' },
  { id: `${pack}-RDS11`, reason: 'the port is no secret; security groups decide who reaches it' },
);
Validations.of(app).addPlugins(new AwsSolutionsChecks());
