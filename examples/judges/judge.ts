/** Judges every example and the gallery: `tsx judges/judge.ts FILE TOPIC...` writes what was found to a file. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ControlTowerRules } from './control-tower';
import { isOurs, isStrict } from './ownership';
import { rulePacks } from './packs';
import { Acknowledged, Evaluation, Finding, Verdict } from './verdict';
import { hangGallery } from '../gallery/gallery';

/** One Region of each partition. */
const REGIONS = ['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'];

const ACCOUNT = '111122223333';

const [OUTPUT, ...TOPICS] = process.argv.slice(2);

/** Findings are read from the report; they must not end the process. */
const KEEP_GOING = { '@aws-cdk/core:failSynthOnValidationErrors': false };

interface Report {
  readonly pluginReports: { readonly pluginName: string; readonly violations: Violation[] }[];
}

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: { readonly constructPath: string }[];
}

function judge(name: string, app: App, region?: string): Verdict {
  const evaluations: Evaluation[] = [];
  const controlTower = new ControlTowerRules();
  Validations.of(app).addPlugins(...rulePacks(evaluations), controlTower);
  const { directory } = app.synth();
  const constructs = app.node.findAll();
  const resources = constructs.filter((construct) => CfnResource.isCfnResource(construct)).filter(isOurs);
  return {
    app: name,
    region,
    stacks: constructs.filter(Stack.isStack).length,
    resources: resources.length,
    folder: kept(name, directory),
    findings: findings(app, JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'))),
    acknowledged: constructs.filter(isOurs).flatMap(acknowledgements),
    evaluations: distinct([...evaluations, ...controlTower.evaluations(distinct(resources.map(({ cfnResourceType }) => cfnResourceType)))]),
  };
}

/** The CDK removes its own folder when the process ends. */
function kept(name: string, directory: string): string {
  const folder = path.join(path.dirname(OUTPUT), 'judged', name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  cpSync(directory, folder, { recursive: true, filter: (file) => file === directory || file.endsWith('.template.json') });
  return folder;
}

function findings(app: App, { pluginReports }: Report): Finding[] {
  return distinct(pluginReports.flatMap(({ pluginName, violations }) => violations.flatMap(({ ruleName, description, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => {
      const construct = constructPath.split('/').reduce<IConstruct | undefined>((scope, id) => scope?.node.tryFindChild(id), app);
      return {
        judge: pluginName,
        rule: ruleName,
        description,
        construct: constructPath,
        ours: construct !== undefined && isOurs(construct),
        strict: construct !== undefined && isStrict(construct),
      };
    }))));
}

function acknowledgements(construct: IConstruct): Acknowledged[] {
  return construct.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<string>(data))
    .map(([id, reason]) => ({ rule: id.replace(/^\w*::/, ''), reason, construct: construct.node.path }));
}

function distinct<T>(values: T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** An example as its cdk.json says; what the CDK's command line tool does. */
async function example(topic: string): Promise<App> {
  const folder = path.join(__dirname, '..', topic);
  const { context } = JSON.parse(readFileSync(path.join(folder, 'cdk.json'), 'utf8'));
  const lookups = path.join(folder, 'cdk.context.json');
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...context, ...(existsSync(lookups) && JSON.parse(readFileSync(lookups, 'utf8'))), ...KEEP_GOING });
  const { app } = await import(path.join(folder, 'app.ts'));
  return app;
}

function gallery(region?: string): App {
  process.env.CDK_CONTEXT_JSON = JSON.stringify(KEEP_GOING);
  const app = new App();
  hangGallery(app, region ? { account: ACCOUNT, region } : undefined);
  return app;
}

async function main(): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const topic of TOPICS) verdicts.push(judge(`examples/${topic}`, await example(topic)));
  verdicts.push(judge('gallery', gallery()));
  for (const region of REGIONS) verdicts.push(judge(`gallery in ${region}`, gallery(region), region));
  writeFileSync(OUTPUT, JSON.stringify(verdicts));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
