import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Problems } from '../private/problems';

const MINIMUM_HOURS = 4;
const MAXIMUM_DAYS = 1000;
const HOURS_PER_DAY = 24;

/** One part of the list that a cron field is. */
const DAY = /^(\*|L|(0?[1-9]|[12]\d|3[01])(-(0?[1-9]|[12]\d|3[01]))?)(\/\d{1,2})?$/;
const MONTH_NAME = '(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)';
const MONTH = new RegExp(`^(\\*|${MONTH_NAME}(-${MONTH_NAME})?)(/\\d{1,2})?$`);
const WEEK_DAY_NAME = '([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)';
const WEEK_DAY = new RegExp(`^(\\*|L|${WEEK_DAY_NAME}(-${WEEK_DAY_NAME}|#[1-5]|L)?)(/\\d)?$`);

/**
 * Options of a rotation interval.
 */
export interface RotationIntervalOptions {
  /**
   * How long the window is open in which Secrets Manager rotates, in whole hours. It must not reach into the next UTC
   * day or the next window.
   *
   * @default - one hour for an interval in hours, else until the end of the UTC day
   */
  readonly window?: Duration;
}

/**
 * Options of a rotation at fixed times, in UTC. Secrets Manager rotates at full hours and in every year.
 */
export interface RotationCronOptions extends RotationIntervalOptions {
  /**
   * Hour (0 to 23), or several that are at least four hours apart: a list, for example `2,14`, or a step, for example `8/6`.
   *
   * @default '0'
   */
  readonly hour?: string;

  /**
   * Day of the month (1 to 31, or `L` for the last day). Not together with `weekDay`.
   *
   * @default - every day
   */
  readonly day?: string;

  /**
   * Month (1 to 12, JAN to DEC), or a step, for example `1/3` for each quarter.
   *
   * @default - every month
   */
  readonly month?: string;

  /**
   * Day of the week (1 to 7, SUN to SAT, or the n-th one of the month, for example `SUN#1`). Not together with `day`.
   *
   * @default - every day
   */
  readonly weekDay?: string;
}

/**
 * When a secret is rotated. All times are UTC.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export abstract class RotationInterval {
  /**
   * Rotates each time when an interval has passed since the last rotation.
   *
   * @param interval 4 hours to 1000 days, in whole hours or whole days
   */
  public static every(interval: Duration, options: RotationIntervalOptions = {}): RotationInterval {
    return new RateInterval(interval, options);
  }

  /**
   * Rotates at fixed times.
   */
  public static cron(options: RotationCronOptions): RotationInterval {
    return new CronInterval(options);
  }

  /**
   * Checks the interval and renders it. The construct is the one that an error names.
   *
   * @throws an error that lists every limit that the interval breaks
   */
  public abstract render(scope: Construct): RotationIntervalConfig;
}

/**
 * An interval as the rotation schedule takes it. Exactly one of `automaticallyAfterDays` and `scheduleExpression` is set.
 */
export interface RotationIntervalConfig {
  /**
   * Days between rotations, 1 to 1000.
   *
   * @default - `scheduleExpression` is set
   */
  readonly automaticallyAfterDays?: number;

  /**
   * A `rate()` or `cron()` expression.
   *
   * @default - `automaticallyAfterDays` is set
   */
  readonly scheduleExpression?: string;

  /**
   * Length of the window, for example `3h`.
   *
   * @default - the default of the service
   */
  readonly duration?: string;
}

class RateInterval extends RotationInterval {
  public constructor(private readonly interval: Duration, private readonly options: RotationIntervalOptions) {
    super();
  }

  public render(scope: Construct): RotationIntervalConfig {
    const problems = new Problems(scope);
    const hours = wholeHours(this.interval);
    const got = describe(this.interval);
    const inDays = hours !== undefined && hours % HOURS_PER_DAY === 0;
    if (hours === undefined) {
      problems.add(`the rotation interval must be in whole hours or whole days known at synthesis, got ${got}; change \`interval\``);
    } else if (hours < MINIMUM_HOURS || hours > MAXIMUM_DAYS * HOURS_PER_DAY) {
      problems.add(`the rotation interval must be ${MINIMUM_HOURS} hours to ${MAXIMUM_DAYS} days, got ${got}; change \`interval\``);
    }
    const window = renderWindow(problems, this.options.window, Math.min(hours ?? HOURS_PER_DAY, HOURS_PER_DAY));
    problems.throwIfAny();
    return inDays
      ? { automaticallyAfterDays: hours! / HOURS_PER_DAY, duration: window }
      : { scheduleExpression: `rate(${hours} hours)`, duration: window };
  }
}

