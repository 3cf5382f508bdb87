const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEK_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Long enough for 29 February, also over a year that is divisible by 100. */
const SEARCHED_DAYS = 9 * 366;

type DayTest = (day: Date) => boolean;

/** A cron() expression with the limits of rotation schedules: full hours, every year. */
export class CronExpression {
  /** Nothing, if the expression is not valid. */
  public static parse(expression: string): CronExpression | undefined {
    const fields = /^cron\((.*)\)$/.exec(expression)?.[1].trim().split(/\s+/);
    if (fields?.length !== 6) return undefined;
    const [minutes, hour, dayOfMonth, month, dayOfWeek, year] = fields;
    if (minutes !== '0' || year !== '*') return undefined;
    const hours = valuesOf(hour, 0, 23);
    const months = valuesOf(month, 1, 12, MONTHS);
    const monthDay = monthDayTest(dayOfMonth);
    const weekDay = weekDayTest(dayOfWeek);
    if (!hours || !months || !monthDay || !weekDay) return undefined;
    // One of the two says "any day".
    if (!['?', '*'].includes(dayOfMonth) && !['?', '*'].includes(dayOfWeek)) return undefined;
    if (dayOfMonth === '?' && dayOfWeek === '?') return undefined;
    const cron = new CronExpression(hours, (day) => months.includes(day.getUTCMonth() + 1) && monthDay(day) && weekDay(day));
    return Number.isFinite(cron.next(0)) ? cron : undefined;
  }

  private constructor(public readonly hours: readonly number[], private readonly isDue: DayTest) {}

  /** First start at this time or later; infinity if there is none. */
  public next(from: number): number {
    const firstDay = Math.floor(from / DAY) * DAY;
    for (let day = firstDay; day < firstDay + SEARCHED_DAYS * DAY; day += DAY) {
      if (!this.isDue(new Date(day))) continue;
      const hour = this.hours.find((candidate) => day + candidate * HOUR >= from);
      if (hour !== undefined) return day + hour * HOUR;
    }
    return Infinity;
  }
}

function monthDayTest(field: string): DayTest | undefined {
  if (field === '?') return () => true;
  if (field === 'L') return (day) => day.getUTCDate() === daysOfMonth(day);
  const days = valuesOf(field, 1, 31);
  return days && ((day) => days.includes(day.getUTCDate()));
}

function weekDayTest(field: string): DayTest | undefined {
  if (field === '?') return () => true;
  if (field === 'L') return (day) => day.getUTCDay() === 6;
  const special = /^([A-Z]{3}|[1-7])(?:#([1-5])|(L))$/.exec(field);
  if (special !== null) {
    const weekDay = numberOf(special[1], 1, 7, WEEK_DAYS);
    if (weekDay === undefined) return undefined;
    const inMonth: DayTest = special[3]
      ? (day) => day.getUTCDate() > daysOfMonth(day) - 7
      : (day) => Math.ceil(day.getUTCDate() / 7) === Number(special[2]);
    return (day) => day.getUTCDay() === weekDay - 1 && inMonth(day);
  }
  const weekDays = valuesOf(field, 1, 7, WEEK_DAYS);
  return weekDays && ((day) => weekDays.includes(day.getUTCDay() + 1));
}

/** Values of a field with lists, ranges and steps, in ascending order. */
function valuesOf(field: string, minimum: number, maximum: number, names: readonly string[] = []): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|([A-Z]{3}|\d+)(?:-([A-Z]{3}|\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, star, start, end, step] = match;
    const first = star ? minimum : numberOf(start, minimum, maximum, names);
    const last = end !== undefined ? numberOf(end, minimum, maximum, names) : star || step ? maximum : first;
    const increment = Number(step ?? 1);
    if (first === undefined || last === undefined || last < first || increment < 1) return undefined;
    for (let value = first; value <= last; value += increment) values.add(value);
  }
  return [...values].sort((one, other) => one - other);
}

function numberOf(text: string, minimum: number, maximum: number, names: readonly string[]): number | undefined {
  const index = names.indexOf(text);
  const value = index >= 0 ? index + minimum : Number(text);
  return Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined;
}

function daysOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}
