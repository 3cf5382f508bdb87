import {
  AwsSolutionsChecks, HIPAASecurityChecks, IApplyRule, NagPack, NagRuleCompliance, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks,
} from 'cdk-nag';
import { isOurs } from './ownership';
import { Evaluation } from './verdict';

const PACKS = [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks];

/** The rule packs. They keep what each rule said about resources of the library, also where the finding is acknowledged. */
export function rulePacks(evaluations: Evaluation[]): NagPack[] {
  return PACKS.map((Pack): NagPack => {
    const pack: NagPack = new Pack();
    const applyRule = pack['applyRule'].bind(pack);
    // Not overridden in a class of its own, since there are six packs to extend.
    pack['applyRule'] = (params) => applyRule({ ...params, rule: recorded(pack.name, params, evaluations) });
    return pack;
  });
}

function recorded(judge: string, { rule, ruleSuffixOverride, node, info }: IApplyRule, evaluations: Evaluation[]): IApplyRule['rule'] {
  const name = ruleSuffixOverride ?? rule.name;
  const record = (compliant: boolean) => {
    if (isOurs(node)) evaluations.push({ judge, rule: `${judge}-${name}`, description: info, type: node.cfnResourceType, compliant });
  };
  const recording: IApplyRule['rule'] = (resource) => {
    try {
      const result = rule(resource);
      if (result !== NagRuleCompliance.NOT_APPLICABLE) record(result === NagRuleCompliance.COMPLIANT || (Array.isArray(result) && result.length === 0));
      return result;
    } catch (error) {
      record(false);
      throw error;
    }
  };
  return Object.defineProperty(recording, 'name', { value: name });
}
