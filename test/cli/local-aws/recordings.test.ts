import { LABEL_RECORDINGS } from './recordings/labels';
import { SECRET_RECORDINGS } from './recordings/secrets';
import { call, clientOf, errorOf, raw } from './support/client';
import { Recording, replaceAll, VERSION_IDS } from './support/recording';
import { LocalSecretsManager } from '../../../cli/local-aws';

let aws: LocalSecretsManager;

beforeAll(async () => {
  aws = await LocalSecretsManager.start();
});

afterAll(() => aws.close());

let count = 0;

async function play({ secretName, steps }: Recording): Promise<void> {
  const client = clientOf(aws);
  const name = secretName ?? `recorded-secret-${count++}x`;
  const given = new Map([['NAME', name], ...VERSION_IDS.map((id, index) => [`V${index + 1}`, id] as const)]);
  for (const [operation, input, expected] of steps) {
    const request = call(client, operation, replaceAll(input, given));
    if (expected === undefined) {
      await request;
      continue;
    }
    const got = 'error' in expected ? await errorOf(request) : await request;
    const arn = (got as { ARN?: string }).ARN;
    if (arn !== undefined && !given.has('ARN')) {
      expect(arn).toMatch(new RegExp(`^arn:aws:secretsmanager:us-east-1:123456789012:secret:${name.replace(/[+.]/g, '\\$&')}-[A-Za-z0-9]{6}$`));
      given.set('ARN', arn).set('PARTIAL', arn.slice(0, -7));
    }
    const placeholders = new Map([...given].map(([placeholder, value]) => [value, placeholder]));
    expect(replaceAll(got, placeholders, new Map([...placeholders].filter(([value]) => value.length > 8)))).toEqual(expected);
  }
}

describe('as recorded from the real service', () => {
  it.each([...LABEL_RECORDINGS, ...SECRET_RECORDINGS].map((recording) => [recording.name, recording] as const))('%s', (_name, recording) => play(recording));

  it('answers deletion by force of a secret that does not exist as if it existed', async () => {
    const answer = await call(clientOf(aws), 'DeleteSecret', { SecretId: 'never-was', ForceDeleteWithoutRecovery: true });
    expect(answer).toEqual({ ARN: expect.stringMatching(/:secret:never-was-\w{6}$/), Name: 'never-was', DeletionDate: expect.any(Date) });
  });

  it('gives a new ARN to a name that is used again', async () => {
    const client = clientOf(aws);
    const first = await call(client, 'CreateSecret', { Name: 'again', SecretString: 'v' });
    await call(client, 'DeleteSecret', { SecretId: 'again', ForceDeleteWithoutRecovery: true });
    expect(await call(client, 'CreateSecret', { Name: 'again', SecretString: 'v' })).not.toMatchObject({ ARN: first.ARN });
  });

  it.each([
    ['CreateSecret', 'InvalidRequestException'],
    ['UpdateSecret', 'InvalidRequestException'],
    ['RotateSecret', 'InvalidParameterException'],
    ['PutSecretValue', 'InvalidRequestException'],
  ])('%s without a token, as only a raw request can be', async (operation, type) => {
    const { status, body } = await raw(aws, operation, {
      [operation === 'CreateSecret' ? 'Name' : 'SecretId']: 'no-token', SecretString: 'thisisthesecret', Description: 'My secret string',
    });
    expect({ status, body }).toEqual({
      status: 400,
      body: { __type: type, Message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.' },
    });
  });

  it('carries bytes in base64', async () => {
    const { ARN: arn } = await call(clientOf(aws), 'CreateSecret', { Name: 'bytes', SecretBinary: Buffer.from('footest'), ClientRequestToken: VERSION_IDS[0] });
    expect((await raw(aws, 'GetSecretValue', { SecretId: 'bytes' })).body).toEqual({
      ARN: arn, Name: 'bytes', CreatedDate: expect.any(Number), SecretBinary: 'Zm9vdGVzdA==', VersionId: VERSION_IDS[0], VersionStages: ['AWSCURRENT'],
    });
  });

  it('keeps the day of an access, not its time', async () => {
    const client = clientOf(aws);
    await call(client, 'CreateSecret', { Name: 'accessed', SecretString: 'v' });
    expect(await call(client, 'DescribeSecret', { SecretId: 'accessed' })).not.toHaveProperty('LastAccessedDate');
    await call(client, 'GetSecretValue', { SecretId: 'accessed' });
    const { LastAccessedDate: date } = await call(client, 'DescribeSecret', { SecretId: 'accessed' });
    expect((date as Date).getTime() % 86_400_000).toBe(0);
  });

  it('changes LastChangedDate with each update, also of an equal value', async () => {
    const client = clientOf(aws);
    await call(client, 'CreateSecret', { Name: 'changed', SecretString: 'v' });
    const dates: number[] = [];
    for (const value of ['w', 'w', 'x']) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await call(client, 'UpdateSecret', { SecretId: 'changed', SecretString: value });
      dates.push(((await call(client, 'DescribeSecret', { SecretId: 'changed' })).LastChangedDate as Date).getTime());
    }
    expect(dates).toEqual([...new Set(dates)].sort((one, other) => one - other));
  });

  it('leaves excluded characters out of a random password', async () => {
    const { RandomPassword: password } = await call(clientOf(aws), 'GetRandomPassword', { PasswordLength: 120, ExcludeCharacters: 'xyzDje@?!.' });
    expect(password).toHaveLength(120);
    expect(password).not.toMatch(/[xyzDje@?!.]/);
  });
});
