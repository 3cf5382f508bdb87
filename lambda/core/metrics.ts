import { Logins } from './observe';

/** What an invocation counts while it runs. */
export interface Figures extends Logins {
  /** How often the step started again by itself. */
  retries: number;
  /** How long AWSCURRENT did not log in, where this invocation changed the password. */
  windowMillis?: number;
}

/** Where CloudWatch shows the metrics. */
const NAMESPACE = 'GuardedSecrets';

/**
 * A metric for each secret costs next to nothing: CloudWatch charges for the hours in which there were values, and a secret
 * has some in the hours in which it rotates.
 */
const SECRET = 'Secret';

const UNITS = {
  /** From the start of the step to its end. */
  StepDuration: 'Milliseconds',
  /** How long AWSCURRENT did not log in. Only where the step changed the password. */
  Window: 'Milliseconds',
  Logins: 'Count',
  /** Logins that the database refused. None in a rotation that follows a successful one. */
  FailedLogins: 'Count',
  SecretsManagerCalls: 'Count',
  Retries: 'Count',
  /** 1 if the step failed and the database may have a password that is not the one of AWSCURRENT. */
  JournalDirty: 'Count',
} as const;

/** What a step measured. What it did not measure is left out. */
export type Metrics = { readonly [name in keyof typeof UNITS]?: number };

/** The metadata of CloudWatch's embedded metric format. */
export interface MetricMetadata {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
  }[];
}

/**
 * The members by which CloudWatch makes metrics of a line of the log: over all secrets, and for each.
 *
 * @param secret ARN of the secret
 * @param timestamp milliseconds since 1970
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embedMetrics(metrics: Metrics, secret: string, timestamp: number) {
  const measured = Object.entries(UNITS).filter(([name]) => metrics[name as keyof Metrics] !== undefined);
  const metadata: MetricMetadata = {
    Timestamp: Math.round(timestamp),
    CloudWatchMetrics: [{
      Namespace: NAMESPACE,
      Dimensions: [[], [SECRET]],
      Metrics: measured.map(([Name, Unit]) => ({ Name, Unit })),
    }],
  };
  return { [SECRET]: nameIn(secret), ...metrics, _aws: metadata };
}

/** The name with the suffix: what a template, too, can take from the ARN. */
function nameIn(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
