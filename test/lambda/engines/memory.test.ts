import { testAdministratorContract } from '../administrator-contract';
import { testEngineContract } from '../engine-contract';
import { memoryEngine, MemoryServer } from '../support/memory-engine';

const start = async () => {
  const server = new MemoryServer();
  let logins = 0;
  const createLogin = async () => {
    const username = `app${++logins}`;
    server.passwords.set(username, 'first-password');
    return { host: 'database.example.com', username, password: 'first-password' };
  };
  return {
    engine: memoryEngine(server),
    createLogin,
    createAdministrator: async () => {
      const fields = await createLogin();
      server.administrators.add(fields.username);
      return fields;
    },
  };
};

testEngineContract('in memory', start);
testAdministratorContract('in memory', start);
