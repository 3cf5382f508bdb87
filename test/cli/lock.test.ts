/**
 * `guarded-secrets lock`: from the assembly of an app into its context, and back into the next synthesis.
 */
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { temporaryFolder } from './rehearse/app';
import { CONTEXT_FILE, lockedValues, writeLock } from '../../cli/lock/locked-values';
import { readAssembly } from '../../cli/rehearse/assembly';
import { GuardedSecret, SecretContent } from '../../src';
import { LOCKED_VALUES_CONTEXT } from '../../src/lock-contract';

/** An app with a secret in a stack, and one in the stack of a stage. */
function synthesise(length: number, context: { [key: string]: unknown } = {}): string {
  const app = new App({ outdir: temporaryFolder(), analyticsReporting: false, context });
  for (const scope of [app, new Stage(app, 'Production')]) {
    new GuardedSecret(new Stack(scope, 'Service'), 'Secret', { content: SecretContent.generatedString({ length }) });
  }
  return app.synth().directory;
}

function contextIn(folder: string) {
  return JSON.parse(readFileSync(path.join(folder, CONTEXT_FILE), 'utf8'));
}

test('what is locked refuses a change in the next synthesis, in stages too', () => {
  const folder = temporaryFolder();
  writeLock(folder, lockedValues(readAssembly(synthesise(40))));
  const context = contextIn(folder);
  expect(Object.keys(context[LOCKED_VALUES_CONTEXT]).sort()).toEqual(['Production/Service', 'Service']);
  expect(() => synthesise(40, context)).not.toThrow();
  expect(() => synthesise(41, context)).toThrow(/"(Production\/)?Service\/Secret\/Resource" gets another initial value/);
});

test('other context, and the locks of other stacks, stay', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, CONTEXT_FILE), JSON.stringify({ 'availability-zones': ['a'], [LOCKED_VALUES_CONTEXT]: { Other: {}, Service: { Gone: {} } } }));
  writeLock(folder, lockedValues(readAssembly(synthesise(40))));
  const context = contextIn(folder);
  expect(context['availability-zones']).toEqual(['a']);
  expect(Object.keys(context[LOCKED_VALUES_CONTEXT])).toEqual(['Other', 'Service', 'Production/Service']);
  expect(Object.keys(context[LOCKED_VALUES_CONTEXT].Service)).toEqual([expect.stringMatching(/^Secret/)]);
});

test.each(['[]', 'null', '{'])('a context file that holds %s is left as it is', (content) => {
  const folder = temporaryFolder();
  const file = path.join(folder, CONTEXT_FILE);
  writeFileSync(file, content);
  expect(() => writeLock(folder, {})).toThrow(`${JSON.stringify(file)} is no JSON object, so nothing was written`);
  expect(readFileSync(file, 'utf8')).toBe(content);
});

test('metadata that a newer CDK keeps in a file of its own is read', () => {
  const assembly = synthesise(40);
  const manifestFile = path.join(assembly, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const { metadata, ...artifact } = manifest.artifacts.Service;
  writeFileSync(path.join(assembly, 'Service.metadata.json'), JSON.stringify(metadata));
  manifest.artifacts.Service = { ...artifact, additionalMetadataFile: 'Service.metadata.json' };
  writeFileSync(manifestFile, JSON.stringify(manifest));
  expect(Object.keys(lockedValues(readAssembly(assembly)))).toContain('Service');
});
