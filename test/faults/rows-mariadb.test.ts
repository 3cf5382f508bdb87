import { testRows } from './row-tests';

testRows('MariaDB');
