import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Whether two accounts or Regions are known to differ. */
export function isOther(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

/** Whether two constructs are deployed to the same account and Region, as far as the app knows. */
export function isInEnvironmentOf(one: IConstruct, other: IConstruct): boolean {
  const [stack, otherStack] = [Stack.of(one), Stack.of(other)];
  return stack.account === otherStack.account && stack.region === otherStack.region;
}
