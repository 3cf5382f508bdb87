import { testEngineContract } from '../engine-contract';
import { memoryEngine, MemoryServer } from '../support/memory-engine';

testEngineContract('in memory', async () => {
  const server = new MemoryServer();
  let logins = 0;
  return {
    engine: memoryEngine(server),
    createLogin: async () => {
      const username = `app${++logins}`;
      server.passwords.set(username, 'first-password');
      return { host: 'database.example.com', username, password: 'first-password' };
    },
  };
});
