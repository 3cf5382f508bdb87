import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { Evaluation } from './verdict';

type Json = unknown;

const RULES = path.join(path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json')), 'rules', 'control-tower', 'cfn-guard');

/** A rule, with what the comments in its file say. */
interface ControlTowerRule {
  readonly file: string;
  readonly name: string;
  readonly control: string;
  readonly description?: string;
  readonly reportsOn: readonly string[];
}

/**
 * The Control Tower rules. At deployment they get the values that CloudFormation has filled in, so what depends on no
 * resource of the stack is filled in here as well: the rules take an import of a subnet for no subnet at all.
 */
export class ControlTowerRules implements IPolicyValidationPlugin {
  public readonly name = 'cdk-validator-cfnguard';
  private readonly rules = readRules();

  /** The names of the rules that something broke, also where the finding is acknowledged. */
  private readonly broken = new Set<string>();

  /** What the rules about some types of resources say. */
  public evaluations(types: string[]): Evaluation[] {
    return this.rules.flatMap(({ name, control, description, reportsOn }) => types.filter((type) => reportsOn.includes(type)).map((type) => ({
      judge: this.name, rule: name, description: `${control}: ${description}`, type, compliant: !this.broken.has(name),
    })));
  }

  public validate({ templatePaths, ...context }: IPolicyValidationContext): PolicyValidationPluginReport {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'deployed-templates-'));
    try {
      const types = new Set<string>();
      const originals = new Map(templatePaths.map((original, index) => {
        const copy = path.join(folder, `${index}.json`);
        const template = JSON.parse(readFileSync(original, 'utf8'));
        for (const { Type } of Object.values<{ Type: string }>(template.Resources ?? {})) types.add(Type);
        writeFileSync(copy, JSON.stringify(deployed(template)));
        return [copy, original];
      }));
      const { success, violations } = this.rulesAbout(types).validate({ ...context, templatePaths: [...originals.keys()] });
      for (const { ruleName } of violations) this.broken.add(ruleName);
      return {
        success,
        violations: violations.map((violation) => ({
          ...violation,
          violatingResources: violation.violatingResources
            // One more of each violation is about the rule itself, and names no resource.
            .filter(({ resourceLogicalId }) => resourceLogicalId)
            .map((resource) => ({ ...resource, templatePath: originals.get(resource.templatePath ?? '') })),
        })),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The tool takes seconds to skip all rules about types that are not there. A rule that does not say what it is about is kept. */
  private rulesAbout(types: ReadonlySet<string>): CfnGuardValidator {
    const rules = this.rules.filter(({ reportsOn }) => reportsOn.every((word) => !word.startsWith('AWS::')) || reportsOn.some((type) => types.has(type)));
    return new CfnGuardValidator({ controlTowerRulesEnabled: false, rules: rules.map(({ file }) => file) });
  }
}

function readRules(): ControlTowerRule[] {
  return readdirSync(RULES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.guard')).map((file) => {
    const text = readFileSync(path.join(RULES, file), 'utf8');
    return {
      file: path.join(RULES, file),
      name: /^rule (\w+)/m.exec(text)![1],
      control: path.basename(file, '.guard').toUpperCase().replace(/-/g, '.'),
      description: /# Description:\s+#\s+([^\n]+)/.exec(text)?.[1],
      reportsOn: /# Reports on:([^]*?)# Evaluates:/.exec(text)?.[1].split(/\s+/) ?? [],
    };
  });
}

const PSEUDO_PARAMETERS: { [name: string]: string } = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

function deployed(value: Json): Json {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [key, deployed(item)]);
  const [[name, argument] = ['', undefined]] = entries;
  if (name === 'Ref' && typeof argument === 'string' && argument in PSEUDO_PARAMETERS) return PSEUDO_PARAMETERS[argument];
  if (name === 'Fn::ImportValue') return 'imported';
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, Json[]];
    if (parts.every((part) => typeof part === 'string')) return parts.join(separator);
  }
  return Object.fromEntries(entries);
}
