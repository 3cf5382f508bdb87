import { SecretFields } from '../../../lambda/core/engine';

/** The members of the secret of a login. */
export type LoginFields = SecretFields & { username: string; password: string };

/** What a test file has of a server. */
interface Started {
  readonly server: { stop(): Promise<void> };
}

/**
 * One server for the tests of a file. What `start` gives can be read from the first test on, not before.
 *
 * @param limit how long the start may take, in milliseconds
 */
export function useServer<T extends Started>(start: () => Promise<T>, limit: number = 30_000): T {
  let started: T;
  beforeAll(async () => {
    started = await start();
  }, limit);
  afterAll(() => started.server.stop());
  return new Proxy({} as T, { get: (_target, name) => started[name as keyof T] });
}
