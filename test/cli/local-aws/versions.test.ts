import { LooseAnswer, MemoryWorld } from './support/memory';

const X = { SecretId: 'x' };
const IDS = ['1', '2', '3'].map((digit) => `${digit}0000000-0000-4000-8000-000000000000`);
const [FIRST, SECOND, THIRD] = IDS;

let world: MemoryWorld;

beforeEach(async () => {
  world = new MemoryWorld();
  await world.call('CreateSecret', { Name: 'x', SecretString: 'v1', ClientRequestToken: FIRST });
});

async function stages(): Promise<LooseAnswer> {
  return (await world.call('DescribeSecret', X)).VersionIdsToStages;
}

function move(label: string, from?: string, to?: string): [string, object] {
  return ['UpdateSecretVersionStage', { ...X, VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to }];
}

describe('labels', () => {
  beforeEach(() => world.call('PutSecretValue', { ...X, SecretString: 'v2', ClientRequestToken: SECOND, VersionStages: ['AWSPENDING'] }));

  it.each([
    ['must say from where', move('AWSCURRENT', undefined, SECOND),
      `InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${FIRST}, so you must explicitly reference that version in RemoveFromVersionId.`],
    ['must say the right version', move('AWSCURRENT', SECOND, SECOND),
      'InvalidParameterException: When you move staging label AWSCURRENT, if you specify RemoveFromVersionId, it must be set to the version that currently has the staging label AWSCURRENT.'],
    ['cannot be removed if it is AWSCURRENT', move('AWSCURRENT', FIRST), "InvalidParameterException: You can't remove the staging label AWSCURRENT"],
    ['cannot be removed where it is not', move('custom', FIRST), 'InvalidParameterException: When you move'],
    ['cannot move to nowhere', move('AWSCURRENT', FIRST, THIRD), `ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: ${THIRD}`],
    ['need a version', move('AWSCURRENT'), 'InvalidParameterException: You must provide a value'],
  ])('%s', async (_name, [operation, input], expected) => {
    const before = await stages();
    expect((await world.error(operation, input)).slice(0, expected.length)).toBe(expected);
    expect(await stages()).toEqual(before);
  });

  it('that nobody has can be attached without a source', async () => {
    await world.call(...move('custom', undefined, FIRST));
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT', 'custom'], [SECOND]: ['AWSPENDING'] });
  });

  it('stay where they are when moved there again', async () => {
    await world.call(...move('AWSCURRENT', undefined, FIRST));
    await world.call(...move('AWSCURRENT', FIRST, FIRST));
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'], [SECOND]: ['AWSPENDING'] });
  });

  it('swap when AWSCURRENT goes back', async () => {
    await world.call(...move('AWSCURRENT', FIRST, SECOND));
    await world.call(...move('AWSCURRENT', SECOND, FIRST));
    expect(await stages()).toEqual({ [FIRST]: ['AWSCURRENT'], [SECOND]: ['AWSPREVIOUS'] });
  });

  it('are at most twenty on all versions together', async () => {
    const many = Array.from({ length: 18 }, (_, index) => `label-${index}`);
    await world.call('PutSecretValue', { ...X, SecretString: 'v3', ClientRequestToken: THIRD, VersionStages: many });
    expect(await world.error(...move('one-more', undefined, FIRST))).toMatch(/^LimitExceededException/);
    expect(await world.error('PutSecretValue', { ...X, SecretString: 'v4', VersionStages: ['one-more'] })).toMatch(/^LimitExceededException/);
    // A label that is there already is no new one.
    await world.call(...move('label-3', THIRD, FIRST));
    expect((await world.call('ListSecretVersionIds', { ...X, IncludeDeprecated: true })).Versions).toHaveLength(3);
  });
});

describe('values', () => {
  it('fill a version that has none, with their labels', async () => {
    const events: unknown[] = [];
    world = new MemoryWorld({ invoker: { invoke: (_arn, event) => { events.push(event); return { functionError: 'no' }; } }, retry: { attempts: 1 } });
    await world.call('CreateSecret', { Name: 'x', SecretString: 'v1', ClientRequestToken: FIRST });
    await world.call('RotateSecret', { ...X, RotationLambdaARN: 'f', ClientRequestToken: SECOND });
    const answer = await world.call('PutSecretValue', { ...X, SecretString: 'v2', ClientRequestToken: SECOND, VersionStages: ['AWSPENDING'] });
    expect(answer.VersionStages).toEqual(['AWSPENDING']);
    expect((await world.call('GetSecretValue', { ...X, VersionId: SECOND })).SecretString).toBe('v2');
  });

  it('are current when they are the first, whatever the request says', async () => {
    await world.call('CreateSecret', { Name: 'empty' });
    const { VersionStages: labels } = await world.call('PutSecretValue', { SecretId: 'empty', SecretString: 'v', VersionStages: ['AWSPENDING'] });
    expect(labels).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });

  it('name the key that encrypted them', async () => {
    await world.call('UpdateSecret', { ...X, KmsKeyId: 'alias/mine' });
    await world.call('PutSecretValue', { ...X, SecretString: 'v2' });
    const { Versions: versions } = await world.call('ListSecretVersionIds', X);
    expect(versions.map(({ KmsKeyIds: keys }: LooseAnswer) => keys)).toEqual([['alias/mine'], ['alias/mine']]);
    expect(await world.call('DescribeSecret', X)).toMatchObject({ KmsKeyId: 'alias/mine' });
  });
});

