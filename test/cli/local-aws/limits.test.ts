import { MemoryWorld } from './support/memory';

let world: MemoryWorld;

beforeEach(async () => {
  world = new MemoryWorld();
  await world.call('CreateSecret', { Name: 'x', SecretString: 'v', ClientRequestToken: TOKEN });
});

const TOKEN = 'a0000000-0000-4000-8000-000000000000';
const X = { SecretId: 'x' };
const violation = (text: string) => `ValidationException: 1 validation error detected: ${text}`;
const tooLong = (value: string, path: string, maximum: number) =>
  violation(`Value '${value}' at '${path}' failed to satisfy constraint: Member must have length less than or equal to ${maximum}`);

describe('limits of parameters', () => {
  it.each([
    ['GetSecretValue', {}, violation("Value null at 'secretId' failed to satisfy constraint: Member must not be null")],
    ['GetSecretValue', { SecretId: null }, violation("Value null at 'secretId' failed to satisfy constraint: Member must not be null")],
    ['CreateSecret', { Name: 'n'.repeat(513) }, tooLong('n'.repeat(513), 'name', 512)],
    ['PutSecretValue', { ...X, SecretString: 'v', ClientRequestToken: 'short' },
      violation("Value 'short' at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32")],
    ['PutSecretValue', { ...X, SecretString: 'é'.repeat(32_769) },
      violation("Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536")],
    ['PutSecretValue', { ...X, SecretString: '' },
      violation("Value at 'secretString' failed to satisfy constraint: Member must have length greater than or equal to 1")],
    ['PutSecretValue', { ...X, SecretBinary: Buffer.alloc(65_537).toString('base64') },
      violation("Value at 'secretBinary' failed to satisfy constraint: Member must have length less than or equal to 65536")],
    ['PutSecretValue', { ...X, SecretString: 'v', VersionStages: [] },
      violation("Value '[]' at 'versionStages' failed to satisfy constraint: Member must have length greater than or equal to 1")],
    ['PutSecretValue', { ...X, SecretString: 'v', VersionStages: ['s'.repeat(257)] }, tooLong('s'.repeat(257), 'versionStages.1.member', 256)],
    ['TagResource', { ...X, Tags: [{ Key: 'k'.repeat(129), Value: 'v' }] }, tooLong('k'.repeat(129), 'tags.1.member.key', 128)],
    ['RotateSecret', { ...X, RotationRules: { AutomaticallyAfterDays: 1001 } },
      violation("Value '1001' at 'rotationRules.automaticallyAfterDays' failed to satisfy constraint: Member must have value less than or equal to 1000")],
    ['RotateSecret', { ...X, RotationRules: { ScheduleExpression: 'every day!' } },
      violation("Value 'every day!' at 'rotationRules.scheduleExpression' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+")],
    ['GetRandomPassword', { PasswordLength: 4097 },
      violation("Value '4097' at 'passwordLength' failed to satisfy constraint: Member must have value less than or equal to 4096")],
    ['ListSecrets', { MaxResults: 101 }, violation("Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100")],
    ['BatchGetSecretValue', { SecretIdList: ['x'], MaxResults: 21 },
      violation("Value '21' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 20")],
    ['UpdateSecretVersionStage', {}, "ValidationException: 2 validation errors detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null; Value null at 'versionStage' failed to satisfy constraint: Member must not be null"],
  ])('%s %#', async (operation, input, expected) => {
    expect(await world.error(operation, input)).toBe(expected);
  });

  it.each([
    ['GetSecretValue', { SecretId: 1 }, 'SerializationException: NUMBER_VALUE cannot be converted to a String'],
    ['GetRandomPassword', { ExcludeNumbers: 'yes' }, 'SerializationException: STRING_VALUE cannot be converted to a Boolean'],
    ['TagResource', { ...X, Tags: 'a' }, 'SerializationException: Expected list or null'],
    ['RotateSecret', { ...X, RotationRules: [] }, 'SerializationException: Expected structure or null'],
    ['ListSecrets', [], 'SerializationException: The request body must be a JSON object.'],
  ])('%s with a wrong type', async (operation, input, expected) => {
    expect(await world.service.handle(operation, input).then(() => 'no error', (error: Error) => `${error.name}: ${error.message}`)).toBe(expected);
  });

  it('never shows a value in an error', async () => {
    expect(await world.error('PutSecretValue', { ...X, SecretString: 'secret'.repeat(20_000) })).not.toContain('secretsecret');
  });
});

