import { testRows } from './row-tests';

testRows('PostgreSQL 18');
