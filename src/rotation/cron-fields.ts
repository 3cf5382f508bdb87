/** Whether a cron expression is due on a day, which is given as its start in UTC. */
export type DayTest = (day: Date) => boolean;

const MILLISECONDS_PER_DAY = 86_400_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEK_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SATURDAY = 6;

/** Nine years hold two of 29 February. */
const FIRST_DAY = Date.UTC(2024, 0, 1);
const LOOKED_AT_DAYS = 9 * 366;

/** The hours of a cron field in their order; undefined when it is none. */
export function hoursOf(field: string): number[] | undefined {
  return valuesOf(field, 0, 23);
}

/** The test of a day-of-month field; undefined when it is none. */
export function dayTest(field: string): DayTest | undefined {
  if (field === 'L') return (day) => day.getUTCDate() === lengthOfMonth(day);
  const days = valuesOf(field, 1, 31);
  return days && ((day) => days.includes(day.getUTCDate()));
}

/** The test of a month field; undefined when it is none. */
export function monthTest(field: string): DayTest | undefined {
  const months = valuesOf(field, 1, 12, MONTHS);
  return months && ((day) => months.includes(day.getUTCMonth() + 1));
}

/** The test of a day-of-week field; undefined when it is none. `#` and `L` stand alone, not in a list. */
export function weekDayTest(field: string): DayTest | undefined {
  if (field === 'L') return (day) => day.getUTCDay() === SATURDAY;
  const special = /^(\w+)(?:#([1-5])|L)$/.exec(field);
  const weekDays = valuesOf(special ? special[1] : field, 1, 7, WEEK_DAYS);
  if (!weekDays) return undefined;
  return (day) => weekDays.includes(day.getUTCDay() + 1) && (!special || isInWeek(day, special[2]));
}

/** The days on which all tests hold, as numbers that grow by one from day to day. */
export function daysWith(tests: DayTest[]): number[] {
  return Array.from({ length: LOOKED_AT_DAYS }, (_, number) => number)
    .filter((number) => tests.every((isDue) => isDue(new Date(FIRST_DAY + number * MILLISECONDS_PER_DAY))));
}

/** The distances of neighbours in a sorted list. */
export function distances(numbers: number[]): number[] {
  return numbers.slice(1).map((number, index) => number - numbers[index]);
}

/** Without a number, the last week of the month is meant. */
function isInWeek(day: Date, number: string | undefined): boolean {
  if (number === undefined) return day.getUTCDate() > lengthOfMonth(day) - 7;
  return Math.ceil(day.getUTCDate() / 7) === Number(number);
}

function lengthOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The values of a field of lists, ranges and steps in their order; undefined when it is no such field. */
function valuesOf(field: string, minimum: number, maximum: number, names: string[] = []): number[] | undefined {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)?(?:\/(\d{1,2}))?$/.exec(part);
    if (!match || part === '') return undefined;
    const [, first, last, step = '1'] = match;
    const from = valueOf(first ?? String(minimum), minimum, names);
    const to = last === undefined && (match[3] || first === undefined) ? maximum : valueOf(last ?? first, minimum, names);
    if (!(from >= minimum && from <= to && to <= maximum) || Number(step) < 1) return undefined;
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return [...values].sort((one, other) => one - other);
}

/** The number that a value stands for; NaN when it stands for none. */
function valueOf(text: string, minimum: number, names: string[]): number {
  const index = names.indexOf(text);
  if (index >= 0) return index + minimum;
  return /^\d{1,2}$/.test(text) ? Number(text) : NaN;
}
