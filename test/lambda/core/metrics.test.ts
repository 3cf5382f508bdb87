import { RotationError } from '../../../lambda/core/errors';
import { LogRecord } from '../../../lambda/core/log';
import { embedMetrics, MetricMetadata } from '../../../lambda/core/metrics';
import { SECRET, serviceException } from '../support/memory-secrets';
import { FunctionProcess } from '../support/process';
import { MemoryWorld, prepared } from '../support/rotation';

const UNIT = /^(Seconds|Microseconds|Milliseconds|Bytes|Percent|Count|None)$/;
const NOW = 1_795_523_640_123;

/**
 * The rules of the specification, in its words: root members hold the values, the metadata points at them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function requireEmbeddedMetricFormat(line: string): void {
  const root = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics } = root._aws as MetricMetadata;
  expect(Object.keys(root._aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  expect(Number.isInteger(Timestamp)).toBe(true);
  for (const directive of CloudWatchMetrics) {
    expect(Object.keys(directive).sort()).toEqual(['Dimensions', 'Metrics', 'Namespace']);
    expect(directive.Namespace).toMatch(/^[\w./#:-]{1,255}$/);
    expect(directive.Dimensions.length).toBeGreaterThan(0);
    for (const dimension of directive.Dimensions.flat()) {
      expect(typeof root[dimension]).toBe('string');
      expect(root[dimension].length).toBeLessThanOrEqual(1024);
    }
    expect(directive.Metrics.length).toBeLessThanOrEqual(100);
    for (const { Name, Unit } of directive.Metrics) {
      expect(typeof root[Name]).toBe('number');
      expect(Unit).toMatch(UNIT);
    }
  }
}

test('a line is in the embedded metric format, over all secrets and for each', () => {
  const metrics = embedMetrics({ StepDuration: 12, Window: 3.4, Logins: 2, FailedLogins: 0, SecretsManagerCalls: 5, Retries: 0, JournalDirty: 0 }, SECRET, NOW);
  requireEmbeddedMetricFormat(JSON.stringify({ level: 'INFO', message: 'step succeeded', ...metrics }));
  expect(metrics).toMatchObject({ Secret: 'login-AbCdEf', Window: 3.4 });
  const [{ Namespace, Dimensions, Metrics }] = metrics._aws.CloudWatchMetrics;
  expect([Namespace, Dimensions, metrics._aws.Timestamp]).toEqual(['GuardedSecrets', [[], ['Secret']], NOW]);
  expect(Metrics.map(({ Name, Unit }) => `${Name} ${Unit}`)).toEqual([
    'StepDuration Milliseconds', 'Window Milliseconds', 'Logins Count', 'FailedLogins Count', 'SecretsManagerCalls Count', 'Retries Count', 'JournalDirty Count',
  ]);
});

test('what was not measured is no metric', () => {
  const metrics = embedMetrics({ StepDuration: 12, Window: undefined }, SECRET, NOW + 0.4);
  requireEmbeddedMetricFormat(JSON.stringify(metrics));
  expect(metrics._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'StepDuration', Unit: 'Milliseconds' }]);
});

test('a name with hyphens and slashes stays whole', () => {
  expect(embedMetrics({}, 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:team/app-login-AbCdEf', NOW)).toHaveProperty('Secret', 'team/app-login-AbCdEf');
});

describe('the last line of each step', () => {
  const lastLines = (records: readonly LogRecord[]): LogRecord[] => records.filter(({ message }) => /^step (succeeded|failed)$/.test(message));

  test('has the metrics, and no other line has', async () => {
    const world = new MemoryWorld();
    const rotator = world.function(new FunctionProcess(), { date: () => NOW });
    await rotator.rotate(world.start());
    const lines = lastLines(rotator.records);
    expect(rotator.records.filter((record) => '_aws' in record)).toEqual(lines);
    for (const line of lines) requireEmbeddedMetricFormat(JSON.stringify(line));
    expect(lines).toEqual([
      expect.objectContaining({ Logins: 1, SecretsManagerCalls: 5, JournalDirty: 0, Window: undefined }),
      expect.objectContaining({ Logins: 0, SecretsManagerCalls: 0, JournalDirty: undefined, Window: undefined }),
      expect.objectContaining({ Logins: 0, SecretsManagerCalls: 1, JournalDirty: 0, Window: undefined }),
      expect.objectContaining({ Logins: 2, SecretsManagerCalls: 4, JournalDirty: 0, Window: expect.any(Number) }),
    ]);
    for (const line of lines) expect(line).toMatchObject({ StepDuration: expect.any(Number), FailedLogins: 0, Retries: 0 });
  });

  test('tells that the database may have a password that is not AWSCURRENT, until a step succeeds', async () => {
    const { world, rotator, token } = await prepared();
    world.secrets.faults.push({ operation: 'UpdateSecretVersionStage', error: serviceException('InternalServiceError', 'InternalServiceError', 500), moment: 'before' });
    await rotator.step('finishSecret', token).catch(() => {});
    expect(rotator.last).toMatchObject({ level: 'ERROR', code: 'SERVICE', JournalDirty: 1, Secret: 'login-AbCdEf' });
    expect(rotator.last.Window).toBeUndefined();
    requireEmbeddedMetricFormat(JSON.stringify(rotator.last));
    await rotator.step('finishSecret', token);
    expect(rotator.last).toMatchObject({ level: 'INFO', JournalDirty: 0, FailedLogins: 1 });
  });

  test('counts how often the step started again', async () => {
    const { world, rotator, token } = await prepared();
    world.server.faults.set('after apply', () => new RotationError('NETWORK', 'the line has ended'));
    await rotator.step('finishSecret', token);
    expect(rotator.last).toMatchObject({ message: 'step succeeded', Retries: 1, FailedLogins: 1 });
  });

  test('of an event that nobody understands has none', async () => {
    const rotator = new MemoryWorld().function();
    await rotator.invoke({}).catch(() => {});
    expect(rotator.last).toMatchObject({ message: 'step failed', code: 'EVENT' });
    expect(rotator.last).not.toHaveProperty('_aws');
  });
});
