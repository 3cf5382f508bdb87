/** One connection to the server, as its general log tells it. */
export interface MariadbLogin {
  readonly user: string;
  /** The number that the server gave the connection; tells clients apart, since the log has no ports. */
  readonly connection: number;
  readonly ssl: boolean;
  readonly outcome: 'authorised' | 'failed';
}

/** What a line of the log starts with that is not the rest of a statement. */
const START = /^(?:\d{6} +\d+:\d\d:\d\d)?\t\s*\d+ (\w+)\t?/;

const LINE = /^(?:\d{6} +\d+:\d\d:\d\d)?\t\s*(\d+) Connect\t(.*)$/;
const ATTEMPT = /^(.*)@[^@]* on .* using (SSL\/TLS|TCP\/IP)$/;

/** The logins in a log, in the order in which they came. A refused one has a second line, with the same number. */
export function mariadbLoginsIn(log: string): MariadbLogin[] {
  const logins: MariadbLogin[] = [];
  for (const line of linesIn(log)) {
    const [, number, message] = LINE.exec(line) ?? [];
    if (number === undefined) continue;
    const connection = Number(number);
    const [, user, transport] = ATTEMPT.exec(message) ?? [];
    if (user !== undefined) {
      logins.push({ user: user.replace(/ as anonymous$/, ''), connection, ssl: transport === 'SSL/TLS', outcome: 'authorised' });
      continue;
    }
    // After a restart the numbers begin anew.
    const refused = logins.findLastIndex((login) => login.connection === connection);
    if (refused >= 0) logins[refused] = { ...logins[refused], outcome: 'failed' };
  }
  return logins;
}

/** The text of all statements in a log, in the order in which they began. */
export function mariadbStatementsIn(log: string): string[] {
  const statements: string[] = [];
  let open = false;
  for (const line of linesIn(log)) {
    const [start, command] = START.exec(line) ?? [];
    if (start !== undefined) open = command === 'Query';
    if (start !== undefined && open) statements.push(line.slice(start.length));
    else if (open) statements[statements.length - 1] += `\n${line}`;
  }
  return statements;
}

/** A newline ends each line, the last one too: what comes after it the server has not written to its end yet. */
function linesIn(log: string): string[] {
  return log.split('\n').slice(0, -1);
}

/**
 * The number of a connection in the first packet of the server, which comes before TLS: length (3 bytes), 0, protocol 10, version
 * up to a zero byte, number (4 bytes). A proxy can tell by it which logins went through it.
 */
export function connectionNumberIn(greeting: Buffer): number {
  return greeting.readUInt32LE(greeting.indexOf(0, 5) + 1);
}
