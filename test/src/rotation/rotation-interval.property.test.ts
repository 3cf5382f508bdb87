/**
 * Intervals of any kind against the rules of the service. What a cron expression means is judged by the parser of the
 * local Secrets Manager, which shares no code with the constructs.
 */
import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { CronExpression } from '../../../cli/local-aws/cron';
import { RotationCronOptions, RotationInterval, RotationIntervalConfig } from '../../../src';
import { SEED } from '../../random';
import { newStack } from '../vocabulary';

const HOUR = 3_600_000;
const FROM = Date.UTC(2024, 0, 1);
const TO = Date.UTC(2033, 0, 1);

/** What the service is told; undefined when the interval is refused. */
function rendered(interval: RotationInterval): RotationIntervalConfig | undefined {
  try {
    return interval.render(newStack());
  } catch {
    return undefined;
  }
}

function startsOf(expression: string): number[] {
  const cron = CronExpression.parse(expression);
  const starts: number[] = [];
  for (let start = cron?.next(FROM) ?? Infinity; start < TO; start = cron!.next(start + HOUR)) starts.push(start);
  return starts;
}

function shortestDistance(starts: number[]): number {
  return starts.slice(1).reduce((shortest, start, index) => Math.min(shortest, (start - starts[index]) / HOUR), Infinity);
}

const hour = fc.oneof(
  fc.integer({ min: 0, max: 25 }).map(String),
  fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 2, maxLength: 4 }).map((hours) => hours.join(',')),
  fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 23 })).map(([from, step]) => `${from}/${step}`),
  fc.integer({ min: 0, max: 23 }).map((step) => `*/${step}`),
);
const day = fc.oneof(
  fc.constantFrom('L', '*', '1-3', '30-2', '31,1'),
  fc.uniqueArray(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 3 }).map((days) => days.join(',')),
  fc.integer({ min: 0, max: 31 }).map((step) => `*/${step}`),
);
const month = fc.constantFrom('*', '2', 'FEB', '1/3', 'JAN,FEB', '4-6', 'NOV-DEC', '13', 'XYZ', '*/0');
const weekDay = fc.constantFrom('*', 'L', 'SUN', '7', 'MON-FRI', 'SAT,SUN', 'MON,WED,FRI', 'SUN#1', '6L', '1/2', 'SUN#6', '8', 'SUN#1,MON');

const cronOptions: fc.Arbitrary<RotationCronOptions> = fc.record({
  hour,
  month: fc.option(month, { nil: undefined }),
  on: fc.oneof(fc.constant({}), day.map((value) => ({ day: value })), weekDay.map((value) => ({ weekDay: value }))),
}).map(({ on, ...options }) => ({ ...options, ...on }));

function expressionOf({ hour: hours, day: days, month: months = '*', weekDay: weekDays }: RotationCronOptions): string {
  return `cron(0 ${hours} ${days ?? (weekDays === undefined ? '*' : '?')} ${months} ${weekDays ?? '?'} *)`;
}

test('a cron is taken exactly when the service can read it, it is due some day, and never twice in 4 hours', () => {
  fc.assert(fc.property(cronOptions, (options) => {
    const expression = expressionOf(options);
    const starts = startsOf(expression);
    const allowed = starts.length > 0 && shortestDistance(starts) >= 4;
    expect(rendered(RotationInterval.cron(options))?.scheduleExpression).toBe(allowed ? expression : undefined);
  }), { numRuns: 150, seed: SEED });
});

test('a window that is taken never reaches the next start or the next UTC day', () => {
  fc.assert(fc.property(cronOptions, fc.integer({ min: 0, max: 26 }), (options, hours) => {
    const starts = startsOf(expressionOf(options));
    fc.pre(starts.length > 0 && shortestDistance(starts) >= 4);
    const toMidnight = Math.min(...starts.map((start) => 24 - new Date(start).getUTCHours()));
    const allowed = hours >= 1 && hours <= toMidnight && hours <= shortestDistance(starts);
    expect(rendered(RotationInterval.cron({ ...options, window: Duration.hours(hours) }))?.duration).toBe(allowed ? `${hours}h` : undefined);
  }), { numRuns: 60, seed: SEED });
});

test('an interval is taken exactly from 4 hours to 1000 days, and means the same to the service', () => {
  fc.assert(fc.property(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 25_000 })), (hours) => {
    const config = rendered(RotationInterval.every(Duration.hours(hours)));
    expect(config !== undefined).toBe(hours >= 4 && hours <= 24_000);
    if (config) expect((config.automaticallyAfterDays ?? NaN) * 24 || Number(/^rate\((\d+) hours\)$/.exec(config.scheduleExpression!)![1])).toBe(hours);
  }), { numRuns: 300, seed: SEED });
});

test('a window of an interval is taken exactly up to the interval, and up to a day', () => {
  fc.assert(fc.property(fc.integer({ min: 4, max: 60 }), fc.integer({ min: 0, max: 30 }), (hours, window) => {
    const config = rendered(RotationInterval.every(Duration.hours(hours), { window: Duration.hours(window) }));
    expect(config?.duration).toBe(window >= 1 && window <= Math.min(hours, 24) ? `${window}h` : undefined);
  }), { numRuns: 200, seed: SEED });
});
