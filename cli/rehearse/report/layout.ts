import Table from 'cli-table3';

export const NAME_WIDTH = 33;
const NARROWEST_VALUES = 40;
const WIDEST_VALUES = 85;
const USUAL_TERMINAL = 100;

export const STYLE: Table.TableConstructorOptions = { style: { head: [], border: [], compact: true }, wordWrap: true };

/** The widths of so many columns that share what the terminal has beside the names. */
export function valueWidths(columns: number): number[] {
  const terminal = process.stdout.columns ?? USUAL_TERMINAL;
  const borders = columns + 2;
  const width = Math.min(WIDEST_VALUES, Math.max(NARROWEST_VALUES, terminal - NAME_WIDTH - borders));
  return Array.from({ length: columns }, (_, index) => (index === 0 ? Math.ceil(width / columns) : Math.floor(width / columns)));
}

export function millis(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
