import { SecretsManagerService } from '../../../cli/local-aws/service';
import { SecretsClient } from '../../../lambda/core/secret-store';
import { serviceException } from '../../lambda/support/memory-secrets';
import { Outcome, Scheduler, SimulatedProcess } from '../scheduler';

/** The SDK gives up after as much time as this, with all that it tries again. */
const CALL_LIMIT = 15_000;

const WRITE_FAULTS: readonly Outcome[] = ['lost', 'resent', 'failed', 'silent', 'denied', 'die-late'];
const READ_FAULTS: readonly Outcome[] = ['failed', 'silent', 'denied', 'stale', 'very-stale'];

/** How many of the last writes a read does not see. */
const LAG: { readonly [outcome in Outcome]?: number } = { 'stale': 1, 'very-stale': 3 };

/** What of an answer the function uses; times would make states different that are the same. */
const USED = ['RotationEnabled', 'VersionIdsToStages', 'SecretString', 'VersionId', 'VersionStages'];

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly [name: string]: unknown };
}

/** The client of one process, in front of the local Secrets Manager. */
export function secretsClient(scheduler: Scheduler, service: SecretsManagerService, process: SimulatedProcess, secret: string): SecretsClient {
  const send = async ({ constructor, input }: Command): Promise<unknown> => {
    const operation = constructor.name.replace(/Command$/, '');
    return process.effect({
      name: operation,
      target: 'secrets',
      unnoticed: input.SecretId !== secret,
      outcomes: service.isMutating(operation) ? WRITE_FAULTS : READ_FAULTS,
      due: Infinity,
      ready: () => true,
      perform: async (outcome) => {
        if (outcome === 'denied') throw serviceException('AccessDeniedException');
        if (outcome === 'failed') throw serviceException('InternalServiceError', 'an error of the service', 500);
        if (outcome === 'silent') {
          scheduler.pass(CALL_LIMIT);
          throw new Error('no answer');
        }
        const answer = await handle(service, operation, input, LAG[outcome] ?? 0);
        if (outcome === 'lost') throw new Error('socket hang up');
        return answer;
      },
    });
  };
  return { send } as unknown as SecretsClient;
}

async function handle(service: SecretsManagerService, operation: string, input: Command['input'], lag: number): Promise<object> {
  const staleness = lag === 0 ? undefined : { reads: Infinity, since: Math.max(1, service.lastWrite - lag) };
  try {
    const answer = await service.handle(operation, input, { staleness });
    return Object.fromEntries(Object.entries(answer).filter(([name]) => USED.includes(name)));
  } catch (error) {
    throw serviceException((error as Error).name, (error as Error).message, (error as { status?: number }).status);
  }
}
