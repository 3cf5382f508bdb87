import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { RotatedPostgresStack } from './stack';
import { SurroundingsStack } from './surroundings';

const app = new App();
const { vpc, onCall } = new SurroundingsStack(app, 'Surroundings');
new RotatedPostgresStack(app, 'RotatedPostgres', { vpc, onCall });

Validations.of(app).addPlugins(new AwsSolutionsChecks());
