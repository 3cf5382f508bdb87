import * as cdk from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A finding of a rule pack that the library has considered. */
export interface Acknowledgement {
  /** Id of the rule, with the finding in brackets where the pack reports one by one. */
  readonly id: string;
  readonly reason: string;
}

interface ValidationsModule {
  readonly Validations?: { of(scope: IConstruct): { acknowledge(acknowledgement: Acknowledgement): void } };
}

/**
 * Acknowledges findings where the installed CDK can (2.257 and later); older ones have no such register.
 */
export function acknowledge(scope: IConstruct, ...acknowledgements: Acknowledgement[]): void {
  const { Validations } = cdk as ValidationsModule;
  for (const acknowledgement of acknowledgements) Validations?.of(scope).acknowledge(acknowledgement);
}
