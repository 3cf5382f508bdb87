import assert from 'assert/strict';
import { readFileSync } from 'fs';
import * as path from 'path';
import { Journal, StackEvent } from './journal';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

/** What a rotation may need as soon as it is scheduled. */
const NEEDED = ['AWS::KMS::Key', 'AWS::IAM::Role', 'AWS::IAM::ManagedPolicy', 'AWS::Logs::LogGroup', 'AWS::Lambda::Function', 'AWS::Lambda::Alias', 'AWS::Lambda::Permission'];

/** What nothing may wait for, in the order in which the emulator creates resources. */
const UNNEEDED = ['AWS::CloudWatch::Alarm', 'AWS::Events::Rule'];

const PREFIX = 'GuardedSecrets';

export interface Created {
  readonly resources: number;
  readonly beforeFirstSchedule: number;
}

/** A schedule comes after all that its rotation needs, even where resources come in the worst order that the template allows. */
export function checkOrder(events: readonly StackEvent[]): Created {
  const created = events.filter(({ status, type }) => status === 'CREATE_COMPLETE' && type !== 'AWS::CloudFormation::Stack');
  const first = created.findIndex(({ type }) => type === SCHEDULE);
  const before = created.slice(0, first);
  const ours = (type: string) => (event: StackEvent) => event.type === type && event.logicalId.startsWith(PREFIX);
  for (const type of NEEDED) {
    assert.deepEqual(before.filter(ours(type)).length, created.filter(ours(type)).length, `${type} must be created before the first rotation schedule`);
    assert.ok(before.some(ours(type)), `${type} must be part of the stack`);
  }
  for (const type of UNNEEDED) assert.ok(!before.some((event) => event.type === type), `the order of the emulator is not the worst: ${type} came before a rotation schedule`);
  created.filter(({ type }) => type === SCHEDULE).forEach((schedule) => {
    const policy = created.find(({ type, physicalId }) => type === 'AWS::SecretsManager::ResourcePolicy' && physicalId === schedule.physicalId);
    assert.ok(policy === undefined || created.indexOf(policy) < created.indexOf(schedule), `the policy of ${schedule.physicalId} must be there before its rotation schedule`);
  });
  return { resources: created.length, beforeFirstSchedule: first };
}

/** Every resource of before is the same one after an update, and nothing was deleted. */
export function checkNothingReplaced(before: readonly StackEvent[], update: readonly StackEvent[]): void {
  const physicalIds = new Map(before.filter(({ status }) => status === 'CREATE_COMPLETE').map(({ logicalId, physicalId }) => [logicalId, physicalId]));
  for (const { logicalId, status, reason, physicalId } of update) {
    assert.ok(!status.startsWith('DELETE'), `${logicalId} was deleted by the update`);
    assert.doesNotMatch(reason, /new physical resource/, `${logicalId} was replaced by the update`);
    if (status === 'UPDATE_COMPLETE') assert.equal(physicalId, physicalIds.get(logicalId) ?? physicalId, `${logicalId} was replaced by the update`);
  }
}

/** What a template keeps was kept, and nothing else. Gives back how many resources that were. */
export function checkRetained(events: readonly StackEvent[], assembly: string, stack: string): number {
  const { Resources } = JSON.parse(readFileSync(path.join(assembly, `${stack}.template.json`), 'utf8'));
  const kept = Object.keys(Resources).filter((logicalId) => (Resources[logicalId].DeletionPolicy ?? 'Delete') !== 'Delete');
  const skipped = events.filter(({ status }) => status === 'DELETE_SKIPPED').map(({ logicalId }) => logicalId);
  assert.deepEqual(skipped.sort(), kept.sort(), 'the resources that the template retains must be kept');
  return kept.length;
}

/** The events of a stack since a moment. */
export function eventsOf(journal: Journal, stack: string, since = 0): StackEvent[] {
  return journal.events().filter((event) => event.stack === stack).slice(since);
}
