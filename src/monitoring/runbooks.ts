/** Alarms carry the address, and are deployed for years: no file there is ever renamed. */
const RUNBOOKS = 'https://github.com/cdk-guarded-secrets/cdk-guarded-secrets/blob/main/docs/runbooks';

/** What to do about an alarm, for whoever gets it. */
export function runbook(name: 'rotation-failed' | 'function-errors'): string {
  return `${RUNBOOKS}/${name}.md`;
}

/** Finds in CloudWatch Logs Insights what went wrong. */
export function errorsQuery(secretArn?: string): string {
  const ofSecret = secretArn === undefined ? '' : ` and secret = '${secretArn}'`;
  return `fields @timestamp, secret, step, code, error, hint | filter level = 'ERROR'${ofSecret} | sort @timestamp desc`;
}
