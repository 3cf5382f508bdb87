import { ROWS } from './rows/all';
import { renderMatrix } from '../../scripts/lib/fault-matrix';

const RESULTS = ['MariaDB', 'PostgreSQL'].map((server) => ({
  name: `/somewhere/test/faults/rows-${server.toLowerCase()}.test.ts`,
  assertionResults: ROWS.map(({ id, fault, result }) => ({ ancestorTitles: [server], title: `${id}: ${fault}: ${result} (single user)`, status: 'passed' })),
}));

test('the order in which the test files ran does not change the matrix', () => {
  expect(renderMatrix({ testResults: [...RESULTS].reverse() })).toBe(renderMatrix({ testResults: RESULTS }));
});

test('a row that failed stands in the matrix as failed', () => {
  const [mariadb, postgres] = RESULTS;
  const [first, ...others] = mariadb.assertionResults;
  const failed = { ...mariadb, assertionResults: [{ ...first, status: 'failed' }, ...others] };

  expect(renderMatrix({ testResults: [failed, postgres] })).toContain('MariaDB: single user **failed**<br>PostgreSQL: single user');
});

test('a row without a result is refused', () => {
  const [{ id, fault }] = ROWS;

  expect(() => renderMatrix({ testResults: RESULTS.map((file) => ({ ...file, assertionResults: file.assertionResults.slice(1) })) }))
    .toThrow(`there is no result of ${id}: ${fault}`);
});

test('results without the rows are refused', () => {
  expect(() => renderMatrix({ testResults: [] })).toThrow('there are no results of test/faults/rows-*.test.ts');
});