class CronInterval extends RotationInterval {
  public constructor(private readonly options: RotationCronOptions) {
    super();
  }

  public render(scope: Construct): RotationIntervalConfig {
    const problems = new Problems(scope);
    const { hour = '0', day, month = '*', weekDay } = this.options;
    if (day !== undefined && weekDay !== undefined) {
      problems.add(`a rotation takes a day of the month or a day of the week, got day ${JSON.stringify(day)} and weekDay ${JSON.stringify(weekDay)}; remove one of them`);
    }
    checkField(problems, 'day', day, DAY, '1 to 31, a list, a range, or "L"');
    checkField(problems, 'month', month, MONTH, '1 to 12 or JAN to DEC, a list, a range, or a step');
    checkField(problems, 'weekDay', weekDay, WEEK_DAY, '1 to 7 or SUN to SAT, a list, a range, "L", or the n-th with "#"');
    const everyDay = day === undefined && weekDay === undefined;
    const hours = this.hours(problems, hour, everyDay);
    const window = renderWindow(problems, this.options.window, longestWindow(hours));
    problems.throwIfAny();
    const dayOfMonth = day ?? (weekDay === undefined ? '*' : '?');
    return { scheduleExpression: `cron(0 ${hour} ${dayOfMonth} ${month} ${weekDay ?? '?'} *)`, duration: window };
  }

  /** The hours at which the secret is rotated; none where they are known at deployment only. */
  private hours(problems: Problems, expression: string, everyDay: boolean): number[] {
    if (Token.isUnresolved(expression)) return [];
    const hours = parseHours(expression);
    if (hours === undefined) {
      problems.add(`the hour of a rotation must be 0 to 23, a list, a range or a step, got ${JSON.stringify(expression)}; change \`hour\``);
      return [];
    }
    const overMidnight = everyDay ? [HOURS_PER_DAY - hours[hours.length - 1] + hours[0]] : [];
    if (Math.min(...distances(hours), ...overMidnight) < MINIMUM_HOURS) {
      problems.add(`rotations must be at least ${MINIMUM_HOURS} hours apart, got hour ${JSON.stringify(expression)}; change \`hour\``);
    }
    return hours;
  }
}

function checkField(problems: Problems, name: string, value: string | undefined, pattern: RegExp, allowed: string): void {
  if (value === undefined || Token.isUnresolved(value) || value.split(',').every((part) => pattern.test(part))) return;
  problems.add(`the ${name} of a rotation must be ${allowed}, got ${JSON.stringify(value)}; change \`${name}\``);
}

/** The hours of a cron field in their order; undefined when it is none. */
function parseHours(expression: string): number[] | undefined {
  const hours = new Set<number>();
  for (const part of expression.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)?(?:\/(\d{1,2}))?$/.exec(part);
    if (!match || part === '') return undefined;
    const [, from = '0', to = match[3] || !match[1] ? '23' : from, step = '1'] = match;
    if (Number(from) > Number(to) || Number(to) >= HOURS_PER_DAY || Number(step) < 1) return undefined;
    for (let hour = Number(from); hour <= Number(to); hour += Number(step)) hours.add(hour);
  }
  return [...hours].sort((one, other) => one - other);
}

function distances(hours: number[]): number[] {
  return hours.slice(1).map((hour, index) => hour - hours[index]);
}

/** A window ends before the next one, and on the same UTC day. */
function longestWindow(hours: number[]): number {
  return hours.length === 0 ? HOURS_PER_DAY : Math.min(...distances(hours), HOURS_PER_DAY - hours[hours.length - 1]);
}

function wholeHours(duration: Duration): number | undefined {
  if (duration.isUnresolved()) return undefined;
  const hours = duration.toHours({ integral: false });
  return Number.isInteger(hours) ? hours : undefined;
}

function describe(duration: Duration): string {
  return duration.isUnresolved() ? Token.asString(duration.toString()) : duration.toHumanString();
}

function renderWindow(problems: Problems, window: Duration | undefined, maximumHours: number): string | undefined {
  if (window === undefined) return undefined;
  const hours = wholeHours(window);
  if (hours === undefined || hours < 1 || hours > maximumHours) {
    problems.add(`the rotation window must be 1 to ${maximumHours} whole hours, got ${describe(window)}; change \`window\``);
  }
  return `${hours}h`;
}
