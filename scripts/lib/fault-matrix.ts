import * as path from 'path';
import { ROWS } from '../../test/faults/rows/all';
import { OUTSIDE_ROWS } from '../../test/faults/rows/outside';
import { Row } from '../../test/faults/rows/row';

export const RESULTS_FILE = path.join('build', 'fault-rows.json');

const TEST_FILES = /test\/faults\/rows-\w+\.test\.ts$/;

/** The part of jest's results that is used. */
export interface JestResults {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** The matrix, from what the tests of its rows found. Nothing in it depends on the run, as long as all of them pass: jest's order of files differs from run to run. */
export function renderMatrix({ testResults }: JestResults): string {
  const files = testResults.filter(({ name }) => TEST_FILES.test(name)).sort((one, other) => one.name.localeCompare(other.name, 'en'));
  const assertions = files.flatMap(({ assertionResults }) => assertionResults);
  if (assertions.length === 0) throw new Error('there are no results of test/faults/rows-*.test.ts');
  return [
    '# What goes wrong, and what becomes of it',
    '',
    '<!-- Made by scripts/fault-matrix.ts from the results of the tests. Do not edit. -->',
    '',
    'Each row is a test in `test/faults/rows-*.test.ts` that begins with its id, against real servers over TLS. After each fault the service tries again or an operator acts,',
    'and then must hold: some version with a label logs in; no password that the server accepts is without a label; the rights are complete; steps that are repeated change',
    'nothing; no password stands in a log; the next rotation makes no failed login; and no old password outlives it. `npm run test:faults` also injects faults at boundaries',
    'that a seed chooses from all calls and database segments of a rotation, by default 2,000 for each strategy and server, and prints what became of them.',
    '',
    'The last column is what the functions of aws-samples/aws-secrets-manager-rotation-lambdas do; its figures were measured with them, unchanged, on real servers.',
    '',
    '| Row | Fault | Where it was tested | Result | AWS\'s functions |',
    '|---|---|---|---|---|',
    ...ROWS.map((row) => `| ${[row.id, row.fault, testedOn(row, assertions), row.result, row.aws].map(cell).join(' | ')} |`),
    '',
    '## Rows without a test of their own',
    '',
    '| Row | Fault | Why |',
    '|---|---|---|',
    ...OUTSIDE_ROWS.map(({ id, fault, reason }) => `| ${[id, fault, reason].map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

/** Servers, each with the strategies whose test passed. */
function testedOn({ id, fault, result }: Row, assertions: readonly Assertion[]): string {
  const own = assertions.filter(({ title }) => title.startsWith(`${id}: ${fault}: ${result} (`));
  if (own.length === 0) throw new Error(`there is no result of ${id}: ${fault}`);
  const servers = [...new Set(own.map(({ ancestorTitles: [server] }) => server))];
  return servers.map((server) => {
    const settings = own.filter(({ ancestorTitles }) => ancestorTitles[0] === server).map(({ title, status }) => {
      const setting = title.slice(title.lastIndexOf('(') + 1, -1);
      return status === 'passed' ? setting : `${setting} **${status}**`;
    });
    return `${server}: ${settings.join('; ')}`;
  }).join('<br>');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}
