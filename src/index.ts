export { SecretGrants } from './access/secret-grants';
export { SecretBatchReadOptions, SecretReadOptions } from './access/secret-read-options';
export { SecretPolicyOptions } from './access/secret-policy-options';
export { SecretShare, SecretShareProps } from './access/secret-share';
export { SharedSecret, SharedSecretProps } from './access/shared-secret';
export { SecretsKey, SsmParameterKeyOptions } from './encryption/secrets-key';
export { GuardedDatabaseSecret, GuardedDatabaseSecretProps } from './guarded-database-secret';
export { GuardedSecret, GuardedSecretOptions, GuardedSecretProps } from './guarded-secret';
export { GuardedSecretAttributes, IGuardedSecret } from './imported-secret';
export { SecretAlarms, SecretAlarmsOptions, SecretAlarmsProps } from './monitoring/secret-alarms';
export { ReplicaKey, ReplicaKeyProps } from './replication/replica-key';
export { SecretReplica, SecretReplicaOptions, SecretReplicaProps } from './replication/secret-replica';
export { DatabaseEngine } from './rotation/database-engine';
export { DatabasePrivileges } from './rotation/database-privileges';
export { DatabaseTarget, DatabaseTargetAttributes, DatabaseTargetOptions } from './rotation/database-target';
export { Rotation } from './rotation/rotation';
export { IRotation, RotationBindOptions, RotationConfig } from './rotation/rotation-config';
export { RotationFunction } from './rotation/rotation-function';
export { RotationFunctionOptions, RotationFunctionProps } from './rotation/rotation-function-props';
export { RotationCronOptions, RotationInterval, RotationIntervalConfig, RotationIntervalOptions } from './rotation/rotation-interval';
export {
  AdminAssistedRotationOptions, AdministratedRotationOptions, AlternatingUsersRotationOptions, CustomRotationOptions, SingleUserRotationOptions,
} from './rotation/rotation-options';
export { SecretRotator } from './rotation/secret-rotator';
export { SecretRotatorOptions, SecretRotatorProps } from './rotation/secret-rotator-props';
export { GeneratedFieldOptions, GeneratedStringOptions, SecretContent } from './secret-content';
