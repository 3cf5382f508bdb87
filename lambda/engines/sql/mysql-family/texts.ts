/** How the server writes names and texts in what SHOW tells, in a session whose mode is empty. */

/** A name in backticks. */
export const IDENTIFIER = '`(?:[^`]|``)*`';

/** A text in quotes. */
export const TEXT = '\'(?:[^\'\\\\]|\'\'|\\\\.)*\'';

const COLUMNS = `\\(${IDENTIFIER}(?:, ?${IDENTIFIER})*\\)`;
const PRIVILEGE = `[A-Z][A-Z_]*(?: [A-Z_]+)*(?: ${COLUMNS})?`;

/** What GRANT gives. */
export const PRIVILEGES = `${PRIVILEGE}(?:, ?${PRIVILEGE})*`;

/** What GRANT gives it on. */
export const OBJECT = `(?:[A-Z ]+ )?(?:\\*\\.\\*|${IDENTIFIER}\\.(?:\\*|${IDENTIFIER}))`;

/** The privileges in such a text, each with at most one column. */
export function privilegesIn(list: string): string[] {
  return matches(PRIVILEGE, list).flatMap((privilege) => {
    const [, name, columns] = /^(.*?)(?: \((.*)\))?$/s.exec(privilege)!;
    return columns === undefined ? [name] : matches(IDENTIFIER, columns).map((column) => `${name} (${column})`);
  });
}

export function matches(pattern: string, text: string): string[] {
  return text.match(new RegExp(pattern, 'gs')) ?? [];
}