describe('deprecated versions', () => {
  const all = async () => (await world.call('ListSecretVersionIds', { ...X, IncludeDeprecated: true, MaxResults: 100 })).Versions.length as number;
  const writeMany = async (count: number) => {
    for (let index = 0; index < count; index++) await world.call('PutSecretValue', { ...X, SecretString: `v${index}` });
  };

  it('can be read by their id', async () => {
    await writeMany(2);
    expect(await world.call('GetSecretValue', { ...X, VersionId: FIRST })).toEqual({
      ARN: expect.any(String), Name: 'x', SecretString: 'v1', VersionId: FIRST, CreatedDate: expect.any(Number),
    });
  });

  it('are kept for a day, however many there are', async () => {
    await writeMany(150);
    expect((await world.call('ListSecretVersionIds', { ...X, IncludeDeprecated: true })).NextToken).toBeDefined();
    expect((await world.call('GetSecretValue', { ...X, VersionId: FIRST })).SecretString).toBe('v1');
  });

  it('go after a day when there are more than a hundred, oldest first', async () => {
    await writeMany(99);
    world.clock.days(2);
    await writeMany(5);
    // One hundred deprecated ones at most, and the two with labels.
    expect(await world.error('GetSecretValue', { ...X, VersionId: FIRST })).toMatch(/^ResourceNotFoundException/);
    const first = await all();
    const rest = (await world.call('ListSecretVersionIds', { ...X, IncludeDeprecated: true, MaxResults: 100, NextToken: Buffer.from('position 100').toString('base64') })).Versions.length;
    expect(first + rest).toBe(102);
  });
});

describe('time', () => {
  it('ends the recovery window', async () => {
    const { DeletionDate: date } = await world.call('DeleteSecret', { ...X, RecoveryWindowInDays: 7 });
    expect(date).toBe(world.clock.now() / 1000 + 7 * 86_400);
    world.clock.days(6.9);
    expect(await world.call('DescribeSecret', X)).toMatchObject({ DeletedDate: date });
    world.clock.days(0.1);
    expect(await world.error('DescribeSecret', X)).toMatch(/^ResourceNotFoundException/);
    await world.call('CreateSecret', { Name: 'x', SecretString: 'again' });
  });

  it('is 30 days by default', async () => {
    expect((await world.call('DeleteSecret', X)).DeletionDate).toBe(world.clock.now() / 1000 + 30 * 86_400);
  });

  it('is over at once by force', async () => {
    expect((await world.call('DeleteSecret', { ...X, ForceDeleteWithoutRecovery: true })).DeletionDate).toBe(world.clock.now() / 1000);
    expect(await world.error('RestoreSecret', X)).toMatch(/^ResourceNotFoundException/);
  });

  it('counts a manual value as a rotation', async () => {
    world = new MemoryWorld({ invoker: { invoke: () => ({ functionError: 'never' }) }, retry: { attempts: 1 } });
    await world.call('CreateSecret', { Name: 'x', SecretString: 'v1' });
    await world.call('RotateSecret', { ...X, RotationLambdaARN: 'f', RotationRules: { AutomaticallyAfterDays: 10 } });
    const next = async () => new Date((await world.call('DescribeSecret', X)).NextRotationDate * 1000).toISOString();
    expect(await next()).toBe('2026-01-11T23:59:59.000Z');
    world.clock.days(3);
    await world.call('PutSecretValue', { ...X, SecretString: 'by hand' });
    expect(await next()).toBe('2026-01-14T23:59:59.000Z');
  });
});

describe('ids of a secret', () => {
  it('are name, ARN and ARN without suffix; nothing else', async () => {
    const { ARN: arn } = await world.call('DescribeSecret', X);
    for (const id of ['x', arn, arn.slice(0, -7)]) expect((await world.call('DescribeSecret', { SecretId: id })).ARN).toBe(arn);
    for (const id of ['X', arn.slice(0, -1), arn.replace('us-east-1', 'eu-west-1'), `${arn.slice(0, -7)}y`]) {
      expect(await world.error('DescribeSecret', { SecretId: id })).toMatch(/^ResourceNotFoundException/);
    }
  });

  it.each([['cn-north-1', 'aws-cn'], ['us-gov-west-1', 'aws-us-gov'], ['eu-central-1', 'aws']])('are in the partition of %s', async (region, partition) => {
    world = new MemoryWorld({ region, accountId: '111122223333' });
    const { ARN: arn } = await world.call('CreateSecret', { Name: 'x', SecretString: 'v' });
    expect(arn).toMatch(new RegExp(`^arn:${partition}:secretsmanager:${region}:111122223333:secret:x-[A-Za-z0-9]{6}$`));
  });
});
