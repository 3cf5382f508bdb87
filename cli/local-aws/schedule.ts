import type { RotationRulesType } from '@aws-sdk/client-secrets-manager';
import { CronExpression } from './cron';
import { invalidParameter } from './errors';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINIMUM_HOURS = 4;
const MAXIMUM_DAYS = 1000;
const HOURS_PER_DAY = 24;

interface Rate {
  readonly amount: number;
  readonly unit: 'hours' | 'days';
}

/** When a secret is due, from its rotation rules. All times are UTC. */
export class Schedule {
  /** @throws InvalidParameterException for rules that the service refuses */
  public static parse(rules: RotationRulesType): Schedule {
    const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
    if (days !== undefined && expression !== undefined) {
      throw invalidParameter('You cannot specify both rotation frequency and schedule expression together.');
    }
    if (days === undefined && expression === undefined) {
      throw invalidParameter('You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules.');
    }
    const when = expression === undefined ? { amount: days!, unit: 'days' as const } : parseExpression(expression);
    const schedule = new Schedule(when, rules.Duration === undefined ? undefined : parseDuration(rules.Duration));
    schedule.checkWindow();
    return schedule;
  }

  private constructor(private readonly when: Rate | CronExpression, private readonly windowHours?: number) {}

  /** Days between rotations, as DescribeSecret shows them for any kind of schedule. */
  public get days(): number {
    if (!(this.when instanceof CronExpression)) return this.when.unit === 'days' ? this.when.amount : Math.ceil(this.when.amount / HOURS_PER_DAY);
    const first = this.when.next(0);
    return Math.max(1, Math.ceil((this.when.next(first + HOUR) - first) / DAY));
  }

  /** Last second of the window in which the secret is rotated next. */
  public nextDate(lastRotation: number, now: number): number {
    if (this.when instanceof CronExpression) return this.nextCron(lastRotation, now);
    const { amount, unit } = this.when;
    const step = unit === 'days' ? DAY : HOUR;
    const length = this.windowLength(0);
    let start = Math.floor(lastRotation / step) * step + amount * step;
    // A window that was missed: nothing rotates here by itself, so the next one is named.
    while (start + length <= now) start += amount * step;
    return start + length - 1000;
  }

  private nextCron(lastRotation: number, now: number): number {
    const cron = this.when as CronExpression;
    // The window that is open now counts, unless the secret was rotated in it.
    for (let start = cron.next(now - DAY); ; start = cron.next(start + HOUR)) {
      const end = start + this.windowLength(new Date(start).getUTCHours());
      if (end > now && start > lastRotation) return end - 1000;
    }
  }

  private windowLength(startHour: number): number {
    if (this.windowHours !== undefined) return this.windowHours * HOUR;
    const hourly = this.when instanceof CronExpression ? this.when.hours.length > 1 : this.when.unit === 'hours';
    return hourly ? HOUR : (HOURS_PER_DAY - startHour) * HOUR;
  }

  private checkWindow(): void {
    if (this.windowHours === undefined) return;
    const starts = this.when instanceof CronExpression ? this.when.hours : [0];
    const gap = this.when instanceof CronExpression ? shortestGap(starts) : this.when.unit === 'hours' ? this.when.amount : HOURS_PER_DAY;
    if (starts.some((start) => start + this.windowHours! > HOURS_PER_DAY)) {
      throw invalidParameter('The rotation window must not extend into the next UTC day.');
    }
    if (this.windowHours > gap) throw invalidParameter('The rotation window must not extend into the next rotation window.');
  }
}

function parseExpression(expression: string): Rate | CronExpression {
  const rate = /^rate\((\d+) (hour|hours|day|days)\)$/.exec(expression);
  if (rate === null) {
    const cron = CronExpression.parse(expression);
    if (cron === undefined) throw invalidParameter(`The schedule expression ${expression} is not valid.`);
    if (shortestGap(cron.hours) < MINIMUM_HOURS) throw tooOften();
    return cron;
  }
  const amount = Number(rate[1]);
  const unit = rate[2].startsWith('hour') ? 'hours' : 'days';
  const hours = unit === 'hours' ? amount : amount * HOURS_PER_DAY;
  if (hours < MINIMUM_HOURS) throw tooOften();
  if (hours > MAXIMUM_DAYS * HOURS_PER_DAY) throw invalidParameter(`The rotation interval must not be longer than ${MAXIMUM_DAYS} days.`);
  return { amount, unit };
}

function tooOften() {
  return invalidParameter(`The rotation interval must not be shorter than ${MINIMUM_HOURS} hours.`);
}

function parseDuration(duration: string): number {
  const hours = Number(/^(\d{1,2})h$/.exec(duration)?.[1] ?? 0);
  if (hours < 1 || hours > HOURS_PER_DAY) throw invalidParameter(`The rotation window ${duration} is not valid; it must be 1h to 24h.`);
  return hours;
}

/** Hours between two starts, also over midnight. */
function shortestGap(hours: readonly number[]): number {
  const gaps = hours.map((hour, index) => (hours[(index + 1) % hours.length] - hour + HOURS_PER_DAY) % HOURS_PER_DAY || HOURS_PER_DAY);
  return Math.min(...gaps);
}
