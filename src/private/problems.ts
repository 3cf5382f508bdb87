import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Collects what is wrong with the input of a construct, so that one error names all of it.
 */
export class Problems {
  private readonly sentences: string[] = [];

  public constructor(private readonly scope: IConstruct) {}

  /** Adds a problem: lower case, no final period, with the value got, the values allowed and what to change. */
  public add(sentence: string): void {
    this.sentences.push(sentence);
  }

  /** Throws one error with every problem found so far. */
  public throwIfAny(): void {
    if (this.sentences.length === 0) return;
    throw new Error(problemMessage(this.scope, this.sentences));
  }
}

/** One problem, or a numbered list of several, after the path of the construct. */
export function problemMessage(scope: IConstruct, sentences: string[]): string {
  if (sentences.length === 1) return `${scope.node.path}: ${sentences[0]}`;
  const list = sentences.map((sentence, index) => `\n  ${index + 1}. ${sentence}`).join('');
  return `${scope.node.path}: ${sentences.length} problems${list}`;
}

/** Whether a number is known at synthesis and lies outside a range. */
export function isOutside(value: number | undefined, minimum: number, maximum: number): boolean {
  if (value === undefined || Token.isUnresolved(value)) return false;
  return !Number.isInteger(value) || value < minimum || value > maximum;
}
