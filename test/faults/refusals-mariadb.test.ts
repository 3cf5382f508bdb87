import { testRefusals } from './refusals';

testRefusals('MariaDB');
