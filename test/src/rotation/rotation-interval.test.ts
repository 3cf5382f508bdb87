import { Annotations, Duration, Lazy } from 'aws-cdk-lib';
import { RotationCronOptions, RotationInterval } from '../../../src';
import { newStack, only, rotatedStack, warnings } from '../vocabulary';

function render(interval: RotationInterval) {
  return JSON.parse(JSON.stringify(interval.render(newStack())));
}

test.each([
  [Duration.hours(4), { scheduleExpression: 'rate(4 hours)' }],
  [Duration.hours(23), { scheduleExpression: 'rate(23 hours)' }],
  [Duration.hours(24), { automaticallyAfterDays: 1 }],
  [Duration.hours(36), { scheduleExpression: 'rate(36 hours)' }],
  [Duration.days(30), { automaticallyAfterDays: 30 }],
  [Duration.days(1000), { automaticallyAfterDays: 1000 }],
])('every %s', (interval, rules) => {
  expect(render(RotationInterval.every(interval))).toEqual(rules);
});

test.each<[RotationCronOptions, string]>([
  [{}, 'cron(0 0 * * ? *)'],
  [{ hour: '3' }, 'cron(0 3 * * ? *)'],
  [{ hour: '8/6' }, 'cron(0 8/6 * * ? *)'],
  [{ hour: '*/4' }, 'cron(0 */4 * * ? *)'],
  [{ hour: '0,4,12' }, 'cron(0 0,4,12 * * ? *)'],
  [{ day: 'L', month: '1/3' }, 'cron(0 0 L 1/3 ? *)'],
  [{ weekDay: 'SUN#1', hour: '2' }, 'cron(0 2 ? * SUN#1 *)'],
  [{ weekDay: 'SUNL' }, 'cron(0 0 ? * SUNL *)'],
  [{ weekDay: 'MON-FRI', hour: '0,4' }, 'cron(0 0,4 ? * MON-FRI *)'],
  [{ hour: '2,23', day: '1,15' }, 'cron(0 2,23 1,15 * ? *)'],
  [{ day: Lazy.string({ produce: () => '1' }), hour: '2,23' }, 'cron(0 2,23 1 * ? *)'],
  [{ hour: Lazy.string({ produce: () => '5' }) }, 'cron(0 5 * * ? *)'],
])('cron %p', (options, scheduleExpression) => {
  const stack = newStack();
  expect(stack.resolve(RotationInterval.cron(options).render(stack)).scheduleExpression).toBe(scheduleExpression);
});

test.each([
  ['an interval in hours', RotationInterval.every(Duration.hours(4), { window: Duration.hours(4) }), '4h'],
  ['an interval in days', RotationInterval.every(Duration.days(7), { window: Duration.hours(24) }), '24h'],
  ['fixed hours', RotationInterval.cron({ hour: '0/6', window: Duration.hours(6) }), '6h'],
  ['a late hour', RotationInterval.cron({ hour: '23', window: Duration.minutes(60) }), '1h'],
])('a window of %s may be as long as it', (_, interval, duration) => {
  expect(render(interval).duration).toBe(duration);
});

test.each<[RotationCronOptions, string]>([
  [{ hour: '2,23' }, 'rotations must be at least 4 hours apart, got hour "2,23"; change `hour`'],
  [{ hour: '*/7' }, 'rotations must be at least 4 hours apart, got hour "*/7"; change `hour`'],
  [{ day: '99' }, 'the day of a rotation must be 1 to 31, a list, a range, a step, or "L", got "99"; change `day`'],
  [{ month: 'FOO' }, 'the month of a rotation must be 1 to 12 or JAN to DEC, a list, a range, or a step, got "FOO"; change `month`'],
  [{ hour: '2,23', day: '30,31' }, 'rotations must be at least 4 hours apart, got hour "2,23"; change `hour`'],
  [{ hour: '2,23', day: '*/2' }, 'rotations must be at least 4 hours apart, got hour "2,23"; change `hour`'],
  [{ hour: '2,23', weekDay: 'SAT,SUN' }, 'rotations must be at least 4 hours apart, got hour "2,23"; change `hour`'],
  [{ day: '30', month: 'FEB' }, 'the rotation would never take place, got day "30" and month "FEB"; change `day` or `month`'],
  [{ day: '*/0' }, 'the day of a rotation must be 1 to 31'],
  [{ day: '20-5' }, 'the day of a rotation must be 1 to 31'],
  [{ weekDay: 'SUN#1,MON#1' }, 'the weekDay of a rotation must be 1 to 7'],
  [{ weekDay: '8' }, 'the weekDay of a rotation must be 1 to 7 or SUN to SAT, a list, a range, "L", or the n-th with "#", got "8"; change `weekDay`'],
])('fails for cron %p', (options, problem) => {
  expect(() => render(RotationInterval.cron(options))).toThrow(problem);
});

test('fails for a window that reaches into the next day', () => {
  expect(() => render(RotationInterval.every(Duration.hours(36), { window: Duration.hours(36) }))).toThrow('the rotation window must be 1 to 24 whole hours');
});

describe('more than 90 days between two rotations', () => {
  const warned = (interval: RotationInterval) => {
    const stack = newStack();
    interval.render(stack);
    return warnings(stack);
  };
  const warning = (days: number) => `up to ${days} days pass between two rotations, and Security Hub (SecretsManager.4) reports a value that is older than 90 days; shorten \`interval\`, or acknowledge this`;

  test.each([
    [RotationInterval.every(Duration.days(91)), 91],
    [RotationInterval.every(Duration.hours(90 * 24 + 5)), 91],
    [RotationInterval.cron({ day: '1', month: '1/3' }), 92],
    [RotationInterval.cron({ weekDay: 'SUN#5' }), 119],
    [RotationInterval.cron({ day: '29', month: 'FEB' }), 1461],
  ])('are warned of (%#)', (interval, days) => {
    expect(warned(interval)).toEqual([warning(days)]);
  });

  test.each([
    RotationInterval.every(Duration.days(90)),
    RotationInterval.cron({ day: 'L', month: '*/2' }),
    RotationInterval.cron({ day: Lazy.string({ produce: () => '1' }), month: '1/6' }),
  ])('are not assumed (%#)', (interval) => {
    expect(warned(interval)).toEqual([]);
  });

  test('can be acknowledged', () => {
    const { stack, login } = rotatedStack({ interval: RotationInterval.every(Duration.days(180)) });
    Annotations.of(login.rotator).acknowledgeWarning('cdk-guarded-secrets:rotationOver90Days', 'our limit is half a year');
    expect(warnings(stack)).toEqual([]);
  });
});

describe('the schedule', () => {
  const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

  test('is every 30 days and does not rotate at deployment by default', () => {
    const { properties } = only(rotatedStack().stack, SCHEDULE);
    expect(properties).toMatchObject({ RotationRules: { AutomaticallyAfterDays: 30 }, RotateImmediatelyOnUpdate: false });
  });

  test('has the interval and window of the user', () => {
    const interval = RotationInterval.cron({ hour: '2', window: Duration.hours(3) });
    const { properties } = only(rotatedStack({ interval }).stack, SCHEDULE);
    expect(properties.RotationRules).toEqual({ ScheduleExpression: 'cron(0 2 * * ? *)', Duration: '3h' });
  });

  test('can rotate at deployment', () => {
    expect(only(rotatedStack({ rotateImmediately: true }).stack, SCHEDULE).properties.RotateImmediatelyOnUpdate).toBe(true);
  });
});
