import { patternDistance } from '../private/pattern-distance';

const PREFIX = 'secretsmanager:';

/**
 * The actions of Secrets Manager.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export const KNOWN_ACTIONS = [
  'BatchGetSecretValue', 'CancelRotateSecret', 'CreateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'DescribeSecret', 'GetRandomPassword',
  'GetResourcePolicy', 'GetSecretValue', 'ListSecretVersionIds', 'ListSecrets', 'PutResourcePolicy', 'PutSecretValue',
  'RemoveRegionsFromReplication', 'ReplicateSecretToRegions', 'RestoreSecret', 'RotateSecret', 'StopReplicationToReplica', 'TagResource',
  'UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage', 'ValidateResourcePolicy',
].map((name) => `${PREFIX}${name}`);

const LOWER_CASE = KNOWN_ACTIONS.map((action) => action.toLowerCase());

/** Two letters that changed places are two. */
const MOST_WRONG_LETTERS = 2;

/** An action that is not known. */
export interface UnknownAction {
  /** The known action that is most like it, unless it belongs to another service. */
  readonly nearest?: string;

  /** Whether it is a known one with a typing error, or belongs to another service; AWS may have added any other since. */
  readonly isMistake: boolean;
}

/** What an action, or a pattern of actions, in the policy of a secret is, if it is none that is known. IAM ignores upper and lower case. */
export function unknownAction(action: string): UnknownAction | undefined {
  if (isKnown(action.toLowerCase())) return undefined;
  const [distance, nearest] = nearestTo(action);
  // Short patterns are near to everything.
  const letters = action.replace(/[*?]/g, '').length - PREFIX.length;
  if (distance <= Math.min(MOST_WRONG_LETTERS, letters / 4)) return { isMistake: true, nearest };
  if (!action.toLowerCase().startsWith(PREFIX)) return { isMistake: true };
  // Of those that are far away, what it is the beginning of is most like it.
  return { isMistake: false, nearest: nearestTo(`${action}*`)[1] };
}

/** Whether an action is surely none of Secrets Manager, also not a mistyped one. */
export function isOfOtherService(action: string): boolean {
  const unknown = unknownAction(action);
  return unknown !== undefined && unknown.isMistake && unknown.nearest === undefined;
}

/** Nearly all are, so it must be quick. */
function isKnown(lowerCase: string): boolean {
  return LOWER_CASE.includes(lowerCase) || LOWER_CASE.some((known) => patternDistance(lowerCase, known) === 0);
}

function nearestTo(action: string): [number, string] {
  return KNOWN_ACTIONS
    .map((known): [number, string] => [patternDistance(action.toLowerCase(), known.toLowerCase()), known])
    .reduce((best, candidate) => (candidate[0] < best[0] ? candidate : best));
}
