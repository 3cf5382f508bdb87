import { mariadbLoginsIn, mariadbStatementsIn } from '../../../cli/servers/mariadb-log';

const ENTRIES = [
  'Tcp port: 1  Unix socket: \n',
  '261124 13:19:47\t     3 Connect\troot@localhost on  using SSL/TLS\n',
  '\t\t     3 Query\tSELECT 1,\n  2\n',
  '\t\t     3 Query\tSELECT 2\n\n',
  '\t\t     3 Quit\t\n',
  '261124 13:19:48\t    12 Query\tSELECT 3\n',
];
const STATEMENTS = ['SELECT 1,\n  2', 'SELECT 2\n', 'SELECT 3'];

test.each([
  [2, 0],
  [3, 1],
  [4, 2],
  [5, 2],
  [6, 3],
])('statements in a log with %i entries so far', (entries, statements) => {
  expect(mariadbStatementsIn(ENTRIES.slice(0, entries).join(''))).toEqual(STATEMENTS.slice(0, statements));
});

test('a line that is not written to its end yet tells nothing', () => {
  const log = ENTRIES.join('');
  expect(mariadbStatementsIn(`${log}\t\t    12 Query\tSEL`)).toEqual(STATEMENTS);
  expect(mariadbLoginsIn(`${log}261124 13:19:49\t     3 Connect\tro`)).toEqual(mariadbLoginsIn(log));
  expect(mariadbLoginsIn(log)).toEqual([{ user: 'root', connection: 3, ssl: true, outcome: 'authorised' }]);
});
