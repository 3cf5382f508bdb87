/** What each line of the server's log starts with: process, user, database, remote address, then the message. */
export const LOG_LINE_PREFIX = '%p|%u|%d|%r|';

/** One connection to the server, as its log tells it. */
export interface Login {
  readonly user: string;
  /** The port from which the client came; tells clients apart. */
  readonly remotePort: number;
  readonly ssl: boolean;
  readonly outcome: 'authorised' | 'failed';
}

const LINE = /^(\d+)\|([^|]*)\|([^|]*)\|[^|(]*\((\d+)\)\|(\w+): {2}(.*)$/;
const AUTHORISED = /^connection authorized: user=(.+?) database=/;

/** The logins in a log, in the order in which they ended well or badly. */
export function loginsIn(log: string): Login[] {
  const logins: Login[] = [];
  for (const line of log.split('\n')) {
    const match = LINE.exec(line);
    if (!match) continue;
    const [, , user, , port, severity, message] = match;
    const authorised = AUTHORISED.exec(message);
    if (severity === 'LOG' && authorised) {
      logins.push({ user: authorised[1], remotePort: Number(port), ssl: message.includes('SSL enabled'), outcome: 'authorised' });
    } else if (severity === 'FATAL' && isRefusal(message)) {
      logins.push({ user, remotePort: Number(port), ssl: !message.includes('no encryption'), outcome: 'failed' });
    } else if (severity === 'DETAIL' && message.includes('"hostnossl ')) {
      // Of a refused password the server tells only which line of pg_hba.conf the connection met.
      const refused = logins.findLastIndex(({ remotePort, outcome }) => remotePort === Number(port) && outcome === 'failed');
      if (refused >= 0) logins[refused] = { ...logins[refused], ssl: false };
    }
  }
  return logins;
}

function isRefusal(message: string): boolean {
  return /authentication failed|is not permitted to log in|no pg_hba.conf entry|too many connections for role|does not exist/.test(message);
}
