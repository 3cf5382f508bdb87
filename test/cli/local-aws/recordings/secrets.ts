import { create, describe, fails, forceDelete, get, put, Recording, REFERENCE, Step } from '../support/recording';

const CURRENT = ['AWSCURRENT'];
const PREVIOUS = ['AWSPREVIOUS'];
const INVALID_NAME = 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
const MARKED = "You can't perform this operation on the secret because it was marked for deletion.";
const NOT_FOUND = "Secrets Manager can't find the specified secret.";
const SECRET = { SecretId: 'NAME' };

function wholeLife(name: string, partialArnFinds: boolean): Recording {
  return {
    name: `create and update ${name}`,
    secretName: name,
    steps: [
      create({ SecretString: 'my_secret' }, { Description: 'Testing secret creation.' }),
      get('V1', 'my_secret', CURRENT),
      describe({ Description: 'Testing secret creation.', LastAccessedDate: 'datetime' }, { V1: CURRENT }),
      get('V1', 'my_secret', CURRENT, { SecretId: 'ARN' }),
      // A name that itself ends like a suffix cannot be found by its partial ARN.
      partialArnFinds
        ? get('V1', 'my_secret', CURRENT, { SecretId: 'PARTIAL' })
        : fails('GetSecretValue', { SecretId: 'PARTIAL' }, 'ResourceNotFoundException', NOT_FOUND),
      put('V2', 'new_secret', undefined, CURRENT),
      get('V2', 'new_secret', CURRENT),
      ['UpdateSecret', { SecretId: 'NAME', SecretString: 'other', ClientRequestToken: 'V3' }, { ...REFERENCE, VersionId: 'V3' }],
      forceDelete,
    ],
  };
}

function invalidName(name: string): Recording {
  const refused = (operation: string, input: object = {}): Step => fails(operation, { SecretId: 'NAME', ...input }, 'ValidationException', INVALID_NAME);
  return {
    name: `refuse the name ${JSON.stringify(name)}`,
    secretName: name,
    steps: [
      fails('CreateSecret', { Name: 'NAME', SecretString: 'value' }, 'ValidationException', INVALID_NAME),
      refused('DeleteSecret', { ForceDeleteWithoutRecovery: true }),
      refused('DescribeSecret'),
      refused('GetSecretValue'),
      refused('ListSecretVersionIds', { IncludeDeprecated: true }),
      refused('PutSecretValue', { SecretString: 'value' }),
      refused('TagResource', { Tags: [{ Key: 'FirstTag', Value: 'SomeValue' }] }),
      refused('UntagResource', { TagKeys: ['FirstTag'] }),
      refused('UpdateSecret', { Description: 'new' }),
      refused('ValidateResourcePolicy', { ResourcePolicy: '{}' }),
    ],
  };
}

function bytes(initial: string, second: Buffer, third: Buffer): Recording {
  const read = (version: string, value: Buffer): Step => ['GetSecretValue', SECRET,
    { ...REFERENCE, CreatedDate: 'datetime', SecretBinary: new Uint8Array(value), VersionId: version, VersionStages: CURRENT }];
  return {
    name: `binary values ${second.toString('hex')} and ${third.toString('hex')}`,
    steps: [
      create({ SecretBinary: Buffer.from(initial) }),
      read('V1', Buffer.from(initial)),
      ['PutSecretValue', { ...SECRET, SecretBinary: second, ClientRequestToken: 'V2' }, { ...REFERENCE, VersionId: 'V2', VersionStages: CURRENT }],
      read('V2', second),
      ['UpdateSecret', { ...SECRET, SecretBinary: third, ClientRequestToken: 'V3' }, { ...REFERENCE, VersionId: 'V3' }],
      read('V3', third),
    ],
  };
}

const tagged = (...names: string[]) => describe({ Tags: names.map((name) => ({ Key: `tag${name}`, Value: `value${name}` })) });
const tag = (...names: string[]): Step => ['TagResource', { SecretId: 'ARN', Tags: names.map((name) => ({ Key: `tag${name}`, Value: `value${name}` })) }, {}];
const untag = (...names: string[]): Step => ['UntagResource', { SecretId: 'ARN', TagKeys: names.map((name) => `tag${name}`) }, {}];
const emptySecret: Step = ['CreateSecret', { Name: 'NAME' }, REFERENCE];
const softDelete: Step = ['DeleteSecret', SECRET, { ...REFERENCE, DeletionDate: 'datetime' }];

