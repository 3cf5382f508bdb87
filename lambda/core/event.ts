import { RotationError } from './errors';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type Step = typeof STEPS[number];

/** What Secrets Manager sends. */
export interface RotationEvent {
  readonly step: Step;
  readonly secret: string;
  /** Id of the version that the rotation makes. */
  readonly version: string;
  /** Must be handed back with the new value when the function works with a role or for an account that is not its own. */
  readonly rotationToken?: string;
}

/** The user guide spells the steps with underscores, the service sends them without. */
const STEP_OF = new Map(STEPS.flatMap((step) => [[step as string, step], [step.replace('S', '_s'), step]] as const));

/** @throws EVENT */
export function parseEvent(event: unknown): RotationEvent {
  const fields: { readonly [name: string]: unknown } = typeof event === 'object' && event !== null ? { ...event } : {};
  const { Step: stepName, SecretId: secret, ClientRequestToken: version, RotationToken: rotationToken } = fields;
  const missing = ['Step', 'SecretId', 'ClientRequestToken'].filter((name) => typeof fields[name] !== 'string' || fields[name] === '');
  if (missing.length > 0) throw new RotationError('EVENT', `the event has no ${missing.map((name) => `"${name}"`).join(', ')}`);
  const step = STEP_OF.get(String(stepName));
  if (!step) throw new RotationError('EVENT', `"Step" of the event is ${JSON.stringify(stepName)}, not one of ${STEPS.join(', ')}`);
  return { step, secret: String(secret), version: String(version), ...(typeof rotationToken === 'string' && { rotationToken }) };
}
