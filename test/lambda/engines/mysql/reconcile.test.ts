import { Right, rightsIn } from '../../../../lambda/engines/sql/mysql/grants';
import { reconcile } from '../../../../lambda/engines/sql/mysql/reconcile';

function rights(...lines: string[]): Right[] {
  return lines.flatMap(rightsIn);
}

/** Lines as in the manual's "SHOW GRANTS Statement" and "Privilege Restriction Using Partial Revokes". */
test.each<[string, Right[]]>([
  ['GRANT USAGE ON *.* TO `u`@`%`', []],
  ['GRANT SELECT, CREATE TEMPORARY TABLES ON `db`.* TO `u`@`%`', [
    { kind: 'privilege', what: 'SELECT', on: '`db`.*' }, { kind: 'privilege', what: 'CREATE TEMPORARY TABLES', on: '`db`.*' },
  ]],
  ['GRANT SELECT (`a`, `b``, c`), INSERT ON `d``b`.`t` TO `u`@`%` WITH GRANT OPTION', [
    { kind: 'privilege', what: 'SELECT (`a`)', on: '`d``b`.`t`' }, { kind: 'privilege', what: 'SELECT (`b``, c`)', on: '`d``b`.`t`' },
    { kind: 'privilege', what: 'INSERT', on: '`d``b`.`t`' }, { kind: 'privilege', what: 'GRANT OPTION', on: '`d``b`.`t`' },
  ]],
  ['GRANT EXECUTE ON PROCEDURE `db`.`p` TO `u`@`%`', [{ kind: 'privilege', what: 'EXECUTE', on: 'PROCEDURE `db`.`p`' }]],
  ['GRANT ALL PRIVILEGES ON *.* TO \'root\'@\'localhost\' WITH GRANT OPTION', [
    { kind: 'privilege', what: 'ALL PRIVILEGES', on: '*.*' }, { kind: 'privilege', what: 'GRANT OPTION', on: '*.*' },
  ]],
  ['GRANT APPLICATION_PASSWORD_ADMIN,XA_RECOVER_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION', [
    { kind: 'dynamic', what: 'APPLICATION_PASSWORD_ADMIN', on: '*.*', grantable: true }, { kind: 'dynamic', what: 'XA_RECOVER_ADMIN', on: '*.*', grantable: true },
  ]],
  ['REVOKE INSERT, UPDATE ON `world`.* FROM `u`@`%`', [
    { kind: 'restriction', what: 'INSERT', on: '`world`.*' }, { kind: 'restriction', what: 'UPDATE', on: '`world`.*' },
  ]],
  ['GRANT `r1`@`%`,`r``2`@`host` TO `u`@`%`', [
    { kind: 'role', what: '', on: '`r1`@`%`', grantable: false }, { kind: 'role', what: '', on: '`r``2`@`host`', grantable: false },
  ]],
  ['GRANT `r1`@`%` TO `u`@`%` WITH ADMIN OPTION', [{ kind: 'role', what: '', on: '`r1`@`%`', grantable: true }]],
  ['GRANT PROXY ON \'\'@\'\' TO \'root\'@\'localhost\' WITH GRANT OPTION', [{ kind: 'proxy', what: '', on: '\'\'@\'\'', grantable: true }]],
])('reads %s', (line, expected) => {
  expect(rightsIn(line)).toEqual(expected);
});

test('a line of another form is an error, never passed over', () => {
  expect(() => rightsIn('GRANT SELECT ON FUTURE `x` TO `u`@`%`')).toThrow(/^UNKNOWN: the server tells a right in a way that the rotation does not know/);
});

test('what is equal needs no statement', () => {
  const all = rights('GRANT SELECT ON *.* TO `u`@`%`', 'REVOKE SELECT ON `a`.* FROM `u`@`%`', 'GRANT `r`@`%` TO `u`@`%`');
  expect(reconcile('u', all, [...all].reverse())).toEqual([]);
});

