import Table from 'cli-table3';
import { NAME_WIDTH, STYLE, valueWidths } from './layout';
import { Aftermath, CrashRow } from '../crash-loop';

const TITLES: { readonly [aftermath in Aftermath]: string } = {
  retry: 'the service tries again',
  cancel: 'an operator rotates anew',
};

/** Of the crashes that did harm, so many are listed. */
const LISTED = 10;

const LEGEND = '  dead: AWSCURRENT did not authenticate, before and after what followed the crash';

/** How many crashes did harm, by what followed them; and which ones. */
export function renderCrashes(rows: readonly CrashRow[]): string {
  const head = ['crashes', 'dead before', 'dead after', 'no success', 'rights lost', 'failed logins'];
  const table = new Table({ ...STYLE, colWidths: [NAME_WIDTH, ...valueWidths(head.length)], head: ['what followed a crash', ...head] });
  const followed = [...new Set(rows.map(({ aftermath }) => aftermath))];
  for (const aftermath of followed) table.push([TITLES[aftermath], ...countsOf(rows.filter((row) => row.aftermath === aftermath))]);
  const harmful = rows.filter(isHarmful).map(sentenceOf);
  const more = harmful.length > LISTED ? [`  and ${harmful.length - LISTED} more; --json lists all`] : [];
  return [table.toString(), LEGEND, ...harmful.slice(0, LISTED), ...more].join('\n');
}

function countsOf(rows: readonly CrashRow[]): string[] {
  const count = (predicate: (row: CrashRow) => boolean) => rows.filter(predicate).length;
  return [
    rows.length,
    count(({ worksBefore }) => !worksBefore),
    count(({ worksAfter }) => !worksAfter),
    count(({ succeeded }) => !succeeded),
    count(({ rightsKept }) => rightsKept === false),
    rows.reduce((sum, { failedLogins }) => sum + failedLogins, 0),
  ].map(String);
}

function isHarmful({ worksAfter, succeeded, rightsKept }: CrashRow): boolean {
  return !worksAfter || !succeeded || rightsKept === false;
}

function sentenceOf({ step, kind, n, effect, aftermath }: CrashRow): string {
  return `  harm: killed in ${step} after ${kind} ${n} (${effect}), then ${TITLES[aftermath]}`;
}
