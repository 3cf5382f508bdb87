import { Schedule } from '../../../cli/local-aws/schedule';

const time = (text: string) => Date.parse(`${text}Z`);
const iso = (millis: number) => new Date(millis).toISOString().slice(0, 19);

function next(rules: object, lastRotation: string, now: string = lastRotation): string {
  return iso(Schedule.parse(rules).nextDate(time(lastRotation), time(now)));
}

const cron = (expression: string, duration?: string) => ({ ScheduleExpression: `cron(${expression})`, Duration: duration });
const rate = (expression: string, duration?: string) => ({ ScheduleExpression: `rate(${expression})`, Duration: duration });

describe('next rotation', () => {
  it.each([
    ['days: until the end of the day', { AutomaticallyAfterDays: 30 }, '2026-01-01T10:30:00', '2026-01-31T23:59:59'],
    ['days with a window', { AutomaticallyAfterDays: 30, Duration: '3h' }, '2026-01-01T10:30:00', '2026-01-31T02:59:59'],
    ['rate in days', rate('10 days'), '2026-01-01T10:30:00', '2026-01-11T23:59:59'],
    ['rate of one day', rate('1 day', '2h'), '2026-01-01T10:30:00', '2026-01-02T01:59:59'],
    ['rate in hours: one hour', rate('12 hours'), '2026-01-01T10:30:00', '2026-01-01T22:59:59'],
    ['rate in hours with a window', rate('12 hours', '4h'), '2026-01-01T10:30:00', '2026-01-02T01:59:59'],
    ['every day at ten', cron('0 10 * * ? *', '1h'), '2026-01-01T10:30:00', '2026-01-02T10:59:59'],
    ['without a window, until the end of the day', cron('0 10 * * ? *'), '2026-01-01T11:00:00', '2026-01-02T23:59:59'],
    ['Saturdays', cron('0 18 ? * SAT *'), '2026-01-01T00:00:00', '2026-01-03T23:59:59'],
    ['Saturdays by number', cron('0 18 ? * 7 *'), '2026-01-01T00:00:00', '2026-01-03T23:59:59'],
    ['first of the month', cron('0 8 1 * ? *', '2h'), '2026-01-01T09:00:00', '2026-02-01T09:59:59'],
    ['every third month on Sundays', cron('0 1 ? 1/3 SUN *', '1h'), '2026-01-31T00:00:00', '2026-04-05T01:59:59'],
    ['any day of the month, on Sundays', cron('0 1 * 1/3 SUN *', '1h'), '2026-01-31T00:00:00', '2026-04-05T01:59:59'],
    ['last day of the month', cron('0 17 L * ? *', '1h'), '2028-02-01T00:00:00', '2028-02-29T17:59:59'],
    ['Monday to Friday', cron('0 8 ? * MON-FRI *', '1h'), '2026-01-02T09:00:00', '2026-01-05T08:59:59'],
    ['first and fifteenth', cron('0 16 1,15 * ? *', '1h'), '2026-01-01T17:00:00', '2026-01-15T16:59:59'],
    ['first Sunday', cron('0 0 ? * SUN#1 *', '1h'), '2026-01-05T00:00:00', '2026-02-01T00:59:59'],
    ['last Sunday', cron('0 0 ? * SUNL *', '1h'), '2026-01-05T00:00:00', '2026-01-25T00:59:59'],
    ['last day of the week', cron('0 0 ? * L *', '1h'), '2026-01-01T00:00:00', '2026-01-03T00:59:59'],
    ['every eight hours, one hour each', cron('0 0/8 * * ? *'), '2026-01-01T09:00:00', '2026-01-01T16:59:59'],
    ['29 February', cron('0 0 29 FEB ? *', '1h'), '2026-01-01T00:00:00', '2028-02-29T00:59:59'],
  ])('%s', (_name, rules, last, expected) => {
    expect(next(rules, last)).toBe(expected);
  });

  it('is the window that is open now, unless the secret was rotated in it', () => {
    const rules = cron('0 10 * * ? *', '4h');
    expect(next(rules, '2026-01-01T09:00:00', '2026-01-02T11:00:00')).toBe('2026-01-02T13:59:59');
    expect(next(rules, '2026-01-02T10:30:00', '2026-01-02T11:00:00')).toBe('2026-01-03T13:59:59');
  });

  it('is the following one after a window that was missed', () => {
    expect(next({ AutomaticallyAfterDays: 10 }, '2026-01-01T00:00:00', '2026-01-15T00:00:00')).toBe('2026-01-21T23:59:59');
  });
});

describe('days between rotations, as DescribeSecret shows them', () => {
  it.each([
    [{ AutomaticallyAfterDays: 45 }, 45], [rate('10 hours'), 1], [rate('30 hours'), 2], [rate('8 days'), 8], [cron('0 10 * * ? *'), 1], [cron('0 0 ? * SUN *'), 7],
  ])('%j', (rules, days) => {
    expect(Schedule.parse(rules).days).toBe(days);
  });
});

describe('refused rules', () => {
  it.each([
    [{ AutomaticallyAfterDays: 1, ...rate('1 day') }, 'You cannot specify both rotation frequency and schedule expression together.'],
    [{ Duration: '2h' }, /either AutomaticallyAfterDays or ScheduleExpression/],
    [rate('3 hours'), /shorter than 4 hours/],
    [rate('0 days'), /shorter than 4 hours/],
    [rate('1001 days'), /longer than 1000 days/],
    [rate('24001 hours'), /longer than 1000 days/],
    [rate('30 minutes'), /not valid/],
    [cron('0 0/2 * * ? *'), /shorter than 4 hours/],
    [cron('0 1,23 * * ? *'), /shorter than 4 hours/],
    [cron('30 10 * * ? *'), /not valid/],
    [cron('0 10 * * ? 2027'), /not valid/],
    [cron('0 10 1 * MON *'), /not valid/],
    [cron('0 10 ? * ? *'), /not valid/],
    [cron('0 24 * * ? *'), /not valid/],
    [cron('0 10 32 * ? *'), /not valid/],
    [cron('0 10 * FOO ? *'), /not valid/],
    [cron('0 10 ? * FOO#1 *'), /not valid/],
    [cron('0 10 31 FEB ? *'), /not valid/],
    [cron('0 10 5-1 * ? *'), /not valid/],
    [cron('0 10 * * *'), /not valid/],
    [rate('1 day', '0h'), /must be 1h to 24h/],
    [rate('1 day', '25h'), /must be 1h to 24h/],
    [rate('1 day', 'h3'), /must be 1h to 24h/],
    [rate('4 hours', '5h'), /next rotation window/],
    [cron('0 20 * * ? *', '5h'), /next UTC day/],
    [cron('0 0/6 * * ? *', '7h'), /next (UTC day|rotation window)/],
  ])('%j', (rules, message) => {
    expect(() => Schedule.parse(rules)).toThrow(message);
    expect(() => Schedule.parse(rules)).toThrow(expect.objectContaining({ name: 'InvalidParameterException', status: 400 }));
  });
});
