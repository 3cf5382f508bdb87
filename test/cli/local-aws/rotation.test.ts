import { call, errorOf } from './support/client';
import { FUNCTION, rotatedWorld, RotatedWorld, stagesOf } from './support/rotator';

const CONFIGURATION = { SecretId: 'db', RotationLambdaARN: FUNCTION, RotationRules: { AutomaticallyAfterDays: 1 } };
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const INCOMPLETE = { error: 'InvalidRequestException', message: "A previous rotation isn't complete. That rotation will be reattempted." };

let world: RotatedWorld;

beforeEach(async () => {
  world = await rotatedWorld();
});

afterEach(() => world.aws.close());

async function rotateAndWait(input: object = CONFIGURATION) {
  const answer = await call(world.client, 'RotateSecret', input);
  return { answer, result: (await world.aws.service.rotationOf('db'))! };
}

describe('a rotation that succeeds', () => {
  it('ends as recorded from the real service', async () => {
    const { answer, result } = await rotateAndWait();
    const { rotator, client, arn } = world;
    expect(answer).toEqual({ ARN: arn, Name: 'db', VersionId: expect.any(String) });
    expect(result).toEqual({
      secretId: arn, versionId: answer.VersionId, status: 'succeeded', attempts: [{ steps: STEPS.map((step) => ({ step, millis: expect.any(Number) })) }],
    });
    const described = await call(client, 'DescribeSecret', { SecretId: 'db' });
    const initial = Object.keys(described.VersionIdsToStages as object).find((id) => id !== answer.VersionId)!;
    expect(described).toEqual({
      ARN: arn,
      Name: 'db',
      CreatedDate: expect.any(Date),
      LastAccessedDate: expect.any(Date),
      LastChangedDate: expect.any(Date),
      LastRotatedDate: expect.any(Date),
      NextRotationDate: expect.any(Date),
      RotationEnabled: true,
      RotationLambdaARN: FUNCTION,
      RotationRules: { AutomaticallyAfterDays: 1 },
      VersionIdsToStages: { [initial]: ['AWSPREVIOUS'], [answer.VersionId as string]: ['AWSCURRENT'] },
    });
    const { Versions: versions } = await call(client, 'ListSecretVersionIds', { SecretId: 'db' });
    expect(versions).toEqual([
      { VersionId: initial, VersionStages: ['AWSPREVIOUS'], CreatedDate: expect.any(Date), LastAccessedDate: expect.any(Date), KmsKeyIds: ['DefaultEncryptionKey'] },
      { VersionId: answer.VersionId, VersionStages: ['AWSCURRENT'], CreatedDate: expect.any(Date), KmsKeyIds: ['DefaultEncryptionKey'] },
    ]);
    expect(rotator.pendingFound).toEqual(['ResourceNotFoundException']);
  });

  it('gives each step the ARN, the new version and one token of the rotation', async () => {
    const { answer } = await rotateAndWait();
    const { rotator, arn } = world;
    expect(rotator.steps).toEqual(STEPS);
    for (const event of rotator.events) {
      expect(event).toEqual({ Step: event.Step, SecretId: arn, ClientRequestToken: answer.VersionId, RotationToken: rotator.events[0].RotationToken });
    }
    expect(rotator.events[0].RotationToken.length).toBeGreaterThanOrEqual(36);
  });

  it('repeats with the stored settings', async () => {
    const first = await rotateAndWait();
    const second = await rotateAndWait({ SecretId: 'db' });
    expect(second.result.status).toBe('succeeded');
    const { VersionIdsToStages: stages } = await call(world.client, 'DescribeSecret', { SecretId: 'db' });
    expect(stages).toEqual({ [first.answer.VersionId as string]: ['AWSPREVIOUS'], [second.answer.VersionId as string]: ['AWSCURRENT'] });
  });

  it('answers before the first step, with a version that has a label and no value', async () => {
    const { client, rotator, aws } = world;
    let release = () => {};
    rotator.during = () => new Promise((resolve) => { release = resolve; });
    const { VersionId: id } = await call(client, 'RotateSecret', CONFIGURATION);
    expect(await stagesOf(client)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
    expect(await errorOf(call(client, 'GetSecretValue', { SecretId: 'db', VersionId: id, VersionStage: 'AWSPENDING' }))).toEqual({
      error: 'ResourceNotFoundException', message: `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
    });
    expect(await errorOf(call(client, 'GetSecretValue', { SecretId: 'db', VersionStage: 'AWSPENDING' }))).toEqual({
      error: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
    rotator.during = undefined;
    release();
    expect((await aws.service.rotationOf('db'))!.status).toBe('succeeded');
  });
});

describe('a rotation that fails', () => {
  it.each(STEPS)('is tried again as a whole, with the same token, when %s fails', async (step) => {
    world.rotator.failures.push(step as 'setSecret');
    const { answer, result } = await rotateAndWait();
    const index = STEPS.indexOf(step);
    expect(result.status).toBe('succeeded');
    expect(world.rotator.steps).toEqual([...STEPS.slice(0, index + 1), ...STEPS]);
    expect(new Set(world.rotator.events.map(({ ClientRequestToken: token }) => token))).toEqual(new Set([answer.VersionId]));
    expect(result.attempts[0].steps[index]).toEqual({ step, millis: expect.any(Number), error: `Unhandled: ${step} fails` });
    // The second createSecret finds the value of the first.
    if (index > 0) expect(world.rotator.pendingFound).toEqual(['ResourceNotFoundException', `new ${answer.VersionId}`]);
  });

  it('leaves AWSPENDING in place after the last attempt, and is tried again by the next RotateSecret', async () => {
    const { rotator, client, aws } = world;
    rotator.failures.push('testSecret', 'testSecret', 'testSecret');
    const { answer, result } = await rotateAndWait();
    expect(result).toMatchObject({ status: 'failed', attempts: [{}, {}, {}] });
    expect(await stagesOf(client)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
    expect(await call(client, 'DescribeSecret', { SecretId: 'db' })).not.toHaveProperty('LastRotatedDate');

    expect(await errorOf(call(client, 'RotateSecret', { SecretId: 'db' }))).toEqual(INCOMPLETE);
    expect(await aws.service.rotationOf('db')).toMatchObject({ status: 'succeeded', versionId: answer.VersionId });
    expect(await stagesOf(client)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  it('is waited for by rotate, also when it is tried again', async () => {
    const { rotator, aws } = world;
    rotator.failures.push('setSecret', 'setSecret', 'setSecret');
    const { answer } = await rotateAndWait();
    expect(await aws.rotate('db')).toMatchObject({ status: 'succeeded', versionId: answer.VersionId });
    const next = await aws.rotate('db');
    expect(next).toMatchObject({ status: 'succeeded' });
    expect(next.versionId).not.toBe(answer.VersionId);
  });

  it('has failed when the function forgets to move AWSCURRENT', async () => {
    world.rotator.leavesLabels = true;
    const { result } = await rotateAndWait();
    expect(result.status).toBe('failed');
    expect(result.attempts[0].steps[3].error).toMatch(/AWSPENDING is not on the version that is AWSCURRENT/);
  });

  it('reports an invoker that throws', async () => {
    const invoker = { invoke: () => { throw new Error('no network'); } };
    const broken = await rotatedWorld({ invoker, retry: { attempts: 1, delayMillis: 0 } });
    await call(broken.client, 'RotateSecret', CONFIGURATION);
    expect((await broken.aws.service.rotationOf('db'))!.attempts).toEqual([
      { steps: [{ step: 'createSecret', millis: expect.any(Number), error: 'not invoked: no network' }] },
    ]);
    await broken.aws.close();
  });

  it('does not keep the server from closing when the function hangs', async () => {
    const hanging = await rotatedWorld({ invoker: { invoke: () => new Promise(() => undefined) } });
    await call(hanging.client, 'RotateSecret', CONFIGURATION);
    await hanging.aws.close();
    await expect(call(hanging.client, 'ListSecrets')).rejects.toThrow();
  });

  it('rejects rotate when RotateSecret itself is refused', async () => {
    await expect(world.aws.rotate('db')).rejects.toThrow('No Lambda rotation function ARN is associated with this secret.');
    await expect(world.aws.rotate('other')).rejects.toThrow("Secrets Manager can't find the specified secret.");
  });
});

describe('a rotation that is asked for twice', () => {
  it('is started once by a request that is repeated because its answer was lost', async () => {
    const { aws, client, rotator } = world;
    aws.addFault({ operation: 'RotateSecret', nth: 1, effect: 'drop-after' });
    const token = 'a0000000-0000-4000-8000-000000000000';
    await errorOf(call(client, 'RotateSecret', { ...CONFIGURATION, ClientRequestToken: token }));
    expect(await call(client, 'RotateSecret', { ...CONFIGURATION, ClientRequestToken: token })).toMatchObject({ VersionId: token });
    await aws.service.rotationOf('db');
    expect(await call(client, 'RotateSecret', { ...CONFIGURATION, ClientRequestToken: token })).toMatchObject({ VersionId: token });
    expect(rotator.steps).toEqual(STEPS);
    expect(aws.requests.filter(({ operation }) => operation === 'RotateSecret')).toHaveLength(3);
  });

  it('is refused while another one is under way', async () => {
    const { aws, client, rotator } = world;
    let second: Promise<unknown> | undefined;
    rotator.during = () => void (second ??= errorOf(call(client, 'RotateSecret', { SecretId: 'db' })));
    await rotateAndWait();
    expect(await second).toEqual(INCOMPLETE);
    expect(rotator.steps).toEqual(STEPS);
    expect((await aws.service.rotationOf('db'))!.status).toBe('succeeded');
  });

  it('is refused while a person holds AWSPENDING', async () => {
    const { client, rotator } = world;
    await call(client, 'PutSecretValue', { SecretId: 'db', SecretString: 'by hand', VersionStages: ['AWSPENDING'] });
    expect(await errorOf(call(client, 'RotateSecret', CONFIGURATION))).toEqual(INCOMPLETE);
    expect(rotator.events).toEqual([]);
  });
});

describe('RotateImmediately=false', () => {
  it.each([['copy', 'old'], ['none', 'ResourceNotFoundException']] as const)('only tests, on a version that is removed (%s)', async (probeValue, expected) => {
    await world.aws.close();
    world = await rotatedWorld({ probeValue });
    const { client, rotator } = world;
    let found: unknown;
    rotator.during = async ({ SecretId: id, ClientRequestToken: token }) => {
      const read = call(client, 'GetSecretValue', { SecretId: id, VersionId: token, VersionStage: 'AWSPENDING' });
      found = await read.then(({ SecretString: text }) => text, (error: Error) => error.name);
    };
    const { result } = await rotateAndWait({ ...CONFIGURATION, RotateImmediately: false });
    expect(result.status).toBe('succeeded');
    expect(rotator.steps).toEqual(['testSecret']);
    expect(found).toBe(expected);
    expect(await stagesOf(client)).toEqual([['AWSCURRENT']]);
    const { Versions: versions } = await call(client, 'ListSecretVersionIds', { SecretId: 'db', IncludeDeprecated: true });
    expect(versions).toHaveLength(1);
    const described = await call(client, 'DescribeSecret', { SecretId: 'db' });
    expect(described).toMatchObject({ RotationEnabled: true, RotationLambdaARN: FUNCTION });
    expect(described).not.toHaveProperty('LastRotatedDate');
  });

  it('removes the version also when the test fails', async () => {
    world.rotator.failures.push('testSecret', 'testSecret', 'testSecret');
    const { result } = await rotateAndWait({ ...CONFIGURATION, RotateImmediately: false });
    expect(result.status).toBe('failed');
    expect(await stagesOf(world.client)).toEqual([['AWSCURRENT']]);
  });
});

describe('CancelRotateSecret', () => {
  it('switches rotation off and keeps the rest', async () => {
    const { client } = world;
    await rotateAndWait();
    await call(client, 'CancelRotateSecret', { SecretId: 'db' });
    const described = await call(client, 'DescribeSecret', { SecretId: 'db' });
    expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: FUNCTION, RotationRules: { AutomaticallyAfterDays: 1 } });
    expect(described).not.toHaveProperty('NextRotationDate');
    expect((await rotateAndWait({ SecretId: 'db' })).result.status).toBe('succeeded');
  });

  it('stops a rotation after the step that is under way, and leaves AWSPENDING', async () => {
    const { client, rotator } = world;
    rotator.during = async ({ Step: step }) => {
      if (step === 'setSecret') await call(client, 'CancelRotateSecret', { SecretId: 'db' });
    };
    const { result } = await rotateAndWait();
    expect(result.status).toBe('failed');
    expect(rotator.steps).toEqual(['createSecret', 'setSecret']);
    expect(await stagesOf(client)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
  });

  it('needs a function', async () => {
    expect(await errorOf(call(world.client, 'CancelRotateSecret', { SecretId: 'db' }))).toMatchObject({ error: 'InvalidRequestException' });
  });
});
