import { testEngineContract } from '../engine-contract';
import { startPostgres, TestPostgres } from '../support/postgres';

let database: TestPostgres;

beforeAll(async () => {
  database = await startPostgres();
}, 30_000);

afterAll(() => database.server.stop());

testEngineContract('PostgreSQL over TLS', async () => ({ engine: database.engine, createLogin: () => database.createLogin() }));
