import { rightsIn } from '../../../../lambda/engines/sql/mariadb/grants';
import { reconcile } from '../../../../lambda/engines/sql/mariadb/reconcile';

function read(...lines: string[]): string[] {
  return lines.flatMap(rightsIn).map(({ what, on }) => `${what} ON ${on}`);
}

describe('rights in what the server tells', () => {
  test.each([
    ['GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD \'*00\'', []],
    ['GRANT RELOAD, BINLOG MONITOR ON *.* TO `a`@`%` REQUIRE ISSUER \' GRANT OPTION\' WITH GRANT OPTION MAX_USER_CONNECTIONS 7', ['RELOAD ON *.*', 'BINLOG MONITOR ON *.*', 'GRANT OPTION ON *.*']],
    ['GRANT USAGE ON *.* TO `a`@`%` REQUIRE ISSUER \'a \\\' GRANT OPTION\'', []],
    ['GRANT ALL PRIVILEGES ON `d\\_b`.* TO `a`@`%`', ['ALL PRIVILEGES ON `d\\_b`.*']],
    ['GRANT SELECT (`a`, `b, ``c``)`), INSERT ON `d`.`t ON x` TO `a TO b`@`%`', ['SELECT (`a`) ON `d`.`t ON x`', 'SELECT (`b, ``c``)`) ON `d`.`t ON x`', 'INSERT ON `d`.`t ON x`']],
    ['GRANT EXECUTE ON PACKAGE BODY `d`.`p` TO `a`@`%` WITH GRANT OPTION', ['EXECUTE ON PACKAGE BODY `d`.`p`', 'GRANT OPTION ON PACKAGE BODY `d`.`p`']],
    ['GRANT `r``1` TO `a`@`%` WITH ADMIN OPTION', ['ROLE WITH ADMIN OPTION ON `r``1`']],
    ['GRANT `r` TO `role`', ['ROLE ON `r`']],
    ['SET DEFAULT ROLE `r` FOR `a`@`%`', ['DEFAULT ROLE ON `r`']],
    ['GRANT PROXY ON `x`@`%` TO `a`@`%` WITH GRANT OPTION', ['PROXY WITH GRANT OPTION ON `x`@`%`']],
  ])('%s', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test('what is not understood is not passed over', () => {
    expect(() => read('DENY SELECT ON `d`.* TO `a`@`%`')).toThrow(expect.objectContaining({ code: 'UNKNOWN' }));
  });
});

describe('statements', () => {
  const between = (has: string[], wanted: string[]) => reconcile('\'a\'@\'%\'', has.flatMap(rightsIn), wanted.flatMap(rightsIn));

  test('none, when all is as it is to be', () => {
    const rights = ['GRANT SELECT ON `d`.* TO `a`@`%` WITH GRANT OPTION', 'GRANT `r` TO `a`@`%`', 'SET DEFAULT ROLE `r` FOR `a`@`%`'];
    expect(between(rights, rights)).toEqual([]);
  });

  test('take and give what differs, and no more', () => {
    expect(between(
      ['GRANT SELECT, INSERT ON `d`.* TO `x`@`%`', 'GRANT `r` TO `x`@`%`', 'SET DEFAULT ROLE `r` FOR `x`@`%`'],
      ['GRANT SELECT, UPDATE ON `d`.* TO `x`@`%`', 'GRANT `s` TO `x`@`%` WITH ADMIN OPTION'],
    )).toEqual([
      'REVOKE INSERT ON `d`.* FROM \'a\'@\'%\'',
      'GRANT SELECT, UPDATE ON `d`.* TO \'a\'@\'%\'',
      'REVOKE `r` FROM \'a\'@\'%\'',
      'GRANT `s` TO \'a\'@\'%\' WITH ADMIN OPTION',
      'SET DEFAULT ROLE NONE FOR \'a\'@\'%\'',
    ]);
  });
});
