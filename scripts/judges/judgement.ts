import { MET_BY_OPTION, optionFor } from './options';
import { Acknowledged, Finding, Verdict } from '../../examples/judges/verdict';

/** What is wrong with the verdicts: findings that nothing explains, and explanations that nothing needs. */
export function unexplained(verdicts: readonly Verdict[]): string[] {
  const findings = ours(verdicts);
  const acknowledged = verdicts.flatMap((verdict) => verdict.acknowledged);
  return [
    ...findings.filter(({ rule, strict }) => strict || optionFor(rule) === undefined)
      .map(({ judge, rule, construct, description }) => `${judge} ${rule} ${construct}: ${description}`),
    ...MET_BY_OPTION.filter((entry) => !findings.some(({ rule }) => entry.rule.test(rule)))
      .map(({ rule }) => `no rule ${rule} was broken; remove it from scripts/judges/options.ts`),
    ...acknowledgedRules(acknowledged).filter((rule) => !isBroken(verdicts, rule))
      .map((rule) => `nothing breaks ${rule}, which is acknowledged; remove the acknowledgement`),
  ];
}

/** The findings about resources that the library defines. */
export function ours(verdicts: readonly Verdict[]): Finding[] {
  return verdicts.flatMap(({ findings }) => findings).filter((finding) => finding.ours);
}

/** Whether the rule of an acknowledgement is that of a finding. Some rules say in brackets what they found. */
export function acknowledges(acknowledged: string, rule: string): boolean {
  return acknowledged.replace(/\[.*/, '').replace(/^.*::/, '') === rule;
}

function acknowledgedRules(acknowledged: readonly Acknowledged[]): string[] {
  return [...new Set(acknowledged.map(({ rule }) => rule))];
}

function isBroken(verdicts: readonly Verdict[], acknowledged: string): boolean {
  return verdicts.some(({ evaluations }) => evaluations.some(({ rule, compliant }) => !compliant && acknowledges(acknowledged, rule)));
}