describe('requests that do not fit', () => {
  const NOT_IN_USE = `ResourceExistsException: You can't use ClientRequestToken ${TOKEN} because that value is already in use for a version of secret`;

  it.each([
    ['CreateSecret', { Name: 'y', SecretString: 'a', SecretBinary: 'YQ==' }, "InvalidParameterException: You can't specify both a binary secret value and a string secret value in the same secret."],
    ['CreateSecret', { Name: 'x', SecretString: 'w', ClientRequestToken: TOKEN }, NOT_IN_USE],
    ['PutSecretValue', { ...X, SecretString: 'w', ClientRequestToken: TOKEN }, NOT_IN_USE],
    ['UpdateSecret', { ...X, SecretString: 'w', ClientRequestToken: TOKEN }, NOT_IN_USE],
    ['PutSecretValue', X, 'InvalidRequestException: You must provide either SecretString or SecretBinary.'],
    ['DeleteSecret', { ...X, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, "InvalidParameterException: You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."],
    ['DeleteSecret', { ...X, RecoveryWindowInDays: 6 }, 'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'],
    ['DeleteSecret', { ...X, RecoveryWindowInDays: 31 }, 'InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).'],
    ['DeleteSecret', { SecretId: 'y' }, "ResourceNotFoundException: Secrets Manager can't find the specified secret."],
    ['TagResource', { ...X, Tags: [{ Key: 'k', Value: '1' }, { Key: 'k', Value: '2' }] }, 'InvalidParameterException: Tag keys must be unique.'],
    ['TagResource', { ...X, Tags: [{ Value: '1' }] }, 'InvalidParameterException: Each tag must have a key.'],
    ['TagResource', { ...X, Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) }, "LimitExceededException: You can't attach more than 50 tags"],
    ['PutResourcePolicy', { ...X, ResourcePolicy: '{' }, 'MalformedPolicyDocumentException: This policy has invalid syntax.'],
    ['PutResourcePolicy', { ...X, BlockPublicPolicy: true, ResourcePolicy: publicPolicy() }, 'PublicPolicyException: '],
    ['RotateSecret', { ...X, RotationRules: { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' } },
      'InvalidParameterException: You cannot specify both rotation frequency and schedule expression together.'],
    ['StopReplicationToReplica', X, 'InvalidRequestException: Operation not permitted on a primary secret.'],
    ['RemoveRegionsFromReplication', { ...X, RemoveReplicaRegions: ['eu-west-1'] }, 'InvalidRequestException: '],
    ['ReplicateSecretToRegions', { ...X, AddReplicaRegions: [{ Region: 'us-east-1' }] }, 'InvalidParameterException: Invalid replica region.'],
    ['MakeCoffee', X, 'UnknownOperationException: '],
    ['toString', X, 'UnknownOperationException: '],
  ])('%s %#', async (operation, input, expected) => {
    expect((await world.error(operation, input)).slice(0, expected.length)).toBe(expected);
  });

  function publicPolicy(): string {
    return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });
  }

  it('validates a policy without storing it', async () => {
    expect(await world.call('ValidateResourcePolicy', { ResourcePolicy: '{' })).toMatchObject({ PolicyValidationPassed: false, ValidationErrors: [{}] });
    expect(await world.call('ValidateResourcePolicy', { ...X, ResourcePolicy: publicPolicy() })).toMatchObject({
      PolicyValidationPassed: false, ValidationErrors: [{ CheckName: 'PUBLIC_POLICY' }],
    });
    expect(await world.call('GetResourcePolicy', X)).not.toHaveProperty('ResourcePolicy');
  });

  it('succeeds again with the same token and value', async () => {
    const again = { Name: 'x', SecretString: 'v', ClientRequestToken: TOKEN };
    const { ARN: arn } = await world.call('DescribeSecret', X);
    expect(await world.call('CreateSecret', again)).toEqual({ ARN: arn, Name: 'x', VersionId: TOKEN });
    expect(await world.call('PutSecretValue', { ...again, ...X })).toEqual({ ARN: arn, Name: 'x', VersionId: TOKEN, VersionStages: ['AWSCURRENT'] });
    expect(await world.call('UpdateSecret', { ...again, ...X })).toEqual({ ARN: arn, Name: 'x', VersionId: TOKEN });
  });

  it('refuses most operations on a secret that is marked for deletion', async () => {
    await world.call('DeleteSecret', X);
    const inputs: [string, object][] = [
      ['GetSecretValue', {}], ['PutSecretValue', { SecretString: 'w' }], ['UpdateSecret', {}], ['DeleteSecret', {}], ['CancelRotateSecret', {}], ['RotateSecret', {}],
      ['UpdateSecretVersionStage', { VersionStage: 'a', MoveToVersionId: TOKEN }], ['GetResourcePolicy', {}], ['DeleteResourcePolicy', {}],
    ];
    for (const [operation, input] of inputs) {
      expect(await world.error(operation, { ...X, ...input })).toBe("InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.");
    }
  });
});

describe('replicas, in the books', () => {
  it('are shown, keep the secret from deletion, and can be removed', async () => {
    const added = await world.call('ReplicateSecretToRegions', { ...X, AddReplicaRegions: [{ Region: 'eu-west-1' }, { Region: 'eu-west-2', KmsKeyId: 'key' }] });
    expect(added.ReplicationStatus).toMatchObject([{ Region: 'eu-west-1', Status: 'InSync' }, { Region: 'eu-west-2', KmsKeyId: 'key', Status: 'InSync' }]);
    expect(await world.call('DescribeSecret', X)).toMatchObject({ PrimaryRegion: 'us-east-1', ReplicationStatus: added.ReplicationStatus });
    expect(await world.error('ReplicateSecretToRegions', { ...X, AddReplicaRegions: [{ Region: 'eu-west-1' }] })).toMatch(/^InvalidParameterException/);
    expect(await world.error('DeleteSecret', X)).toBe("InvalidParameterException: You can't delete secret x that still has replica regions [eu-west-1, eu-west-2]");
    expect(await world.error('RemoveRegionsFromReplication', { ...X, RemoveReplicaRegions: ['eu-west-3'] })).toMatch(/^InvalidParameterException/);
    expect((await world.call('RemoveRegionsFromReplication', { ...X, RemoveReplicaRegions: ['eu-west-1', 'eu-west-2'] })).ReplicationStatus).toEqual([]);
    expect(await world.call('DescribeSecret', X)).not.toHaveProperty('ReplicationStatus');
    await world.call('DeleteSecret', X);
  });
});
