/**
 * Every public construct in one Region of each partition, and without a Region, under the newest CDK.
 */
import { App, Environment, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as library from '../../src';

/** Not imported, since its types are those of the newest CDK, which is installed later than types are checked. */
const { hangGallery, PIECES } = jest.requireActual<{ PIECES: readonly unknown[]; hangGallery(app: App, env?: Environment): Stack[] }>('../../examples/gallery/gallery');

/** One Region of each partition but the first, which templates without a Region stand for. */
const REGIONS = ['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eusc-de-east-1'];

const ACCOUNT = '111122223333';

/** A service that is called alike in every partition, as a principal or in `kms:ViaService`. */
const SERVICE = /"(?:[a-z0-9-]+\.)+amazonaws\.com"|"\.amazonaws\.com"/g;

function templates(region?: string): { [name: string]: string } {
  const app = new App();
  const stacks = hangGallery(app, region ? { account: ACCOUNT, region } : undefined);
  const assembly = app.synth();
  return Object.fromEntries(stacks.map((stack) => [stack.node.id, JSON.stringify(assembly.getStackArtifact(stack.artifactId).template)]));
}

test('the gallery holds every public construct', () => {
  const app = new App();
  hangGallery(app);
  const shown = app.node.findAll();
  const missing = Object.entries(library).filter(([, value]) => typeof value === 'function' && value.prototype instanceof Construct)
    .filter(([, type]) => !shown.some((construct) => construct instanceof (type as typeof Construct))).map(([name]) => name);
  expect(missing).toEqual([]);
});

test.each([undefined, ...REGIONS])('in the Region %s no template names a partition, its host names, or a table of Regions', (region) => {
  const all = Object.entries(templates(region));
  expect(all).toHaveLength(PIECES.length);
  for (const [name, text] of all) {
    expect({ name, found: text.match(/arn:aws[a-z-]*:[^"]*/g) ?? [] }).toEqual({ name, found: [] });
    expect({ name, found: text.replace(SERVICE, '').match(/[a-z0-9.-]*(amazonaws\.(com|eu)|c2s\.ic\.gov|sgov\.gov)[a-z.]*/g) ?? [] }).toEqual({ name, found: [] });
    expect(JSON.parse(text)).not.toHaveProperty('Mappings');
  }
});

test.each(REGIONS)('in %s the name of CloudWatch Logs ends as host names of the partition do', (region) => {
  const principal = { 'Fn::Join': ['', [`logs.${region}.`, { Ref: 'AWS::URLSuffix' }]] };
  expect(templates(region).RotationFunction).toContain(`"Principal":{"Service":${JSON.stringify(principal)}}`);
});
