import { Engine, Session } from './engine';
import { hasCode } from './errors';

/** What one invocation did at the database. */
export interface Logins {
  logins: number;
  failedLogins: number;
}

/** Counts for every engine what none should have to count. */
export function observeEngine(engine: Engine, counts: Logins): Engine {
  return {
    name: engine.name,
    parse: (fields) => engine.parse(fields),
    propose: (current, context) => engine.propose(current, context),
    dial: async (credential, context) => {
      const line = await engine.dial(credential, context);
      return {
        login: async (next) => counted(counts, () => line.login(next)),
        close: async () => line.close(),
      };
    },
  };
}

async function counted(counts: Logins, login: () => Promise<Session>): Promise<Session> {
  try {
    return await login();
  } catch (error) {
    if (hasCode(error, 'AUTH')) counts.failedLogins++;
    throw error;
  } finally {
    counts.logins++;
  }
}
