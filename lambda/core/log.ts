import { Redactor } from './redact';

export interface LogFields {
  readonly [name: string]: string | number | boolean | object | undefined;
}

/** One line of the log. */
export interface LogRecord extends LogFields {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
}

export type WriteRecord = (record: LogRecord) => void;

/** Lambda puts a prefix before what goes through `console`, which would break the JSON. */
export const writeToStdout: WriteRecord = (record) => {
  process.stdout.write(`${JSON.stringify(record)}\n`);
};

/** Writes JSON lines in which nothing secret stands, whatever it was given. */
export class Log {
  public constructor(private readonly write: WriteRecord, private readonly redactor: Redactor, private readonly common: LogFields) {}

  public info(message: string, fields: LogFields = {}): void {
    this.record('INFO', message, fields);
  }

  public warn(message: string, fields: LogFields = {}): void {
    this.record('WARN', message, fields);
  }

  public error(message: string, fields: LogFields = {}): void {
    this.record('ERROR', message, fields);
  }

  private record(level: LogRecord['level'], message: string, fields: LogFields): void {
    this.write({ level, message: this.redactor.text(message), ...this.redactor.texts({ ...this.common, ...fields }) });
  }
}

/** An error and its causes in one text. */
export function describeCauses(error: Error): string | undefined {
  const texts: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const code: unknown = (cause as { code?: unknown }).code;
    texts.push(`${cause.name}${typeof code === 'string' ? ` ${code}` : ''}: ${cause.message}`);
  }
  return texts.length === 0 ? undefined : texts.join('; caused by ');
}
