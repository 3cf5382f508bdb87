import { acknowledges, ours } from './judgement';
import { optionFor } from './options';
import { RUNTIME_CONTROLS, RuntimeControl } from './security-hub';
import { Evaluation, Verdict } from '../../examples/judges/verdict';

const BY_DEFAULT = 'by default';

/** docs/controls.md, from what the judges found. Nothing in it depends on the run. */
export function renderControls(verdicts: readonly Verdict[]): string {
  const rules = distinctRules(verdicts);
  const judges = [...new Set(rules.map(({ judge }) => judge))].sort();
  return [
    '# Controls, and how they are met',
    '',
    '<!-- Made by scripts/judge.ts from what the judges found. Do not edit. -->',
    '',
    `${verdicts.length} apps were judged: the examples, and every public construct by default and with its options, in one Region of each partition`,
    'and without a Region. A rule stands here if it looks at a type of resource that the library defines. With `strictControls` every rule is met or acknowledged.',
    'The template validation of the CDK and cfn-lint find nothing.',
    '',
    'Control Tower gets the values that CloudFormation has filled in. Run on a template with imports, CT.LAMBDA.PR.2 and CT.LAMBDA.PR.3 report references that they cannot read.',
    '',
    '## In an account: Security Hub, AWS Config, Control Tower policies',
    '',
    '| Control | Asks for | How | Judged |',
    '|---|---|---|---|',
    ...RUNTIME_CONTROLS.map((control) => row([control.control, control.demand, control.how, judged(control, rules, verdicts)])),
    ...judges.flatMap((judge) => [
      '',
      `## ${judge}`,
      '',
      '| Rule | What it reports | Looks at | Met |',
      '|---|---|---|---|',
      ...rules.filter((rule) => rule.judge === judge)
        .map(({ rule, description }) => row([rule, description, typesOf(rule, verdicts), verdictOn(rule, verdicts)])),
    ]),
    '',
    '## What is acknowledged',
    '',
    '| Finding | Reason |',
    '|---|---|',
    ...acknowledgements(verdicts).map(row),
    '',
  ].join('\n');
}

function distinctRules(verdicts: readonly Verdict[]): Evaluation[] {
  const all = verdicts.flatMap(({ evaluations }) => evaluations);
  return [...new Map(all.map((evaluation) => [evaluation.rule, evaluation])).values()].sort((one, other) => one.rule < other.rule ? -1 : 1);
}

function typesOf(rule: string, verdicts: readonly Verdict[]): string {
  const types = verdicts.flatMap(({ evaluations }) => evaluations).filter((evaluation) => evaluation.rule === rule).map(({ type }) => type.replace('AWS::', ''));
  return [...new Set(types)].sort().join(', ');
}

function verdictOn(rule: string, verdicts: readonly Verdict[]): string {
  if (ours(verdicts).some((finding) => finding.rule === rule)) return optionFor(rule) ?? '**no**';
  const acknowledged = verdicts.flatMap((verdict) => verdict.acknowledged).some((entry) => acknowledges(entry.rule, rule));
  return acknowledged ? 'acknowledged, see below' : BY_DEFAULT;
}

function judged({ rules = [] }: RuntimeControl, known: readonly Evaluation[], verdicts: readonly Verdict[]): string {
  for (const rule of rules) {
    if (!known.some((evaluation) => evaluation.rule === rule)) throw new Error(`no judge has a rule ${rule} for our resources; change scripts/judges/security-hub.ts`);
  }
  if (rules.length === 0) return 'in an account only';
  return rules.every((rule) => verdictOn(rule, verdicts) === BY_DEFAULT) ? BY_DEFAULT : `with an option: ${rules.join(', ')}`;
}

/** Findings that differ by Region or account only are one. */
function acknowledgements(verdicts: readonly Verdict[]): [string, string][] {
  const rows = verdicts.flatMap(({ acknowledged, region }) => acknowledged.map(({ rule, reason }): [string, string] => [
    `\`${(region ? rule.replace(region, '<AWS::Region>') : rule).replace(/\b\d{12}\b/, '<AWS::AccountId>')}\``, reason,
  ]));
  return [...new Map(rows.map((entry) => [entry.join(), entry])).values()].sort(([one], [other]) => one < other ? -1 : 1);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replace(/\|/g, '\\|')).join(' | ')} |`;
}
