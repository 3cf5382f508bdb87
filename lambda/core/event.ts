import { RotationError } from './errors';
import { OPERATOR_ALIAS } from '../../src/handler-contract';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type Step = typeof STEPS[number];

const OPERATIONS = ['inspect', 'adopt', 'abort', 'reset'] as const;

export type OperationName = typeof OPERATIONS[number];

/** What every event has. */
export interface SecretEvent {
  readonly secret: string;
  /** Must be handed back with the new value when the function works with a role or for an account that is not its own. */
  readonly rotationToken?: string;
}

/** What Secrets Manager sends. */
export interface RotationEvent extends SecretEvent {
  readonly step: Step;
  /** Id of the version that the rotation makes. */
  readonly version: string;
}

/** What an operator sends. */
export interface OperatorEvent extends SecretEvent {
  readonly operation: OperationName;
  /** Id of the version that is meant, where there is a choice. */
  readonly version?: string;
}

type Fields = { readonly [name: string]: unknown };

/** The user guide spells the steps with underscores, the service sends them without. */
const STEP_OF = new Map(STEPS.flatMap((step) => [[step as string, step], [step.replace('S', '_s'), step]] as const));

/**
 * Reads an event. The alias decides which kind it must be: who may invoke it is allowed to operate, and nobody else is.
 *
 * @param functionArn as the function was called, with the alias when it was called through one
 * @throws EVENT
 */
export function parseEvent(event: unknown, functionArn: string = ''): RotationEvent | OperatorEvent {
  const fields: Fields = typeof event === 'object' && event !== null ? { ...event } : {};
  if (functionArn.endsWith(`:${OPERATOR_ALIAS}`)) return parseOperation(fields);
  if (fields.Operation === undefined) return parseStep(fields);
  throw new RotationError('EVENT', `"Operation" is only taken through the alias "${OPERATOR_ALIAS}"`, { hint: `invoke the function with --qualifier ${OPERATOR_ALIAS}` });
}

function parseStep(fields: Fields): RotationEvent {
  const [stepName, secret, version] = requireTexts(fields, ['Step', 'SecretId', 'ClientRequestToken']);
  const step = STEP_OF.get(stepName);
  if (!step) throw new RotationError('EVENT', `"Step" of the event is ${JSON.stringify(stepName)}, not one of ${STEPS.join(', ')}`);
  const { RotationToken: rotationToken } = fields;
  return { step, secret, version, ...(typeof rotationToken === 'string' && { rotationToken }) };
}

function parseOperation(fields: Fields): OperatorEvent {
  const [name, secret] = requireTexts(fields, ['Operation', 'SecretId']);
  const operation = OPERATIONS.find((each) => each === name);
  if (!operation) throw new RotationError('EVENT', `"Operation" of the event is ${JSON.stringify(name)}, not one of ${OPERATIONS.join(', ')}`);
  const { VersionId: version } = fields;
  if (version === undefined) return { operation, secret };
  if (operation !== 'adopt') throw new RotationError('EVENT', `"VersionId" says which version to adopt; ${operation} takes none`);
  return { operation, secret, version: requireTexts(fields, ['VersionId'])[0] };
}

function requireTexts(fields: Fields, names: readonly string[]): string[] {
  const missing = names.filter((name) => typeof fields[name] !== 'string' || fields[name] === '');
  if (missing.length > 0) throw new RotationError('EVENT', `the event has no ${missing.map((name) => `"${name}"`).join(', ')}`);
  return names.map((name) => String(fields[name]));
}
