import { randomInt } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Clock, Deadline } from './deadline';
import { Engine, EngineContext } from './engine';
import { RotationError } from './errors';
import { OperatorEvent, parseEvent, RotationEvent } from './event';
import { DeployedSecrets } from './facts';
import { isUnfinished } from './labels';
import { describeCauses, Log, LogFields, WriteRecord, writeToStdout } from './log';
import { embedMetrics, Figures } from './metrics';
import { observeEngine } from './observe';
import { operate } from './operator';
import { Redactor } from './redact';
import { SecretsClient, SecretStore } from './secret-store';
import { runStep } from './steps';
import { strategyOf } from './strategies';

/** All that is outside of the function. */
export interface Dependencies {
  readonly secrets: SecretsClient;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  readonly random: (limit: number) => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: WriteRecord;
  /** The secrets that the function was deployed for, as environment variables. */
  readonly environment: { readonly [name: string]: string | undefined };
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  readonly invokedFunctionArn?: string;
  getRemainingTimeInMillis(): number;
}

/** What an operator asked for is the answer. */
export type RotationHandler = (event: unknown, context: InvocationContext) => Promise<unknown>;

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
export function rotationHandler(engine: Engine, overrides: Partial<Dependencies> = {}): RotationHandler {
  const dependencies: Dependencies = {
    secrets: overrides.secrets ?? secretsManager(),
    clock: performance,
    date: Date.now,
    random: randomInt,
    sleep: async (milliseconds) => sleep(milliseconds),
    log: writeToStdout,
    environment: process.env,
    ...overrides,
  };
  const deployed = attempt(() => DeployedSecrets.fromEnvironment(dependencies.environment));
  return async (event, context) => invoke(engine, dependencies, deployed, event, context);
}

async function invoke(
  engine: Engine, dependencies: Dependencies, deployed: () => DeployedSecrets, input: unknown, invocation: InvocationContext,
): Promise<unknown> {
  const { secrets, clock, date, random, sleep: pause, log: write } = dependencies;
  const start = clock.now();
  const deadline = new Deadline(clock, invocation.getRemainingTimeInMillis());
  const redactor = new Redactor();
  const figures: Figures = { logins: 0, failedLogins: 0, retries: 0 };
  let log = new Log(write, redactor, { engine: engine.name });
  let event: RotationEvent | OperatorEvent | undefined;
  let store: SecretStore | undefined;
  let admin: SecretStore | undefined;
  const measured = (failed: boolean): LogFields => {
    const metrics = {
      StepDuration: Math.round(clock.now() - start),
      Window: figures.windowMillis,
      Logins: figures.logins,
      FailedLogins: figures.failedLogins,
      SecretsManagerCalls: (store?.calls ?? 0) + (admin?.calls ?? 0),
      Retries: figures.retries,
      JournalDirty: store?.seen && Number(failed && isUnfinished(store.seen)),
    };
    // An operator tries passwords out: that would look like trouble in the metrics.
    return event && 'step' in event ? embedMetrics(metrics, event.secret, date()) : metrics;
  };
  try {
    event = parseEvent(input, invocation.invokedFunctionArn);
    const { rotationToken: _, ...told } = event;
    log = new Log(write, redactor, { engine: engine.name, ...told });
    log.info(`${kindOf(event)} started`);
    const facts = deployed().get(event.secret);
    store = new SecretStore(secrets, event.secret, deadline, pause);
    admin = facts.adminSecret === undefined ? undefined : new SecretStore(secrets, facts.adminSecret, deadline, pause);
    const engineContext: EngineContext = {
      lease: LEASE,
      slice: (limit) => deadline.slice(limit),
      random,
      conceal: (value) => redactor.conceal(value),
    };
    const work = {
      facts,
      strategy: strategyOf(facts),
      engine: observeEngine(engine, figures),
      context: engineContext,
      store,
      admin,
      redactor,
      log,
      figures,
      now: () => clock.now(),
      date,
      sleep: pause,
    };
    const answer = 'step' in event ? await runStep({ ...work, event }) : await operate({ ...work, event });
    log.info(`${kindOf(event)} succeeded`, measured(false));
    return redactor.texts(answer);
  } catch (thrown) {
    const error = redactor.error(thrown);
    log.error(`${kindOf(event)} failed`, { code: error.code, transient: error.transient, error: error.message, hint: error.hint, cause: describeCauses(error), ...measured(true) });
    throw error;
  }
}

function kindOf(event: RotationEvent | OperatorEvent | undefined): string {
  return event && 'operation' in event ? 'operation' : 'step';
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
