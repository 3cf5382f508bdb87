import { Context, Output } from '../context';
import { Schedule } from '../schedule';
import { Secret, seconds } from '../store/secret';
import { versionsToStages } from '../store/versions';

/** What DescribeSecret and ListSecrets have in common. Members without a value are left out on the wire. */
export function describe(secret: Secret, { clock, settings }: Context): Output {
  const { rotation } = secret;
  const rules = rotation?.rules;
  const schedule = rules && Schedule.parse(rules);
  const next = schedule && rotation.enabled
    ? schedule.nextDate(Math.max(secret.lastRotated ?? 0, secret.valueChanged ?? secret.created), clock.now())
    : undefined;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Type: secret.type,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.functionArn,
    RotationRules: rules && { ...rules, AutomaticallyAfterDays: schedule!.days },
    LastRotatedDate: time(secret.lastRotated),
    LastChangedDate: time(secret.lastChanged),
    LastAccessedDate: time(secret.lastAccessed),
    DeletedDate: time(secret.deletion),
    NextRotationDate: time(next),
    Tags: secret.tags && [...secret.tags].map(([key, value]) => ({ Key: key, Value: value })),
    CreatedDate: time(secret.created),
    PrimaryRegion: secret.replicas && settings.region,
  };
}

export function describeSecret({ SecretId: id }: { SecretId?: string }, context: Context): Output {
  const secret = context.store.find(id!);
  return {
    ...describe(secret, context),
    VersionIdsToStages: versionsToStages(secret),
    ReplicationStatus: replicationStatus(secret),
  };
}

export function replicationStatus(secret: Secret): Output[] | undefined {
  return secret.replicas?.map(({ region, kmsKeyId, status, message }) => ({ Region: region, KmsKeyId: kmsKeyId, Status: status, StatusMessage: message }));
}

function time(millis: number | undefined): number | undefined {
  return millis === undefined ? undefined : seconds(millis);
}
