import { testFaults } from './servers';

testFaults('PostgreSQL 18');
