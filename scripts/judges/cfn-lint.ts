import { readdirSync } from 'fs';
import * as path from 'path';
import { providePythonPackages } from '../lib/python-packages';
import { tryRun } from '../lib/run';

const REQUIREMENTS = path.join('scripts', 'judges', 'requirements.txt');

/** What is not looked for, each with the reason. */
const IGNORED = [
  'W3005', // the CDK says some dependencies twice, by reference and by name
  'W3691', // takes the version "16" of a database engine, which means the newest 16, for a deprecated one
  'W3010', // Availability Zones that nobody looked up in the account stand in the template by dummy names
  'I1022', // prefers Fn::Sub to the Fn::Join that the CDK writes
];

interface LintFinding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: (string | number)[] | null };
}

/** What cfn-lint found in the templates of folders, as lines. @param packages the folder that `provideCfnLint` gave */
export async function lint(packages: string, folders: readonly string[], region: string): Promise<string[]> {
  const templates = folders.flatMap((folder) => readdirSync(folder).filter((file) => file.endsWith('.template.json')).map((file) => path.join(folder, file)));
  const { output } = await tryRun('python3', [path.join(packages, 'bin', 'cfn-lint'), '--format', 'json', '--ignore-checks', ...IGNORED, '--regions', region, '--template', ...templates], { env: { PYTHONPATH: packages } });
  const findings: LintFinding[] = JSON.parse(output);
  return findings.map(({ Filename, Message, Rule, Location }) => `cfn-lint ${Rule.Id} ${path.basename(Filename)} ${Location.Path?.join('/')}: ${Message}`);
}

/** Sees to it that there is cfn-lint. @returns the folder with its Python packages */
export async function provideCfnLint(): Promise<string> {
  return providePythonPackages('cfn-lint', REQUIREMENTS);
}
