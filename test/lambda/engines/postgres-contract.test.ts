import { testEngineContract } from '../engine-contract';
import { usePostgres } from '../support/postgres';

const database = usePostgres();

testEngineContract('PostgreSQL over TLS', async () => ({ engine: database.engine, createLogin: () => database.createLogin() }));
