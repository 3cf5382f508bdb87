/** A rule that nothing meets by default, and the option that does. */
export interface MetByOption {
  readonly rule: RegExp;
  readonly option: string;
}

export const MET_BY_OPTION: readonly MetByOption[] = [
  { rule: /-LambdaDLQ$/, option: '`strictControls`, or `deadLetterQueue`. Secrets Manager invokes synchronously, so the queue stays empty' },
  { rule: /^Serverless-EventBusDLQ$/, option: '`strictControls`, or `deadLetterQueue`. By default the error metric of the function is the second signal' },
  { rule: /-LambdaConcurrency$/, option: '`strictControls`, or `reservedConcurrentExecutions`. A low number throttles many rotations at once' },
  { rule: /-LambdaTracing$/, option: '`strictControls`, or `tracing`' },
  { rule: /-LambdaInsideVPC$|^lambda_inside_vpc_check$/, option: '`vpc`, by default that of the database; `strictControls` demands one' },
  { rule: /-(SMG4|SecretsManagerRotationEnabled)$/, option: '`rotation` of `GuardedSecret`; the secret of a database login is always rotated' },
];

export function optionFor(rule: string): string | undefined {
  return MET_BY_OPTION.find((entry) => entry.rule.test(rule))?.option;
}
