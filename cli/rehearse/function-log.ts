/** The log of a function of this library: lines of JSON. Others may write what they like. */

/** From the change in the database to the move of AWSCURRENT, as the function logged it last. */
export function loggedWindow(output: string): number | undefined {
  return lastOf(output, 'windowMillis', 'number');
}

/** Why the function failed, as it logged it last: what the service is told is shorter. */
export function loggedCause(output: string): string | undefined {
  return lastOf(output, 'cause', 'string');
}

function lastOf(output: string, member: string, type: 'number'): number | undefined;
function lastOf(output: string, member: string, type: 'string'): string | undefined;
function lastOf(output: string, member: string, type: string): unknown {
  return output.split('\n').map((line) => membersOf(line)[member]).findLast((value) => typeof value === type);
}

function membersOf(line: string): { readonly [name: string]: unknown } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}
