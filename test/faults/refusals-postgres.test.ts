import { testRefusals } from './refusals';

testRefusals('PostgreSQL 18');