export const SECRET_RECORDINGS: readonly Recording[] = [
  wholeLife('s-c64bdc03', true),
  wholeLife('Valid/_+=.@-Name', true),
  wholeLife('Valid/_+=.@-Name-a1b2', true),
  wholeLife('Valid/_+=.@-Name-a1b2c3-', true),
  wholeLife('Invalid/_+=.@-Name-a1b2c3', false),
  ...['Inv Name', ' Inv Name', ' Inv*Name? ', ' Inv *?!]Name\\-'].map(invalidName),
  bytes('initial', Buffer.from('footest'), Buffer.from('updated1')),
  bytes('initial', Buffer.from('tops3cret'), Buffer.from('updated2')),
  bytes('initial', Buffer.from([0, 1, 2, 255]), Buffer.from([254, 253])),
  { name: 'a name is free again after deletion by force', steps: [create({ SecretString: 'v' }), forceDelete, ['CreateSecret', { Name: 'NAME', SecretString: 'v' }]] },
  {
    name: 'a name is not free during the recovery window',
    steps: [
      create({ SecretString: 'v' }),
      ['DeleteSecret', { ...SECRET, RecoveryWindowInDays: 7 }, { ...REFERENCE, DeletionDate: 'datetime' }],
      fails('CreateSecret', { Name: 'NAME', SecretString: 'v' }, 'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion."),
    ],
  },
  {
    name: 'a secret marked for deletion is described, and can be deleted by force',
    steps: [create({ SecretString: 'v' }), softDelete, describe({ DeletedDate: 'datetime' }, { V1: CURRENT }), forceDelete],
  },
  { name: 'restore', steps: [create({ SecretString: 'v' }), softDelete, ['RestoreSecret', SECRET, REFERENCE], get('V1', 'v', CURRENT)] },
  {
    name: 'deleting by force what does not exist',
    steps: [['DeleteSecret', { ...SECRET, ForceDeleteWithoutRecovery: true }]],
  },
  {
    name: 'a secret that does not exist',
    steps: [
      fails('GetSecretValue', SECRET, 'ResourceNotFoundException', NOT_FOUND),
      fails('ListSecretVersionIds', SECRET, 'ResourceNotFoundException', NOT_FOUND),
    ],
  },
  {
    name: 'a secret that exists',
    steps: [
      create({ SecretString: 'v' }),
      fails('CreateSecret', { Name: 'NAME', SecretString: 'v' }, 'ResourceExistsException', 'The operation failed because the secret NAME already exists.'),
    ],
  },
  {
    name: 'values that do not exist',
    steps: [
      emptySecret,
      fails('GetSecretValue', SECRET, 'ResourceNotFoundException', `${NOT_FOUND.slice(0, -1)} value for staging label: AWSCURRENT`),
      fails('GetSecretValue', { ...SECRET, VersionId: 'V5' }, 'ResourceNotFoundException', `${NOT_FOUND.slice(0, -1)} value for VersionId: V5`),
      fails('GetSecretValue', { ...SECRET, VersionStage: 'AWSPENDING' }, 'ResourceNotFoundException', `${NOT_FOUND.slice(0, -1)} value for staging label: AWSPENDING`),
    ],
  },
  {
    name: 'stages that do not fit',
    steps: [
      create({ SecretString: 'v' }),
      fails('GetSecretValue', { SecretId: 'ARN', VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException',
        `${NOT_FOUND.slice(0, -1)} value for staging label: AWSPREVIOUS`),
      fails('GetSecretValue', { ...SECRET, VersionId: 'V1', VersionStage: 'AWSPREVIOUS' }, 'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.'),
    ],
  },
  { name: 'the first value of an empty secret', steps: [emptySecret, describe({}), put('V1', 'v', undefined, CURRENT)] },
  {
    name: 'description',
    steps: [
      create({ SecretString: 'v' }),
      describe({}, { V1: CURRENT }),
      ['UpdateSecret', { ...SECRET, Description: 'MyDescription' }, REFERENCE],
      describe({ Description: 'MyDescription' }, { V1: CURRENT }),
      ['UpdateSecret', { ...SECRET, Description: 'MyNewDescription', SecretString: 'w', ClientRequestToken: 'V2' }, { ...REFERENCE, VersionId: 'V2' }],
      describe({ Description: 'MyNewDescription' }, { V2: CURRENT, V1: PREVIOUS }),
      ['UpdateSecret', { ...SECRET, SecretString: 'ww', ClientRequestToken: 'V3' }, { ...REFERENCE, VersionId: 'V3' }],
      describe({ Description: 'MyNewDescription' }, { V2: PREVIOUS, V3: CURRENT }),
      ['UpdateSecret', SECRET, REFERENCE],
      describe({ Description: 'MyNewDescription' }, { V2: PREVIOUS, V3: CURRENT }),
    ],
  },
  {
    name: 'tags',
    steps: [
      emptySecret, describe({}), tag('1'), tagged('1'), tag('2'), tagged('1', '2'), untag('1'), tagged('2'), untag('2'), tagged(),
      tag('3', '4'), tagged('3', '4'), untag('3', '4'), tagged(),
    ],
  },
  {
    name: 'tags of a secret that is marked for deletion',
    steps: [
      create({ SecretString: 'v' }, { Tags: [{ Key: 'initial-tag', Value: 'initial-value' }] }),
      softDelete,
      fails('TagResource', { SecretId: 'ARN', Tags: [{ Key: 'new-tag', Value: 'v' }] }, 'InvalidRequestException', MARKED),
      fails('UntagResource', { SecretId: 'ARN', TagKeys: ['initial-tag'] }, 'InvalidRequestException', MARKED),
    ],
  },
  ...['*', { AWS: 'arn:aws:iam::123456789012:root' }].map((principal): Recording => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }] });
    return {
      name: `resource policy for ${JSON.stringify(principal)}`,
      steps: [
        create({ SecretString: 'v' }),
        ['PutResourcePolicy', { ...SECRET, ResourcePolicy: policy }, REFERENCE],
        ['GetResourcePolicy', SECRET, { ...REFERENCE, ResourcePolicy: policy }],
        ['DeleteResourcePolicy', SECRET, REFERENCE],
        ['GetResourcePolicy', SECRET, REFERENCE],
      ],
    };
  }),
  {
    name: 'a first rotation without a function',
    steps: [
      create({ SecretString: 'v' }),
      fails('RotateSecret', { ...SECRET, RotationRules: { AutomaticallyAfterDays: 1 } }, 'InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.'),
      describe({}, { V1: CURRENT }),
    ],
  },
  {
    name: 'a first rotation with a function that cannot be invoked',
    steps: [
      create({ SecretString: 'v' }),
      fails('RotateSecret', {
        ...SECRET,
        RotationLambdaARN: 'arn:aws:lambda:us-east-1:123456789012:function:rotate_secret_invalid_lambda_arn',
        RotationRules: { AutomaticallyAfterDays: 1 },
      }, 'AccessDeniedException', 'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.'),
      describe({}, { V1: CURRENT }),
    ],
  },
];
