import { testAdministratorContract } from '../../administrator-contract';
import { testEngineContract } from '../../engine-contract';
import { useGoMysql } from '../../support/mysql';

// What it says it is decides the statements: it knows those of 5.7.
const database = useGoMysql('5.7.44');

const start = async () => ({
  engine: database.engine,
  // The server counts in whole seconds.
  lease: 1_000,
  createLogin: () => database.createLogin(),
  createAdministrator: async () => database.administrator,
});

testEngineContract('go-mysql-server over TLS', start);
testAdministratorContract('go-mysql-server over TLS', start);
