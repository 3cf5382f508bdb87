import { testAdministratorContract } from '../../administrator-contract';
import { testEngineContract } from '../../engine-contract';
import { useMariadb } from '../../support/mariadb';

const database = useMariadb();

const start = async () => ({
  engine: database.engine,
  createLogin: () => database.createLogin(),
  createAdministrator: () => database.createAdministrator(),
  // The server counts in whole seconds.
  lease: 1_000,
});

testEngineContract('MariaDB over TLS', start);
testAdministratorContract('MariaDB over TLS', start);
