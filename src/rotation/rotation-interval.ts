import { Annotations, Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DayTest, dayTest, daysWith, distances, hoursOf, monthTest, weekDayTest } from './cron-fields';
import { Problems } from '../private/problems';

const MINIMUM_HOURS = 4;
const MAXIMUM_DAYS = 1000;
const HOURS_PER_DAY = 24;

/** What Security Hub takes for the greatest age of a value unless it is told otherwise. */
const REPORTED_AFTER_DAYS = 90;

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
   * Day of the month (1 to 31, a list, a range, a step, or `L` for the last day). Not together with `weekDay`.
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
   * Day of the week (1 to 7, SUN to SAT, a list, a range, or the n-th or last one of the month, for example `SUN#1`, `SUNL`). Not together with `day`.
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
   * Checks the interval and renders it. The construct is the one that an error names, and that is warned when more than
   * 90 days may pass between two rotations, which Security Hub reports (SecretsManager.4).
   *
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html
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
    warnIfSeldom(scope, Math.ceil(hours! / HOURS_PER_DAY));
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
    const hours = read(problems, 'hour', hour, hoursOf, '0 to 23, a list, a range or a step');
    const days = this.days([
      read(problems, 'day', day ?? '*', dayTest, '1 to 31, a list, a range, a step, or "L"'),
      read(problems, 'month', month, monthTest, '1 to 12 or JAN to DEC, a list, a range, or a step'),
      read(problems, 'weekDay', weekDay ?? '*', weekDayTest, '1 to 7 or SUN to SAT, a list, a range, "L", or the n-th with "#"'),
    ]);
    if (days?.length === 0) {
      problems.add(`the rotation would never take place, got day ${JSON.stringify(day)} and month ${JSON.stringify(month)}; change \`day\` or \`month\``);
    }
    if (hours && shortestDistance(hours, days ?? []) < MINIMUM_HOURS) {
      problems.add(`rotations must be at least ${MINIMUM_HOURS} hours apart, got hour ${JSON.stringify(hour)}; change \`hour\``);
    }
    const window = renderWindow(problems, this.options.window, longestWindow(hours ?? []));
    problems.throwIfAny();
    if (days) warnIfSeldom(scope, Math.max(...distances(days)));
    const dayOfMonth = day ?? (weekDay === undefined ? '*' : '?');
    return { scheduleExpression: `cron(0 ${hour} ${dayOfMonth} ${month} ${weekDay ?? '?'} *)`, duration: window };
  }

  /** The days of rotation; undefined where a field is wrong, or known at deployment only. */
  private days(tests: (DayTest | undefined)[]): number[] | undefined {
    const known = tests.filter((test) => test !== undefined);
    return known.length === tests.length ? daysWith(known) : undefined;
  }
}

/** What a field stands for; undefined where it is wrong, or known at deployment only. */
function read<T>(problems: Problems, name: string, value: string, parse: (field: string) => T | undefined, allowed: string): T | undefined {
  if (Token.isUnresolved(value)) return undefined;
  const result = parse(value);
  if (result === undefined) problems.add(`the ${name} of a rotation must be ${allowed}, got ${JSON.stringify(value)}; change \`${name}\``);
  return result;
}

/** The shortest time between two rotations, in hours: also from the last one of a day to the first one of the next. */
function shortestDistance(hours: number[], days: number[]): number {
  const overMidnight = distances(days).includes(1) ? [HOURS_PER_DAY - hours[hours.length - 1] + hours[0]] : [];
  return Math.min(...distances(hours), ...overMidnight);
}

/** A window ends before the next one, and on the same UTC day. */
function longestWindow(hours: number[]): number {
  return hours.length === 0 ? HOURS_PER_DAY : Math.min(...distances(hours), HOURS_PER_DAY - hours[hours.length - 1]);
}

function warnIfSeldom(scope: Construct, days: number): void {
  if (days <= REPORTED_AFTER_DAYS) return;
  Annotations.of(scope).addWarningV2('cdk-guarded-secrets:rotationOver90Days',
    `up to ${days} days pass between two rotations, and Security Hub (SecretsManager.4) reports a value that is older than ${REPORTED_AFTER_DAYS} days; shorten \`interval\`, or acknowledge this`);
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