test.each<[string, string[], string[], string[]]>([
  ['privileges', ['GRANT SELECT, DROP ON `a`.* TO `u`@`%`', 'GRANT INSERT ON `b`.`t` TO `u`@`%`'], ['GRANT SELECT, UPDATE ON `a`.* TO `u`@`%`'], [
    'REVOKE DROP ON `a`.* FROM u', 'REVOKE INSERT ON `b`.`t` FROM u', 'GRANT SELECT, UPDATE ON `a`.* TO u',
  ]],
  ['columns', ['GRANT SELECT (`a`) ON `d`.`t` TO `u`@`%`'], ['GRANT SELECT (`b`) ON `d`.`t` TO `u`@`%`'], [
    'REVOKE SELECT (`a`) ON `d`.`t` FROM u', 'GRANT SELECT (`b`) ON `d`.`t` TO u',
  ]],
  ['the right to give on', ['GRANT SELECT ON `a`.* TO `u`@`%` WITH GRANT OPTION'], ['GRANT SELECT ON `a`.* TO `u`@`%`'], ['REVOKE GRANT OPTION ON `a`.* FROM u']],
  ['the right to give on, missing', [], ['GRANT USAGE ON `a`.* TO `u`@`%` WITH GRANT OPTION'], ['GRANT USAGE ON `a`.* TO u WITH GRANT OPTION']],
  ['some instead of all', ['GRANT ALL PRIVILEGES ON `a`.* TO `u`@`%`'], ['GRANT SELECT ON `a`.* TO `u`@`%`'], ['REVOKE ALL PRIVILEGES ON `a`.* FROM u', 'GRANT SELECT ON `a`.* TO u']],
  ['all instead of some', ['GRANT SELECT ON `a`.* TO `u`@`%`'], ['GRANT ALL PRIVILEGES ON `a`.* TO `u`@`%`'], ['GRANT ALL PRIVILEGES ON `a`.* TO u']],
  ['dynamic privileges', ['GRANT A_ADMIN,B_ADMIN ON *.* TO `u`@`%`'], ['GRANT B_ADMIN ON *.* TO `u`@`%` WITH GRANT OPTION'], [
    'REVOKE A_ADMIN ON *.* FROM u', 'REVOKE B_ADMIN ON *.* FROM u', 'GRANT B_ADMIN ON *.* TO u WITH GRANT OPTION',
  ]],
  ['roles', ['GRANT `a`@`%`,`b`@`%` TO `u`@`%`'], ['GRANT `b`@`%` TO `u`@`%`', 'GRANT `c`@`%` TO `u`@`%` WITH ADMIN OPTION'], [
    'REVOKE `a`@`%` FROM u', 'GRANT `c`@`%` TO u WITH ADMIN OPTION',
  ]],
  ['proxies', ['GRANT PROXY ON `a`@`%` TO `u`@`%`'], ['GRANT PROXY ON `b`@`%` TO `u`@`%` WITH GRANT OPTION'], [
    'REVOKE PROXY ON `a`@`%` FROM u', 'GRANT PROXY ON `b`@`%` TO u WITH GRANT OPTION',
  ]],
  ['exceptions: the old one goes before, the new one comes after the privilege that it is for',
    ['GRANT SELECT ON *.* TO `u`@`%`', 'REVOKE SELECT ON `a`.* FROM `u`@`%`'], ['GRANT SELECT, INSERT ON *.* TO `u`@`%`', 'REVOKE INSERT ON `b`.* FROM `u`@`%`'],
    ['GRANT SELECT ON `a`.* TO u', 'GRANT SELECT, INSERT ON *.* TO u', 'REVOKE INSERT ON `b`.* FROM u']],
])('gives and takes %s', (_what, has, wanted, statements) => {
  expect(reconcile('u', rights(...has), rights(...wanted))).toEqual(statements);
});

test('default roles come last, all at once', () => {
  const role = (name: string): Right => ({ kind: 'default role', what: '', on: `\`${name}\`@\`%\`` });
  expect(reconcile('u', [role('a')], [role('b'), role('a')])).toEqual(['ALTER USER u DEFAULT ROLE `a`@`%`, `b`@`%`']);
  expect(reconcile('u', [role('a')], [])).toEqual(['ALTER USER u DEFAULT ROLE NONE']);
});
