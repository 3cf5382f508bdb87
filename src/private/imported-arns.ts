import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { looksLikeSuffix } from './secret-name';

/** One secret. A wildcard in the place of its name would grant all that fit. */
const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^*?]+$/;
const KEY_ARN = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

/** Whether a text is known, and is not the ARN of one secret. */
export function isNoSecretArn(arn: string | undefined): boolean {
  return misses(SECRET_ARN, arn);
}

/** Whether a text is known, and is not the ARN of one key. */
export function isNoKeyArn(arn: string | undefined): boolean {
  return misses(KEY_ARN, arn);
}

/** Whether an ARN or name is known, and ends as the complete ARN of a secret does. */
export function isComplete(arn: string | undefined): boolean {
  return isKnown(arn) && looksLikeSuffix(arn);
}

/** Whether an ARN is known, and does not end as the complete ARN of a secret does. */
export function isIncomplete(arn: string | undefined): boolean {
  return isKnown(arn) && !looksLikeSuffix(arn);
}

/** A reference to a stack of another account becomes an ARN that ends in the name: the rest is known there only. */
export function incompleteReferences(scope: IConstruct, secretCompleteArn: string | undefined): string[] {
  const resolved = Stack.of(scope).resolve(secretCompleteArn);
  const end = resolved?.['Fn::Join']?.[1].at(-1);
  if (typeof end !== 'string' || looksLikeSuffix(end)) return [];
  return ['the complete ARN of a secret of another account cannot be referred to in the app, where only its name is known; pass the reference as `secretPartialArn`, or the complete ARN as a string, as its owner\'s stack puts it out'];
}

function misses(pattern: RegExp, arn: string | undefined): boolean {
  return isKnown(arn) && !pattern.test(arn);
}

function isKnown(arn: string | undefined): arn is string {
  return arn !== undefined && !Token.isUnresolved(arn);
}
