import { App } from 'aws-cdk-lib';
import { EndToEndStack } from './stack';

const app = new App();
const context = (name: string): string => app.node.getContext(name);
new EndToEndStack(app, 'EndToEnd', {
  databasePort: Number(context('databasePort')),
  administratorArn: context('administratorArn'),
  revision: context('revision') === 'second' ? 'second' : 'first',
});
