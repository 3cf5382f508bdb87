import { testFaults } from './servers';

testFaults('MariaDB');
