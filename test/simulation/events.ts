import type { Oracle } from './oracle';
import { ADMIN } from './settings';
import { tokenOf, World } from './world';
import { CURRENT, holderOf, PENDING } from '../../cli/local-aws/store/versions';
import { JOURNAL_LABEL } from '../../src/handler-contract';

/** The token of the rotation that is not complete. */
export function pendingOf({ secret }: World): string | undefined {
  const pending = holderOf(secret, PENDING);
  return pending === undefined || pending.labels.has(CURRENT) ? undefined : pending.id;
}

/** Whether the last rotation left nothing to be finished: then the next one makes no failed login. */
export function isClean(world: World): boolean {
  const journal = holderOf(world.secret, JOURNAL_LABEL);
  return pendingOf(world) === undefined && journal === holderOf(world.secret, CURRENT);
}

/** An operator cancels the rotation, and removes AWSPENDING, as the documentation says. */
export async function cancel(world: World): Promise<void> {
  const { service, arn } = world;
  const pending = pendingOf(world);
  if (world.secret.rotation) await service.handle('CancelRotateSecret', { SecretId: arn });
  if (pending) await service.handle('UpdateSecretVersionStage', { SecretId: arn, VersionStage: PENDING, RemoveFromVersionId: pending });
}

/** Somebody edits the secret in the console. */
export async function edit(world: World, oracle: Oracle): Promise<void> {
  const number = world.nextToken();
  oracle.note = `edit ${number}`;
  await world.service.handle('PutSecretValue', {
    SecretId: world.arn, ClientRequestToken: tokenOf(number), SecretString: JSON.stringify({ ...oracle.current, note: oracle.note }), VersionStages: [CURRENT],
  });
  oracle.excuse();
}

/** Longer than the server lets a session with a lock be silent. */
const LONGER_THAN_LEASE = 9_000;

/** Time passes, in which nobody does anything. */
export function leasePasses({ scheduler }: World): void {
  scheduler.pass(LONGER_THAN_LEASE);
}

export function restart({ server }: World): void {
  server.restart();
}

/** Somebody changes the password of the login by hand, and forgets the secret. */
export function changeByHand(world: World, oracle: Oracle): void {
  const password = `by-hand-${world.nextToken()}`;
  oracle.foreign.add(password);
  world.server.change(oracle.current.username, { passwords: [password] }, 'somebody');
  oracle.excuse();
}

/** Whoever changed the password by hand stores it, if the database still has it. */
export async function storeByHand(world: World, oracle: Oracle): Promise<void> {
  const { current } = oracle;
  const password = [...oracle.foreign].find((each) => world.server.accepts(current.username, each));
  oracle.foreign.clear();
  if (password === undefined) return;
  await world.service.handle('PutSecretValue', {
    SecretId: world.arn, ClientRequestToken: tokenOf(world.nextToken()), SecretString: JSON.stringify({ ...current, password }), VersionStages: [CURRENT],
  });
  oracle.storeByHand(password);
}

/** The password of the administrator is rotated, by whomever: pending, in the database, current. */
export async function rotateAdministrator(world: World): Promise<void> {
  const { scheduler, server, service, adminArn } = world;
  const number = world.nextToken();
  const password = `password-of-admin-${number}`;
  // One at a time, as for every secret.
  if (scheduler.processes.some(({ name, ended }) => name.startsWith('administrator') && !ended)) return;
  const process = scheduler.process(`administrator ${number}`);
  const effect = async (name: string, perform: () => unknown) => process.effect({ name, target: 'time', outcomes: [], due: 0, ready: () => true, perform });
  const current = holderOf(service.secret(adminArn), CURRENT)!;
  const value = JSON.stringify({ ...JSON.parse(current.content?.SecretString ?? ''), password });
  void process.run(async () => {
    await effect('put', () => service.handle('PutSecretValue', { SecretId: adminArn, ClientRequestToken: tokenOf(number), SecretString: value, VersionStages: [PENDING] }));
    await effect('alter', () => server.change(ADMIN, { passwords: [password] }, process.name));
    await effect('promote', () => service.handle('UpdateSecretVersionStage', {
      SecretId: adminArn, VersionStage: CURRENT, MoveToVersionId: tokenOf(number), RemoveFromVersionId: current.id,
    }));
  });
}
