import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { RotatedPostgresStack } from './stack';
import { SurroundingsStack } from '../surroundings';

export const app = new App();
const surroundings = new SurroundingsStack(app, 'Surroundings');
const rotated = new RotatedPostgresStack(app, 'RotatedPostgres', { vpc: surroundings.vpc, onCall: surroundings.onCall });

// What an example leaves out on purpose. Nothing here is about the secrets: those findings are zero.
const pack = 'AwsSolutions::AwsSolutions';
Validations.of(surroundings).acknowledge(
  { id: `${pack}-VPC7`, reason: 'an example without flow logs' },
  { id: `${pack}-EC23`, reason: 'the rule cannot read the CIDR of a VPC; the endpoint is open to the VPC only' },
);
Validations.of(rotated).acknowledge(
  { id: `${pack}-RDS3`, reason: 'an example on one instance' },
  { id: `${pack}-RDS11`, reason: 'the port is no secret; security groups decide who reaches it' },
);
Validations.of(app).addPlugins(new AwsSolutionsChecks());
