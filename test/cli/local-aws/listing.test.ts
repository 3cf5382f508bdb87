import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Answer, call, clientOf, errorOf } from './support/client';
import { LocalSecretsManager } from '../../../cli/local-aws';

let aws: LocalSecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  aws = await LocalSecretsManager.start();
  client = clientOf(aws);
});

afterEach(() => aws.close());

async function create(...secrets: { name: string; description?: string; tags?: { [key: string]: string } }[]): Promise<void> {
  for (const { name, description, tags = {} } of secrets) {
    await call(client, 'CreateSecret', {
      Name: name, Description: description, SecretString: `value of ${name}`, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  }
}

async function names(...filters: [key: string, ...values: string[]][]): Promise<string[]> {
  const { SecretList: list } = await call(client, 'ListSecrets', { Filters: filters.map(([Key, ...Values]) => ({ Key, Values })) });
  return (list as Answer[]).map(({ Name: name }) => name as string);
}

describe('filters, as recorded', () => {
  it('by name and description', async () => {
    await create(
      { name: 'testing1/one', description: 'a secret' },
      { name: '/testing2/two', description: 'an secret' },
      { name: 'testing3/three', description: 'asecret' },
      { name: '/testing4/four', description: 'thesecret' },
    );
    const [one, two, three, four] = ['testing1/one', '/testing2/two', 'testing3/three', '/testing4/four'];
    expect(await names(['name', '/'])).toEqual([two, four]);
    expect(await names(['name', '!/'])).toEqual([one, three]);
    expect(await names(['name', 'testing1 one'])).toEqual([]);
    expect(await names(['description', 'a'])).toEqual([one, two, three]);
    expect(await names(['description', '!a'])).toEqual([four]);
    expect(await names(['description', 'a secret'])).toEqual([one, two]);
    expect(await names(['description', 'a'], ['name', 'secret'])).toEqual([]);
    expect(await names(['description', 'a'], ['name', 'an'])).toEqual([]);
    expect(await names(['description', '!c'])).toEqual([one, two, three, four]);
  });

  it('by several words, values and filters', async () => {
    await create(
      { name: 'foo', description: 'one two' }, { name: 'bar', description: 'one and two' }, { name: 'baz', description: 'one' },
      { name: 'qux', description: 'two' }, { name: 'none', description: 'unrelated' },
    );
    expect(await names(['description', 'one two'])).toEqual(['foo', 'bar']);
    expect(await names(['description', 'o t'])).toEqual(['foo', 'bar']);
    expect(await names(['description', 't'])).toEqual(['foo', 'bar', 'qux']);
    expect(await names(['description', 'one'], ['description', 'two'])).toEqual(['foo', 'bar']);
    expect(await names(['name', 'foo', 'bar'])).toEqual(['foo', 'bar']);
  });

  it('by all attributes, word by word', async () => {
    const special = ['prod/AppBeta/x1', 'prod_AppBeta_x1', 'prod+AppBeta+x1', 'prod=AppBeta=x1', 'prod.AppBeta.x1', 'prod@AppBeta@x1', 'prod-AppBeta-x1'];
    await create(...[...special, 'prod-AppBeta/x1', 'uat/COMPANY/x1', 'uat/COMPANYthings/x1'].map((name) => ({ name })),
      { name: 'tagged', tags: { foo: 'bar' } });
    expect(await names(['all', 'AppBeta'])).toEqual(special);
    expect(await names(['all', 'Beta'])).toEqual(special);
    expect(await names(['all', '+'])).toEqual([]);
    expect(await names(['all', 'company'])).toEqual(['uat/COMPANY/x1']);
    expect(await names(['all', 'things'])).toEqual([]);
    expect(await names(['all', 'Ythings'])).toEqual(['uat/COMPANYthings/x1']);
    expect(await names(['all', 'pany'])).toEqual([]);
    expect(await names(['all', 'foo'])).toEqual(['tagged']);
    expect(await names(['all', 'BAR'])).toEqual(['tagged']);
  });
});

describe('other filters', () => {
  it('by tags, Region and service', async () => {
    await create({ name: 'one', tags: { stage: 'prod' } }, { name: 'two', tags: { owner: 'stage' } });
    await call(client, 'ReplicateSecretToRegions', { SecretId: 'two', AddReplicaRegions: [{ Region: 'eu-west-1' }] });
    expect(await names(['tag-key', 'sta'])).toEqual(['one']);
    expect(await names(['tag-value', 'sta'])).toEqual(['two']);
    expect(await names(['tag-key', '!sta'])).toEqual(['two']);
    expect(await names(['tag-value', 'PROD'])).toEqual([]);
    expect(await names(['primary-region', 'us-'])).toEqual(['two']);
    expect(await names(['owning-service', 'rds'])).toEqual([]);
  });

  it('refuses a key that does not exist', async () => {
    expect(await errorOf(names(['colour', 'x']))).toMatchObject({ error: 'ValidationException', message: expect.stringContaining('enum value set') });
  });
});

describe('ListSecrets', () => {
  it('sorts, and pages', async () => {
    await create({ name: 'b' }, { name: 'c' }, { name: 'a' });
    const pages: string[][] = [];
    let token: unknown;
    do {
      const answer: Answer = await call(client, 'ListSecrets', { MaxResults: 2, SortBy: 'name', SortOrder: 'desc', NextToken: token });
      pages.push((answer.SecretList as Answer[]).map(({ Name: name }) => name as string));
      token = answer.NextToken;
    } while (token !== undefined);
    expect(pages).toEqual([['c', 'b'], ['a']]);
    expect(await errorOf(call(client, 'ListSecrets', { NextToken: 'nonsense' }))).toMatchObject({ error: 'InvalidNextTokenException' });
  });

  it('sorts by last access and change', async () => {
    await create({ name: 'x' }, { name: 'y' });
    await call(client, 'GetSecretValue', { SecretId: 'x' });
    const sorted = async (key: string) => ((await call(client, 'ListSecrets', { SortBy: key })).SecretList as Answer[]).map(({ Name: name }) => name);
    expect(await sorted('last-accessed-date')).toEqual(['y', 'x']);
    await new Promise((resolve) => setTimeout(resolve, 3));
    await call(client, 'UpdateSecret', { SecretId: 'x', Description: 'changed' });
    expect(await sorted('last-changed-date')).toEqual(['y', 'x']);
    expect(await sorted('created-date')).toEqual(['x', 'y']);
  });

  it('shows a secret as DescribeSecret does, with its versions', async () => {
    await create({ name: 'x', description: 'd' });
    const { VersionIdsToStages: stages, ...described } = await call(client, 'DescribeSecret', { SecretId: 'x' });
    expect((await call(client, 'ListSecrets')).SecretList).toEqual([{ ...described, SecretVersionsToStages: stages }]);
  });

  it('hides what is marked for deletion, unless asked', async () => {
    await create({ name: 'x' }, { name: 'y' });
    await call(client, 'DeleteSecret', { SecretId: 'x' });
    expect(await names()).toEqual(['y']);
    const { SecretList: all } = await call(client, 'ListSecrets', { IncludePlannedDeletion: true });
    expect(all).toMatchObject([{ Name: 'x', DeletedDate: expect.any(Date) }, { Name: 'y' }]);
  });
});

describe('ListSecretVersionIds', () => {
  it('pages', async () => {
    await create({ name: 'x' });
    await call(client, 'PutSecretValue', { SecretId: 'x', SecretString: 'w' });
    const first = await call(client, 'ListSecretVersionIds', { SecretId: 'x', MaxResults: 1 });
    const second = await call(client, 'ListSecretVersionIds', { SecretId: 'x', MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map(({ Versions: versions }) => (versions as Answer[])[0].VersionStages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(second).not.toHaveProperty('NextToken');
  });
});

describe('BatchGetSecretValue', () => {
  it('reads what it finds, and reports the rest', async () => {
    await create({ name: 'x' }, { name: 'y' });
    await call(client, 'CreateSecret', { Name: 'empty' });
    await call(client, 'DeleteSecret', { SecretId: 'y' });
    const answer = await call(client, 'BatchGetSecretValue', { SecretIdList: ['x', 'y', 'z', 'empty'] });
    expect(answer.SecretValues).toEqual([await call(client, 'GetSecretValue', { SecretId: 'x' })]);
    expect(answer.Errors).toEqual([
      { SecretId: 'y', ErrorCode: 'InvalidRequestException', Message: "You can't perform this operation on the secret because it was marked for deletion." },
      { SecretId: 'z', ErrorCode: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret." },
      { SecretId: 'empty', ErrorCode: 'ResourceNotFoundException', Message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT" },
    ]);
  });

  it('takes filters, and pages', async () => {
    await create({ name: 'a1' }, { name: 'a2' }, { name: 'b' });
    const filters = [{ Key: 'name', Values: ['a'] }];
    const first = await call(client, 'BatchGetSecretValue', { Filters: filters, MaxResults: 1 });
    const second = await call(client, 'BatchGetSecretValue', { Filters: filters, MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map(({ SecretValues: values }) => (values as Answer[]).map(({ SecretString: text }) => text))).toEqual([['value of a1'], ['value of a2']]);
    expect(second).not.toHaveProperty('NextToken');
  });

  it.each([
    [{}, "Either 'SecretIdList' or 'Filters' must be provided, but not both."],
    [{ SecretIdList: ['x'], Filters: [{ Key: 'name', Values: ['x'] }] }, "Either 'SecretIdList' or 'Filters' must be provided, but not both."],
    [{ SecretIdList: ['x'], MaxResults: 1 }, "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided."],
  ])('refuses %j', async (input, message) => {
    expect(await errorOf(call(client, 'BatchGetSecretValue', input))).toEqual({ error: 'InvalidParameterException', message });
  });
});
