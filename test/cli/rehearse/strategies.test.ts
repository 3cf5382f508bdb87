/** Every strategy, in apps as users write them, on the servers that stand in for their databases. */
import { managedByRds, mariadb, postgres, ROOT, synthesise } from './app';
import { readAssembly } from '../../../cli/rehearse/assembly';
import { planRehearsal } from '../../../cli/rehearse/plan';
import { equip } from '../../../cli/rehearse/programs';
import { rehearseRotation } from '../../../cli/rehearse/rehearsal';
import { renderReport } from '../../../cli/rehearse/report/report';
import { RotationReport } from '../../../cli/rehearse/rotation-report';
import { DeployedSecret } from '../../../cli/rehearse/secret-deployer';
import { World } from '../../../cli/rehearse/world';
import { DatabasePrivileges, DatabaseTarget, GuardedDatabaseSecret, Rotation, SecretRotator } from '../../../src';

jest.setTimeout(300_000);

/** All logins first, since the secrets of administrators are among them; then one rotation after the other. */
async function rehearse(assembly: string): Promise<RotationReport[]> {
  const plan = equip(planRehearsal(readAssembly(assembly)), ROOT);
  expect(plan.leftOut).toEqual([]);
  const world = await World.create({ plan, programs: plan.programs, projectFolder: ROOT });
  try {
    const deployed: DeployedSecret[] = [];
    for (const rotation of plan.rotations) deployed.push(await world.secrets.deploy(rotation));
    const reports: RotationReport[] = [];
    for (const [index, rotation] of plan.rotations.entries()) reports.push(await rehearseRotation(world, rotation, deployed[index]));
    return reports;
  } finally {
    await world.close();
  }
}

/** What matters, in a line for each rotation of each secret. */
function linesOf(reports: RotationReport[]): string[] {
  return reports.flatMap(({ name, rounds }) => rounds.map((round) => [
    name,
    round.username,
    round.rightsKept ? 'rights kept' : 'RIGHTS LOST',
    round.oldPasswordAccepted ? 'old one stays' : 'old one refused',
    ...round.olderPasswordAccepted === undefined ? [] : [round.olderPasswordAccepted ? 'OLDER ONE STAYS' : 'older one refused'],
    `${round.failedLogins} failed logins`,
  ].join(', ')));
}

function brokenIn(reports: RotationReport[]): string[] {
  return reports.flatMap(({ name, broken, configuration }) => broken.map((sentence) => `${name}: ${sentence} ${configuration?.cause ?? ''}`));
}

test('PostgreSQL: created by an administrator, pairs with and without a role, and the administrator itself', async () => {
  const reports = await rehearse(synthesise((stack, vpc) => {
    const instance = postgres(stack, vpc);
    const database = DatabaseTarget.rdsInstance(instance);
    const adminSecret = instance.secret!;
    const login = (username: string, rotation: Rotation) => new GuardedDatabaseSecret(stack, username, { database, username, rotation });
    new SecretRotator(stack, 'Administrator', { secret: adminSecret, rotation: Rotation.singleUser({ database }) });
    new GuardedDatabaseSecret(stack, 'created', { database, username: 'created', adminSecret });
    login('first', Rotation.alternatingUsers({ database, adminSecret, otherUsername: 'second', role: 'owner', createWith: DatabasePrivileges.READ_WRITE }));
    login('member', Rotation.alternatingUsers({ database, adminSecret, role: 'team' }));
    login('original', Rotation.alternatingUsers({ database, adminSecret }));
    login('existing', Rotation.adminAssisted({ database, adminSecret }));
  }));
  expect(brokenIn(reports)).toEqual([]);
  expect(renderReport({ servers: [{ title: 'PostgreSQL', source: 'here' }], rotations: reports, failed: [], leftOut: [] }))
    .toContain('6 of 6 rotations rehearsed without a broken invariant, against PostgreSQL (here)');
  expect(linesOf(reports)).toEqual([
    'App/Administrator, postgres, rights kept, old one refused, 0 failed logins',
    'App/created/Rotation, created, rights kept, old one refused, 0 failed logins',
    'App/first/Rotation, second, rights kept, old one stays, 0 failed logins',
    'App/first/Rotation, first, rights kept, old one stays, older one refused, 0 failed logins',
    'App/member/Rotation, member_clone, rights kept, old one stays, 0 failed logins',
    'App/member/Rotation, member, rights kept, old one stays, older one refused, 0 failed logins',
    'App/original/Rotation, original_clone, rights kept, old one stays, 0 failed logins',
    'App/original/Rotation, original, rights kept, old one stays, older one refused, 0 failed logins',
    'App/existing/Rotation, existing, rights kept, old one refused, 0 failed logins',
  ]);
});

test('MariaDB: two passwords at once, pairs with and without a role, an administrator whose secret the service manages', async () => {
  const reports = await rehearse(synthesise((stack, vpc) => {
    const instance = mariadb(stack, vpc);
    const database = DatabaseTarget.rdsInstance(instance);
    const adminSecret = managedByRds(instance);
    const login = (username: string, rotation: Rotation) => new GuardedDatabaseSecret(stack, username, { database, username, rotation });
    login('dual', Rotation.adminAssisted({ database, adminSecret, dualPasswords: true, createWith: DatabasePrivileges.READ_ONLY }));
    login('first', Rotation.alternatingUsers({ database, adminSecret, otherUsername: 'second', role: 'owner', createWith: DatabasePrivileges.READ_WRITE }));
    login('member', Rotation.alternatingUsers({ database, adminSecret, role: 'team' }));
    login('original', Rotation.alternatingUsers({ database, adminSecret }));
    login('self', Rotation.singleUser({ database }));
  }));
  expect(brokenIn(reports)).toEqual([]);
  expect(linesOf(reports)).toEqual([
    'App/dual/Rotation, dual, rights kept, old one stays, 0 failed logins',
    'App/dual/Rotation, dual, rights kept, old one stays, older one refused, 0 failed logins',
    'App/first/Rotation, second, rights kept, old one stays, 0 failed logins',
    'App/first/Rotation, first, rights kept, old one stays, older one refused, 0 failed logins',
    'App/member/Rotation, member_clone, rights kept, old one stays, 0 failed logins',
    'App/member/Rotation, member, rights kept, old one stays, older one refused, 0 failed logins',
    'App/original/Rotation, original_clone, rights kept, old one stays, 0 failed logins',
    'App/original/Rotation, original, rights kept, old one stays, older one refused, 0 failed logins',
    'App/self/Rotation, self, rights kept, old one refused, 0 failed logins',
  ]);
});
