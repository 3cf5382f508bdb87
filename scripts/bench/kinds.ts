/** The ways to rotate logins that are compared. */
export type Kind = 'cdk-guarded-secrets' | 'cdk-guarded-secrets, secrets of another stack' | 'SecretRotation' | 'HostedRotation';

export interface Measurement {
  /** From an empty app to its template, without the time that loading the CDK takes. */
  readonly millis: number;
  readonly resources: number;
  readonly constructs: number;
  /** Functions in the template. */
  readonly functions: number;
  /** Nested stacks or macros, each of which makes a function and more at deployment, out of reach of the app. */
  readonly serverSide: number;
  readonly templateBytes: number;
}
