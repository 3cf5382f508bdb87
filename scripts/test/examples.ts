import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { example, EXAMPLES, tarball } from '../lib/packed';
import { program } from '../lib/root';
import { run } from '../lib/run';

/** In the examples the CDK's own validation is on; a finding ends the synthesis with an error. */
export async function synthesise(topic: string): Promise<void> {
  await run(program('cdk', EXAMPLES), ['synth', '--quiet'], { cwd: example(topic), env: { CDK_VALIDATION: 'true' } });
}

export async function rehearse(topic: string): Promise<void> {
  await run(program('guarded-secrets', EXAMPLES), ['rehearse'], { cwd: example(topic) });
}

/** docs/adr/0005 lists what AWS lets nobody scope. */
const UNSCOPED = new Set(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
}

/** No transform, no nested stack, and no Allow on everything in an identity policy. */
export async function checkTemplates(topic: string): Promise<void> {
  const folder = path.join(example(topic), 'cdk.out');
  const files = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  if (files.length === 0) throw new Error(`${folder} has no template`);
  for (const file of files) {
    const { Transform, Resources } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    const resources = Object.values(Resources) as { Type: string; Properties?: { PolicyDocument?: { Statement: Statement[] } } }[];
    const nested = resources.filter(({ Type }) => /^AWS::(Serverless|CloudFormation::Stack)/.test(Type));
    const unscoped = resources.filter(({ Type }) => Type.startsWith('AWS::IAM::'))
      .flatMap(({ Properties }) => Properties?.PolicyDocument?.Statement ?? [])
      .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action)
      .filter((action) => !UNSCOPED.has(action));
    if (Transform !== undefined || nested.length > 0 || unscoped.length > 0) {
      throw new Error(`${file}: transform ${JSON.stringify(Transform)}, ${nested.length} nested stacks, allowed on everything: ${JSON.stringify(unscoped)}`);
    }
  }
}

/** The steps of a new user: an empty folder, the package, the app of an example, a rehearsal. */
export async function rehearseInEmptyFolder(topic: string): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-package-'));
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(example('package.json'), 'utf8'));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { ...dependencies, ...devDependencies } }));
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball()], { cwd: folder });
    const app = path.join(folder, topic);
    cpSync(example(topic), app, { recursive: true, filter: (file) => path.basename(file) !== 'cdk.out' });
    cpSync(example('surroundings.ts'), path.join(folder, 'surroundings.ts'));
    await run('npx', ['cdk', 'synth', '--quiet'], { cwd: app });
    await run('npx', ['guarded-secrets', 'rehearse'], { cwd: app });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
