import { randomInt } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Clock, Deadline } from './deadline';
import { Credential, Engine, EngineContext } from './engine';
import { RotationError } from './errors';
import { parseEvent } from './event';
import { DeployedSecrets } from './facts';
import { describeCauses, Log, WriteRecord, writeToStdout } from './log';
import { Logins, observeEngine } from './observe';
import { Redactor } from './redact';
import { SecretsClient, SecretStore } from './secret-store';
import { runStep } from './steps';

/** All that is outside of the function. */
export interface Dependencies {
  readonly secrets: SecretsClient;
  readonly clock: Clock;
  readonly random: (limit: number) => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: WriteRecord;
  /** The secrets that the function was deployed for, as environment variables. */
  readonly environment: { readonly [name: string]: string | undefined };
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

export type RotationHandler = (event: unknown, context: InvocationContext) => Promise<void>;

/**
 * How long a session with the lock may be silent: longer than a proof and a promotion take, shorter than what the next
 * invocation waits for the lock (10 s).
 */
const LEASE = 8_000;

/**
 * The function that rotates secrets of an engine.
 *
 * @param engine all that differs per kind of database
 * @param overrides for tests; the real ones are made once for each container
 */
export function rotationHandler<C extends Credential>(engine: Engine<C>, overrides: Partial<Dependencies> = {}): RotationHandler {
  const dependencies: Dependencies = {
    secrets: overrides.secrets ?? secretsManager(),
    clock: performance,
    random: randomInt,
    sleep: async (milliseconds) => sleep(milliseconds),
    log: writeToStdout,
    environment: process.env,
    ...overrides,
  };
  const deployed = attempt(() => DeployedSecrets.fromEnvironment(dependencies.environment));
  return async (event, context) => invoke(engine, dependencies, deployed, event, context);
}

async function invoke<C extends Credential>(
  engine: Engine<C>, dependencies: Dependencies, deployed: () => DeployedSecrets, input: unknown, invocation: InvocationContext,
): Promise<void> {
  const { secrets, clock, random, sleep: pause, log: write } = dependencies;
  const start = clock.now();
  const deadline = new Deadline(clock, invocation.getRemainingTimeInMillis());
  const redactor = new Redactor();
  const logins: Logins = { logins: 0, failedLogins: 0 };
  let log = new Log(write, redactor, { engine: engine.name });
  let store: SecretStore | undefined;
  const figures = () => ({ millis: Math.round(clock.now() - start), secretsManagerCalls: store?.calls ?? 0, ...logins });
  try {
    const event = parseEvent(input);
    log = new Log(write, redactor, { engine: engine.name, step: event.step, secret: event.secret, version: event.version });
    log.info('step started');
    const facts = deployed().get(event.secret);
    store = new SecretStore(secrets, event.secret, deadline, pause);
    const engineContext: EngineContext = {
      lease: LEASE,
      slice: (limit) => deadline.slice(limit),
      random,
      conceal: (value) => redactor.conceal(value),
    };
    await runStep({
      event,
      facts,
      engine: observeEngine(engine, logins),
      context: engineContext,
      store,
      redactor,
      log,
      now: () => clock.now(),
      sleep: pause,
    });
    log.info('step succeeded', figures());
  } catch (thrown) {
    const error = redactor.error(thrown);
    log.error('step failed', { code: error.code, transient: error.transient, error: error.message, hint: error.hint, cause: describeCauses(error), ...figures() });
    throw error;
  }
}

/** A container outlives a rotation: connections to the service are kept, and time-outs are such that a step can still answer. */
function secretsManager(): SecretsClient {
  return new SecretsManagerClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}

/** What went wrong at the start is told by each invocation, so that it is in the log of the rotation that needs it. */
function attempt<T>(action: () => T): () => T {
  try {
    const value = action();
    return () => value;
  } catch (error) {
    return () => {
      throw error instanceof RotationError ? new RotationError(error.code, error.sentence) : error;
    };
  }
}
